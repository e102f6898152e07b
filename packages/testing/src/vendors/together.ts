import { hexOf, wordOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { answerTogetherImages } from './media/answer-linked-images.ts';
import { answerTogetherRerank } from './media/answer-rerank.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  (fields) => ({ id: hexOf(fields.message, 16), error: { ...fields, status: undefined } }),
  (complaint) => {
    switch (complaint.type) {
      case 'key-missing':
      case 'key-wrong':
        return {
          message:
            'Invalid API key provided. You can find your API key at https://api.together.ai/settings/api-keys.',
          code: 'invalid_api_key',
        };
      case 'model-unknown':
        return {
          message: `Unable to access model ${complaint.model}. Please visit https://api.together.ai/models to view the list of supported models.`,
          code: 'model_not_available',
        };
      default:
        return undefined;
    }
  },
);

/** Together: open models for text, embeddings, ranking and images, the latter by address. */
export const together: Dialect = {
  ...compatibleBase,
  name: 'together',
  models: [
    'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    'intfloat/multilingual-e5-large-instruct',
    'Salesforce/Llama-Rank-V1',
    'black-forest-labs/FLUX.1-schnell',
  ],
  media: { ...compatibleBase.media, rerank: answerTogetherRerank, images: answerTogetherImages },
  reasoningField: 'reasoning',
  makeId: (seed) => `${wordOf(seed, 7)}-${wordOf(`${seed} id`, 6)}`,
  makeToolCallId: (seed) => `call_${wordOf(seed, 24).toLowerCase()}`,
  stream: { ...compatibleBase.stream, usage: 'finish-chunk', usageUnasked: true },
  wordError,
  streamError: streamErrorOf(wordError),
};
