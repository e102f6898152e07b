/**
 * The share of their prices at which vendors bill batches: https://platform.openai.com/docs/guides/batch,
 * https://platform.claude.com/docs/en/build-with-claude/batch-processing, https://ai.google.dev/gemini-api/docs/batch-api,
 * https://docs.mistral.ai/capabilities/batch, https://console.groq.com/docs/batch,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html, https://docs.voyageai.com/docs/batch-inference.
 */
const batchShares: ReadonlyMap<string, number> = new Map([
  ['anthropic', 0.5],
  ['azure-openai', 0.5],
  ['bedrock', 0.5],
  ['gemini', 0.5],
  ['groq', 0.5],
  ['mistral', 0.5],
  ['openai', 0.5],
  ['vertex', 0.5],
  ['voyage', 0.67],
]);

/** Undefined where nobody says, or there are no batches. */
export function batchShareOf(vendor: string): number | undefined {
  return batchShares.get(vendor);
}
