import type { Usage } from '../../protocol/usage.ts';

/** The `usage` object of chat, completions and embeddings, as far as providers agree on it. */
export function convertUsage(raw: unknown): Usage | undefined {
  if (!isRecord(raw)) return undefined;
  const input = raw['prompt_tokens'] ?? raw['input_tokens'];
  if (typeof input !== 'number') return undefined;
  return {
    inputTokens: input,
    outputTokens: toNumber(raw['completion_tokens'] ?? raw['output_tokens']),
    // DeepSeek counts cache hits beside the details object; Moonshot puts `cached_tokens` at the top.
    cachedInputTokens: toNumber(
      detail(raw['prompt_tokens_details'], 'cached_tokens') ??
        raw['prompt_cache_hit_tokens'] ??
        raw['cached_tokens'],
    ),
    reasoningTokens: toNumber(detail(raw['completion_tokens_details'], 'reasoning_tokens')),
  };
}

function detail(details: unknown, name: string): unknown {
  return isRecord(details) ? details[name] : undefined;
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
