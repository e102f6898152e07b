import { hexOf, wordOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';

const wordError = wordInShape(
  ({ status, message }) => ({
    error: {
      message,
      code: status,
      ...(status === 429 ? { metadata: { raw: message, provider_name: 'OpenAI' } } : {}),
    },
    ...(status === 401 ? {} : { user_id: 'user_simulated' }),
  }),
  (complaint) => {
    switch (complaint.type) {
      case 'key-missing':
        return { message: 'No auth credentials found' };
      case 'key-wrong':
        return { message: 'User not found.' };
      case 'model-unknown':
        return { status: 400, message: `${complaint.model} is not a valid model ID` };
      case 'status':
        if (complaint.status === 402) {
          return { message: 'Insufficient credits. Add more using https://openrouter.ai/settings/credits' };
        }
        return complaint.status === 429 ? { message: 'Provider returned error' } : undefined;
      default:
        return undefined;
    }
  },
);

/**
 * OpenRouter: comment lines while it waits for a provider, `provider` and `native_finish_reason`, and a usage chunk
 * that has a choice (speakeasy-api/gram#921). Errors in a stream come as a chunk (openrouter.ai/docs/api-reference/errors).
 */
export const openrouter: Dialect = {
  ...compatibleBase,
  name: 'openrouter',
  basePaths: ['/api/v1'],
  models: ['openai/gpt-4o', 'openai/gpt-5.2', 'anthropic/claude-opus-4.6', 'deepseek/deepseek-r1'],
  reasoningField: 'reasoning',
  reasoningModels: /r1$|:thinking$/,
  makeId: (seed) => `gen-1767225600-${wordOf(seed, 20)}`,
  fingerprint: (model) => `fp_${hexOf(model, 10)}`,
  usage: ({ prompt, completion, cached, reasoning }) => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    cost: (prompt * 2 + completion * 8) / 1_000_000,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    cost_details: { upstream_inference_cost: null },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }),
  whole: (answer) => ({ provider: 'OpenAI', ...answer }),
  stream: {
    ...compatibleBase.stream,
    usage: 'own-chunk-with-choice',
    usageUnasked: true,
    comments: ['OPENROUTER PROCESSING', 'OPENROUTER PROCESSING'],
    delta: (delta) => ({ role: 'assistant', content: '', ...delta }),
    choice: (choice) => ({ ...choice, native_finish_reason: choice.finish_reason }),
    chunk: (chunk) => ({ ...chunk, provider: 'OpenAI' }),
  },
  headers: ({ seed }) => ({ 'cf-ray': `${hexOf(seed, 16)}-FRA`, server: 'cloudflare' }),
  wordError,
  streamError: (model) => ({
    id: 'gen-1767225600-simulated',
    object: 'chat.completion.chunk',
    created: 1767225600,
    model,
    provider: 'OpenAI',
    error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
    choices: [
      {
        index: 0,
        delta: { role: 'assistant', content: '' },
        finish_reason: 'error',
        native_finish_reason: null,
      },
    ],
  }),
};
