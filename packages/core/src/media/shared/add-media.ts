import { defined } from '../../dialects/shared/read.ts';
import type { MediaUsage, Usage } from '../../protocol/usage.ts';

const nothing: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };

/** With what is known besides; what the provider tells itself stays. */
export function withMedia(
  usage: Usage | undefined,
  known: { readonly [Name in keyof MediaUsage]?: MediaUsage[Name] | undefined },
): Usage {
  const counted = usage ?? nothing;
  return { ...counted, media: { ...defined(known), ...counted.media } };
}
