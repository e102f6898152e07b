/** What is summed, by the names of its columns. */
export const sums = [
  'calls',
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
