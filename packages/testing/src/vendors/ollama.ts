import { wordOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ message, type }) => ({ error: { message, type, param: null, code: null } }),
  (complaint) => {
    switch (complaint.type) {
      case 'model-unknown':
        return { message: `model '${complaint.model}' not found`, type: 'not_found_error' };
      case 'status':
        return complaint.status >= 500 ? { type: 'api_error' } : undefined;
      default:
        return undefined;
    }
  },
);

/** An Ollama server: the role in every delta, no opening chunk, `fp_ollama`, usage only when asked for. */
export const ollama: Dialect = {
  ...compatibleBase,
  name: 'ollama',
  models: ['llama3.2', 'qwen3', 'nomic-embed-text'],
  reasoningField: 'reasoning',
  reasoningModels: /qwen3|r1/,
  makeId: (seed) => `chatcmpl-${Number.parseInt(seed.replaceAll(/\D/g, '').slice(-3), 10) || 1}`,
  makeToolCallId: (seed) => `call_${wordOf(seed, 8).toLowerCase()}`,
  fingerprint: () => 'fp_ollama',
  usage: ({ prompt, completion }) => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  }),
  stream: {
    ...compatibleBase.stream,
    wholeToolCalls: true,
    firstDelta: () => undefined,
    delta: (delta) => ({ role: 'assistant', content: '', ...delta }),
    choice: ({ logprobs: _logprobs, ...choice }) => choice,
  },
  headers: () => ({}),
  wordError,
  streamError: streamErrorOf(wordError),
};
