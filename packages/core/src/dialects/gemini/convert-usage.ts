import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { countOf, defined, isList, isObject, isSameJson } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';
import { field } from './read.ts';

/** All that `usageMetadata` says. Undefined where it counts nothing (Vertex's first chunks). */
export function parseUsage(metadata: JsonObject): ChatUsage | undefined {
  const usage = parseCounts(metadata);
  if (usage === undefined) return undefined;
  // Kept is what our own rendering would not give back: modality details, Vertex's traffic type.
  const rendered = renderUsage(usage);
  const rest = Object.entries(metadata).filter(
    ([name, value]) => name !== 'serviceTier' && !isSameJson(value, rendered[name]),
  );
  return { ...usage, ...extraOf(Object.fromEntries(rest)) };
}

/**
 * The numbers of `usageMetadata` by our convention: a built-in tool's prompt tokens are not in Gemini's
 * `promptTokenCount`, thoughts not in its `candidatesTokenCount`; what came from the cache is.
 */
export function parseCounts(metadata: JsonObject): ChatUsage | undefined {
  const { prompt, answer, reasoning, total, inputTool, ...more } = readCounts(metadata);
  if (prompt === undefined && answer === undefined && reasoning === undefined && total === undefined)
    return undefined;
  const output = (answer ?? 0) + (reasoning ?? 0);
  const input = prompt === undefined ? Math.max(0, (total ?? output) - output) : prompt + (inputTool ?? 0);
  return { input, output, ...defined({ inputTool, reasoning, ...more }) };
}

interface Counts {
  prompt?: number | undefined;
  answer?: number | undefined;
  total?: number | undefined;
  reasoning?: number | undefined;
  cacheRead?: number | undefined;
  inputTool?: number | undefined;
  inputAudio?: number | undefined;
  outputAudio?: number | undefined;
}

/** One way through the fields: this is done for every chunk of a stream, and most of the counts are in none of them. */
function readCounts(metadata: JsonObject): Counts {
  const counts: Counts = {};
  for (const name of Object.keys(metadata)) {
    const value = metadata[name];
    switch (name) {
      case 'promptTokenCount':
      case 'prompt_token_count':
        counts.prompt = countOf(value);
        break;
      case 'candidatesTokenCount':
      case 'candidates_token_count':
        counts.answer = countOf(value);
        break;
      case 'totalTokenCount':
      case 'total_token_count':
        counts.total = countOf(value);
        break;
      case 'thoughtsTokenCount':
      case 'thoughts_token_count':
        counts.reasoning = countOf(value);
        break;
      case 'cachedContentTokenCount':
      case 'cached_content_token_count':
        counts.cacheRead = countOf(value);
        break;
      case 'toolUsePromptTokenCount':
      case 'tool_use_prompt_token_count':
        counts.inputTool = countOf(value);
        break;
      case 'promptTokensDetails':
      case 'prompt_tokens_details':
        counts.inputAudio = audioIn(value);
        break;
      case 'candidatesTokensDetails':
      case 'candidates_tokens_details':
        counts.outputAudio = audioIn(value);
        break;
      default:
    }
  }
  return counts;
}

export function renderUsage(usage: ChatUsage): JsonObject {
  const { input, output, inputTool = 0, reasoning = 0 } = usage;
  const prompt = Math.max(0, input - inputTool);
  const answer = Math.max(0, output - reasoning);
  return {
    ...defined({
      promptTokenCount: prompt,
      candidatesTokenCount: answer,
      totalTokenCount: input + output,
      cachedContentTokenCount: usage.cacheRead,
      promptTokensDetails: details(prompt, usage.inputAudio),
      candidatesTokensDetails: details(answer, usage.outputAudio),
      toolUsePromptTokenCount: usage.inputTool,
      thoughtsTokenCount: usage.reasoning,
    }),
    ...ownOf(usage.extra),
  };
}

function audioIn(list: Json | undefined): number | undefined {
  if (!isList(list)) return undefined;
  const audio = list.filter((item) => isObject(item) && item.modality === 'AUDIO');
  if (audio.length === 0) return undefined;
  return audio.reduce(
    (sum: number, item) => sum + (isObject(item) ? (countOf(field(item, 'tokenCount')) ?? 0) : 0),
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
