import { hexOf } from '../wire/hash-text.ts';
import { isJsonObject, readList } from '../wire/read-json.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { answerVllmRerank } from './media/answer-rerank.ts';
import { answerSpeech } from './media/answer-speech.ts';
import { answerTranscriptions, answerTranslations } from './media/answer-transcriptions.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ status, message, type, param }) =>
    status === 401 ? { error: message } : { error: { message, type, param, code: status } },
  (complaint) => {
    switch (complaint.type) {
      case 'key-missing':
      case 'key-wrong':
        return { message: 'Unauthorized' };
      case 'model-unknown':
        return {
          message: `The model \`${complaint.model}\` does not exist.`,
          type: 'NotFoundError',
          param: 'model',
        };
      case 'status':
        return complaint.status >= 500 ? { type: 'InternalServerError' } : { type: 'BadRequestError' };
      default:
        return { type: 'BadRequestError' };
    }
  },
);

/** A vLLM server: usage only when asked for, numeric error codes, `stop_reason` beside `finish_reason`. */
export const vllm: Dialect = {
  ...compatibleBase,
  name: 'vllm',
  models: [
    'meta-llama/Llama-3.1-8B-Instruct',
    'Qwen/Qwen3-32B',
    'BAAI/bge-m3',
    'BAAI/bge-reranker-v2-m3',
    'openai/whisper-large-v3',
    'Qwen/Qwen3-TTS',
  ],
  media: {
    ...compatibleBase.media,
    rerank: answerVllmRerank,
    speech: answerSpeech,
    transcriptions: answerTranscriptions,
    translations: answerTranslations,
  },
  reasoningField: 'reasoning_content',
  reasoningModels: /Qwen3/,
  makeId: (seed) => `chatcmpl-${hexOf(seed, 32)}`,
  makeToolCallId: (seed) => `chatcmpl-tool-${hexOf(seed, 32)}`,
  usage: ({ prompt, completion }) => ({
    prompt_tokens: prompt,
    total_tokens: prompt + completion,
    completion_tokens: completion,
    prompt_tokens_details: null,
  }),
  message: ({ annotations: _annotations, ...message }) => ({
    tool_calls: [],
    reasoning_content: null,
    ...message,
  }),
  whole: (answer) => ({
    ...answer,
    choices: readList(answer.choices)
      .filter(isJsonObject)
      .map((choice) => ({ ...choice, stop_reason: null })),
    prompt_logprobs: null,
  }),
  stream: {
    ...compatibleBase.stream,
    delta: (delta, part) => (part.type === 'finish' ? { content: '' } : delta),
    choice: (choice, part) => (part?.type === 'finish' ? { ...choice, stop_reason: null } : choice),
  },
  headers: () => ({ server: 'uvicorn' }),
  wordError,
  streamError: streamErrorOf(wordError),
};
