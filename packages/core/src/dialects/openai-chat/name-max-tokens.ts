import type { ChatQuirks } from './quirks.ts';

/** The parameter for the longest answer that a model takes, where its caller has named none. */
export function nameMaxTokens(
  { models = [], maxTokens = 'max_completion_tokens' }: ChatQuirks,
  model: string,
): 'max_completion_tokens' | 'max_tokens' {
  const rows = models.filter((row) => row.when === undefined && row.models?.test(model) !== false);
  return rows.findLast((row) => row.maxTokens !== undefined)?.maxTokens ?? maxTokens;
}
