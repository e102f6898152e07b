import { hexOf } from '../wire/hash-text.ts';
import { compatibleBase, wordInShape } from './compatible-base.ts';
import type { Dialect } from './dialect.ts';
import { answerSiliconFlowImages } from './media/answer-linked-images.ts';
import { answerSiliconFlowRerank } from './media/answer-rerank.ts';
import { streamErrorOf } from './stream-error-of.ts';

const wordError = wordInShape(
  ({ status, message, code }) =>
    status === 401 ? 'Invalid token' : { code: Number(code) || 20_015, message, data: null },
  (complaint) =>
    complaint.type === 'model-unknown'
      ? { status: 400, code: '20012', message: 'Model does not exist. Please check it carefully.' }
      : undefined,
);

/** SiliconFlow: errors without an envelope, images by address under two names. */
export const siliconflow: Dialect = {
  ...compatibleBase,
  name: 'siliconflow',
  models: [
    'deepseek-ai/DeepSeek-V3',
    'BAAI/bge-m3',
    'BAAI/bge-reranker-v2-m3',
    'black-forest-labs/FLUX.1-schnell',
  ],
  media: { ...compatibleBase.media, rerank: answerSiliconFlowRerank, images: answerSiliconFlowImages },
  reasoningField: 'reasoning_content',
  makeId: (seed) => hexOf(seed, 32),
  makeToolCallId: (seed) => hexOf(seed, 32),
  stream: { ...compatibleBase.stream, usage: 'finish-chunk', usageUnasked: true },
  headers: ({ seed }) => ({ 'x-siliconcloud-trace-id': `ti_${hexOf(seed, 24)}` }),
  wordError,
  streamError: streamErrorOf(wordError),
};
