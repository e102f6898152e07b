import { hexOf, uuidOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { answerGrokEdits, answerGrokImages } from './media/answer-grok-images.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ message, code }) => ({ code: code ?? 'Client specified an invalid argument', error: message }),
  (complaint) => {
    switch (complaint.type) {
      case 'key-wrong':
        return {
          status: 400,
          message: `Incorrect API key provided: ${complaint.key.slice(0, 2)}***${complaint.key.slice(-2)}. You can obtain an API key from https://console.x.ai.`,
        };
      case 'model-unknown':
        return {
          message: `The model ${complaint.model} does not exist or your team does not have access to it. Please ensure you're using the correct API key. If you believe this is a mistake, please reach out to support and quote your team ID.`,
          code: 'Some requested entity was not found',
        };
      case 'content-refused':
        return { message: 'Generated image rejected by content moderation.' };
      case 'status':
        return complaint.status === 429 ? { code: 'Some resource has been exhausted' } : undefined;
      default:
        return undefined;
    }
  },
);

/** xAI: errors that are a string beside a code, and 400 for a wrong key (continuedev/continue#11412). `[DONE]` ends without a line end. */
export const xai: Dialect = {
  ...compatibleBase,
  name: 'xai',
  models: ['grok-4', 'grok-4-fast', 'grok-code-fast-1', 'grok-imagine-image', 'grok-imagine-image-pro'],
  media: { images: answerGrokImages, 'image-edits': answerGrokEdits },
  reasoningField: 'reasoning_content',
  reasoningModels: /^grok-4$|reasoning|code/,
  makeId: uuidOf,
  fingerprint: (model) => `fp_${hexOf(model, 10)}`,
  usage: ({ prompt, completion, cached, reasoning }) => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { text_tokens: prompt, audio_tokens: 0, image_tokens: 0, cached_tokens: cached },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    num_sources_used: 0,
  }),
  stream: {
    ...compatibleBase.stream,
    usage: 'finish-chunk',
    usageUnasked: true,
    wholeToolCalls: true,
    done: 'data: [DONE]',
    firstDelta: () => undefined,
    delta: (delta, part) => (part.type === 'finish' ? delta : { ...delta, role: 'assistant' }),
    choice: ({ logprobs: _logprobs, finish_reason, ...choice }) =>
      finish_reason === null ? choice : { ...choice, finish_reason },
  },
  wordError,
  streamError: streamErrorOf(wordError),
};
