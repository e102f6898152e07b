/** What is summed of the columns that entries have, too, in the same order. */
export const amounts = [
  'failed',
  'hit',
  'input',
  'cached',
  'output',
  'reasoning',
  'cost',
  'saved',
  'milliseconds',
] as const;

/** What is summed, by the names of its columns. */
export const sums: readonly ['calls', ...typeof amounts] = ['calls', ...amounts];
