import { hexOf, uuidOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ message, type, param, code }) => ({ error: { message, type, param, code } }),
  (complaint) => {
    switch (complaint.type) {
      case 'key-missing':
        return { type: 'authentication_error', message: 'Authentication Fails (governor)' };
      case 'key-wrong':
        return {
          type: 'authentication_error',
          message: `Authentication Fails, Your api key: ****${complaint.key.slice(-4)} is invalid`,
          code: 'invalid_request_error',
        };
      case 'model-unknown':
        return { status: 400, message: 'Model Not Exist', code: 'invalid_request_error' };
      case 'status':
        return complaint.status === 402
          ? { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' }
          : undefined;
      default:
        return undefined;
    }
  },
);

/** DeepSeek, after a recorded stream: every delta has both kinds of content, one of them null; its own cache figures. */
export const deepseek: Dialect = {
  ...compatibleBase,
  name: 'deepseek',
  basePaths: ['/v1', ''],
  models: ['deepseek-chat', 'deepseek-reasoner'],
  reasoningField: 'reasoning_content',
  reasoningModels: /reasoner/,
  makeId: uuidOf,
  fingerprint: (model) => `fp_${hexOf(model, 10)}_prod0623_fp8_kvcache`,
  usage: ({ prompt, completion, cached, reasoning }) => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
    prompt_cache_hit_tokens: cached,
    prompt_cache_miss_tokens: prompt - cached,
  }),
  stream: {
    ...compatibleBase.stream,
    usage: 'finish-chunk',
    usageUnasked: true,
    nullUsage: true,
    firstDelta: () => ({ role: 'assistant', content: null, reasoning_content: '' }),
    delta: (delta, part) => {
      if (part.type === 'reasoning-delta') return { content: null, ...delta };
      if (part.type === 'text-delta') return { ...delta, reasoning_content: null };
      return part.type === 'finish' ? { content: '', reasoning_content: null } : delta;
    },
  },
  wordError,
  streamError: streamErrorOf(wordError),
};
