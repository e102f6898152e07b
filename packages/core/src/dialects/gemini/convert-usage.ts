import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { field, fromExtra, isList, isObject, isSame, known, ownExtra, readCount } from './read.ts';

/**
 * `usageMetadata` by our convention: a built-in tool's prompt tokens are not in Gemini's `promptTokenCount`, thoughts not
 * in its `candidatesTokenCount`; what came from the cache is. Undefined where it counts nothing (Vertex's first chunks).
 */
export function parseUsage(metadata: JsonObject): ChatUsage | undefined {
  const count = (name: string): number | undefined => readCount(field(metadata, name));
  const prompt = count('promptTokenCount');
  const answer = count('candidatesTokenCount');
  const reasoning = count('thoughtsTokenCount');
  const total = count('totalTokenCount');
  const inputTool = count('toolUsePromptTokenCount');
  if (prompt === undefined && answer === undefined && reasoning === undefined && total === undefined)
    return undefined;
  const output = (answer ?? 0) + (reasoning ?? 0);
  const usage: ChatUsage = {
    input: prompt === undefined ? Math.max(0, (total ?? output) - output) : prompt + (inputTool ?? 0),
    output,
    ...known({
      cacheRead: count('cachedContentTokenCount'),
      inputAudio: audioIn(field(metadata, 'promptTokensDetails')),
      inputTool,
      reasoning,
      outputAudio: audioIn(field(metadata, 'candidatesTokensDetails')),
    }),
  };
  // Kept is what our own rendering would not give back: modality details, Vertex's traffic type.
  const rendered = renderUsage(usage);
  const rest = Object.entries(metadata).filter(
    ([name, value]) => name !== 'serviceTier' && !isSame(value, rendered[name]),
  );
  return { ...usage, ...ownExtra(Object.fromEntries(rest)) };
}

export function renderUsage(usage: ChatUsage): JsonObject {
  const { input, output, inputTool = 0, reasoning = 0 } = usage;
  const prompt = Math.max(0, input - inputTool);
  const answer = Math.max(0, output - reasoning);
  return {
    ...known({
      promptTokenCount: prompt,
      candidatesTokenCount: answer,
      totalTokenCount: input + output,
      cachedContentTokenCount: usage.cacheRead,
      promptTokensDetails: details(prompt, usage.inputAudio),
      candidatesTokensDetails: details(answer, usage.outputAudio),
      toolUsePromptTokenCount: usage.inputTool,
      thoughtsTokenCount: usage.reasoning,
    }),
    ...fromExtra(usage.extra),
  };
}

function audioIn(list: Json | undefined): number | undefined {
  if (!isList(list)) return undefined;
  const audio = list.filter((item) => isObject(item) && item.modality === 'AUDIO');
  if (audio.length === 0) return undefined;
  return audio.reduce(
    (sum: number, item) => sum + (isObject(item) ? (readCount(field(item, 'tokenCount')) ?? 0) : 0),
    0,
  );
}

function details(all: number, audio: number | undefined): Json | undefined {
  if (audio === undefined) return undefined;
  const text = { modality: 'TEXT', tokenCount: Math.max(0, all - audio) };
  return [...(all > audio ? [text] : []), { modality: 'AUDIO', tokenCount: audio }];
}

/** Google says `standard` where OpenAI says `default`. */
export function parseServiceTier(word: string | undefined): string | undefined {
  return word === 'standard' ? 'default' : word;
}

export function renderServiceTier(tier: string | undefined): string | undefined {
  return tier === 'default' ? 'standard' : tier;
}
