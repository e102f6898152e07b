import type { Usage } from '../../protocol/usage.ts';
import { countTokens } from './count-tokens.ts';

/** What the gateway counts of a `usage` object. */
export function convertUsage(raw: unknown): Usage | undefined {
  const counts = countTokens(raw);
  if (counts === undefined) return undefined;
  const { input, output, cacheRead = 0, reasoning = 0 } = counts;
  return {
    inputTokens: input,
    outputTokens: output,
    cachedInputTokens: cacheRead,
    reasoningTokens: reasoning,
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
