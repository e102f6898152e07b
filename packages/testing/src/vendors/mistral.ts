import { hexOf, uuidOf, wordOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { answerMistralEmbeddings } from './media/answer-mistral-embeddings.ts';
import { answerMistralModerations } from './media/answer-mistral-moderations.ts';
import { answerMistralTranscriptions } from './media/answer-mistral-transcriptions.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ status, message, type, param, code }) =>
    status === 401 ? { detail: message } : { object: 'error', message, type, param, code },
  (complaint) => {
    switch (complaint.type) {
      case 'key-missing':
      case 'key-wrong':
        return { message: 'Unauthorized' };
      case 'model-unknown':
        return {
          status: 400,
          message: `Invalid model: ${complaint.model}`,
          type: 'invalid_model',
          code: '1500',
        };
      case 'status':
        return complaint.status === 429
          ? {
              message: 'Service tier capacity exceeded for this model.',
              type: 'service_tier_capacity_exceeded',
              code: '3505',
            }
          : undefined;
      default:
        return undefined;
    }
  },
);

/** Mistral, after a recorded stream: thinking as content parts, the last text in the finish chunk, padding named `p`. */
export const mistral: Dialect = {
  ...compatibleBase,
  name: 'mistral',
  models: [
    'mistral-large-latest',
    'mistral-small-latest',
    'magistral-medium-latest',
    'codestral-latest',
    'mistral-embed',
    'codestral-embed',
    'mistral-moderation-latest',
    'voxtral-mini-latest',
  ],
  media: {
    embeddings: answerMistralEmbeddings,
    moderations: answerMistralModerations,
    transcriptions: answerMistralTranscriptions,
  },
  reasoningField: 'thinking-parts',
  reasoningModels: /magistral/,
  makeId: (seed) => hexOf(seed, 32),
  makeToolCallId: (seed) => wordOf(seed, 9),
  message: ({ refusal: _refusal, annotations: _annotations, ...message }) => ({
    tool_calls: null,
    ...message,
  }),
  usage: (tokens) => ({ ...compatibleBase.usage(tokens), service_tier: 'standard' }),
  stream: {
    ...compatibleBase.stream,
    usage: 'finish-chunk',
    usageUnasked: true,
    finishWithLast: true,
    wholeToolCalls: true,
    choice: ({ logprobs: _logprobs, ...choice }) => choice,
    chunk: (chunk, { position }) =>
      position === 'first' ? chunk : { ...chunk, p: 'abcdefghijklmnopqrstuvw' },
  },
  headers: ({ seed }) => ({
    'x-request-id': uuidOf(seed),
    'mistral-correlation-id': uuidOf(seed),
    'x-kong-request-id': hexOf(seed, 32),
    'x-ratelimit-limit-req-minute': '300',
    'x-ratelimit-remaining-req-minute': '299',
    'x-ratelimit-limit-tokens-minute': '500000',
    'x-ratelimit-remaining-tokens-minute': '499000',
  }),
  wordError,
  streamError: streamErrorOf(wordError),
};
