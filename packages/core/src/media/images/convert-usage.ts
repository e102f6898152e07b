import { countOf, defined, filled, objectOf } from '../../dialects/shared/read.ts';
import type { ImageRequest, ImageResult } from '../../protocol/image.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/usage.ts';

/** The usage of OpenAI's image models: tokens of text and of pictures. */
export function parseUsage(value: Json | undefined): Usage | undefined {
  const usage = objectOf(value);
  const input = countOf(usage?.['input_tokens']);
  const output = countOf(usage?.['output_tokens']);
  if (usage === undefined || (input === undefined && output === undefined)) return undefined;
  const ofInput = objectOf(usage['input_tokens_details']);
  const ofOutput = objectOf(usage['output_tokens_details']);
  const media = filled(
    defined({
      imageInputTokens: countOf(ofInput?.['image_tokens']),
      // They make nothing but pictures where they do not say.
      imageOutputTokens: countOf(ofOutput?.['image_tokens']) ?? output,
    }),
  );
  return {
    inputTokens: input ?? 0,
    outputTokens: output ?? 0,
    cachedInputTokens: countOf(ofInput?.['cached_tokens']) ?? 0,
    reasoningTokens: 0,
    ...defined({ media }),
  };
}

/** In OpenAI's words; undefined where no tokens were counted. */
export function renderUsage(usage: Usage | undefined): JsonObject | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, media } = usage;
  const images = media?.imageInputTokens ?? 0;
  const made = media?.imageOutputTokens ?? outputTokens;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { text_tokens: Math.max(0, inputTokens - images), image_tokens: images },
    output_tokens: outputTokens,
    output_tokens_details: { text_tokens: Math.max(0, outputTokens - made), image_tokens: made },
    total_tokens: inputTokens + outputTokens,
  };
}

const nothing: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };

/** What the bill may hang on: tokens, or pictures of a size and quality. */
export function usageOf(result: ImageResult, request: ImageRequest): Usage {
  const usage = result.usage ?? nothing;
  const { size } = request;
  const asked = size === undefined || size.kind === 'auto' ? undefined : size.text;
  const told = defined({
    images: result.images.length,
    quality: result.quality ?? request.quality,
    size: result.size ?? asked,
  });
  return { ...usage, media: { ...usage.media, ...told } };
}
