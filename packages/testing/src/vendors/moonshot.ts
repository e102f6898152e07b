import { hexOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ message, type }) => ({ error: { message, type } }),
  (complaint) => {
    switch (complaint.type) {
      case 'key-missing':
      case 'key-wrong':
        return { message: 'Invalid Authentication', type: 'invalid_authentication_error' };
      case 'model-unknown':
        return {
          message: `Not found the model ${complaint.model} or Permission denied`,
          type: 'resource_not_found_error',
        };
      case 'status':
        if (complaint.status === 429) {
          return {
            message: 'The engine is currently overloaded, please try again later',
            type: 'engine_overloaded_error',
          };
        }
        return complaint.status >= 500 ? { type: 'server_error' } : undefined;
      default:
        return undefined;
    }
  },
);

/** Moonshot (Kimi): the usage stands inside the choice of the finish chunk (platform.moonshot.ai/docs/api/chat). */
export const moonshot: Dialect = {
  ...compatibleBase,
  name: 'moonshot',
  models: ['kimi-k2.5', 'kimi-k3', 'moonshot-v1-128k'],
  reasoningField: 'reasoning_content',
  reasoningModels: /thinking|k3/,
  makeId: (seed) => `chatcmpl-${hexOf(seed, 24)}`,
  usage: ({ prompt, completion, cached }) => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    cached_tokens: cached,
  }),
  stream: {
    ...compatibleBase.stream,
    usage: 'finish-choice',
    usageUnasked: true,
    choice: ({ logprobs: _logprobs, ...choice }) => choice,
  },
  wordError,
  streamError: streamErrorOf(wordError),
};
