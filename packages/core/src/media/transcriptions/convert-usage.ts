import { countOf, defined, filled, numberOf, objectOf } from '../../dialects/shared/read.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/usage.ts';

/**
 * The usage in an answer or in the last event: tokens, or seconds (`Transcription` in `openai`, `audio/transcriptions.d.ts`), or
 * both (`UsageInfo` in `@mistralai/mistralai`). An answer with times tells its length, too.
 */
export function parseUsage(answer: JsonObject): Usage | undefined {
  const usage = objectOf(answer['usage']) ?? {};
  const input = countOf(usage['input_tokens']) ?? countOf(usage['prompt_tokens']);
  const output = countOf(usage['output_tokens']) ?? countOf(usage['completion_tokens']);
  const seconds = secondsIn(usage['seconds'] ?? usage['prompt_audio_seconds'] ?? answer['duration']);
  if (input === undefined && output === undefined && seconds === undefined) return undefined;
  const audioInputTokens = countOf(objectOf(usage['input_token_details'])?.['audio_tokens']);
  return {
    inputTokens: input ?? 0,
    outputTokens: output ?? 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    ...defined({ media: filled(defined({ seconds, audioInputTokens })) }),
  };
}

/** Some write them as text. */
function secondsIn(value: Json | undefined): number | undefined {
  const seconds = numberOf(typeof value === 'string' && value !== '' ? Number(value) : value);
  return seconds !== undefined && seconds >= 0 ? seconds : undefined;
}

/** In OpenAI's words; undefined where nothing was counted. */
export function renderUsage(usage: Usage | undefined): JsonObject | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, media } = usage;
  if (inputTokens === 0 && outputTokens === 0)
    return media?.seconds === undefined ? undefined : { type: 'duration', seconds: media.seconds };
  const audio = media?.audioInputTokens;
  return {
    type: 'tokens',
    input_tokens: inputTokens,
    ...(audio === undefined
      ? {}
      : { input_token_details: { audio_tokens: audio, text_tokens: Math.max(0, inputTokens - audio) } }),
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
