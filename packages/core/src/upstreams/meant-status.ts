import type { ProblemKind, ProviderError } from '../protocol/chat-answer.ts';

/** Kinds of errors that come with statuses which mean something else for another attempt, and the status that means it. */
const meanings: Readonly<Partial<Record<ProblemKind, readonly [given: readonly number[], meant: number]>>> = {
  // xAI and Google say with 400 that the key is wrong; Anthropic, DashScope and Fireworks that it has not been paid for.
  authentication: [[400], 401],
  billing: [[400, 412], 402],
  // Bedrock.
  quota: [[400], 429],
  // Groq's flexible tier.
  overloaded: [[498], 503],
  // Of what the caller sent, the key is not to blame: OpenRouter's 403 is for what it says, OpenAI's for a model.
  'content-filter': [[403], 400],
  'context-length': [[403], 400],
  'model-not-found': [[403], 404],
};

/**
 * What an error means for another attempt, where its own status says something else: Bedrock answers 424 where a model has
 * failed, and 400 where a quota is used up.
 */
export function meantStatus({ kind, status }: ProviderError): number {
  if (kind === 'server' && status < 500) return 502;
  const [given, meant] = meanings[kind] ?? [[], status];
  return given.includes(status) ? meant : status;
}
