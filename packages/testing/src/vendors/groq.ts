import { hexOf, uuidOf, wordOf } from '../wire/hash-text.ts';
import type { JsonObject } from '../wire/read-json.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect, TokenCounts } from './dialect.ts';
import { answerSpeech } from './media/answer-speech.ts';
import { answerTranscriptions, answerTranslations } from './media/answer-transcriptions.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ message, type, code }) => ({ error: { message, type, ...(code === null ? {} : { code }) } }),
  (complaint) => {
    switch (complaint.type) {
      case 'key-missing':
      case 'key-wrong':
        return { status: 401, message: 'Invalid API Key', code: 'invalid_api_key' };
      case 'url-unknown':
        return {
          message: `Unknown request URL: ${complaint.method} ${complaint.path}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/`,
          code: 'unknown_url',
        };
      default:
        return undefined;
    }
  },
);

/** Groq, after a recorded stream: `x_groq` on the first and the last chunk, usage in both its places, no fragments of tool calls. */
export const groq: Dialect = {
  ...compatibleBase,
  name: 'groq',
  basePaths: ['/openai/v1'],
  models: [
    'llama-3.3-70b-versatile',
    'llama-3.1-8b-instant',
    'openai/gpt-oss-120b',
    'qwen/qwen3-32b',
    'whisper-large-v3',
    'canopylabs/orpheus-v1-english',
  ],
  media: { speech: answerSpeech, transcriptions: answerTranscriptions, translations: answerTranslations },
  reasoningField: 'reasoning',
  reasoningModels: /gpt-oss|qwen3/,
  makeId: (seed) => `chatcmpl-${uuidOf(seed)}`,
  makeToolCallId: (seed) => wordOf(seed, 9).toLowerCase(),
  fingerprint: (model) => `fp_${hexOf(model, 10)}`,
  usage: countUsage,
  whole: (answer, { seed }) => ({ ...answer, x_groq: { id: requestId(seed) } }),
  stream: {
    ...compatibleBase.stream,
    usage: 'finish-chunk',
    usageUnasked: true,
    wholeToolCalls: true,
    firstDelta: (begins) => ({ role: 'assistant', content: begins === 'text' ? '' : null }),
    chunk: (chunk, { position, seed, usage }) => {
      if (position === 'first') return { ...chunk, x_groq: { id: requestId(seed), seed: 689520654 } };
      return position === 'finish' ? { ...chunk, x_groq: { id: requestId(seed), usage } } : chunk;
    },
  },
  wordError,
  streamError: streamErrorOf(wordError),
};

function requestId(seed: string): string {
  return `req_01${wordOf(seed, 24).toLowerCase()}`;
}

/** Times are seconds. */
function countUsage({ prompt, completion }: TokenCounts): JsonObject {
  return {
    queue_time: 0.041520249,
    prompt_tokens: prompt,
    prompt_time: 0.010407901,
    completion_tokens: completion,
    completion_time: 0.046601227,
    total_tokens: prompt + completion,
    total_time: 0.057009128,
  };
}
