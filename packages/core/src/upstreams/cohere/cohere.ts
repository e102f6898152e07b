import { cohereModels } from '../../catalog/cohere-models.ts';
import { defineVectorVendor, type VectorVendorOptions } from '../define-vector-vendor.ts';
import type { Upstream } from '../upstream.ts';

/** What `cohere` takes. */
export type CohereOptions = VectorVendorOptions;

/** Vectors and rankings of Cohere: https://docs.cohere.com/reference/embed, /reference/rerank; and what it has in OpenAI's format, https://docs.cohere.com/docs/compatibility-api. */
export function cohere(options: CohereOptions): Upstream<(typeof cohereModels)[number]> {
  return defineVectorVendor(options, {
    vendor: 'cohere',
    baseURL: 'https://api.cohere.com',
    paths: {
      chat: '/compatibility/v1/chat/completions',
      embeddings: '/v2/embed',
      rerank: '/v2/rerank',
    },
    media: { embeddings: 'cohere', rerank: 'cohere' },
    models: cohereModels,
  });
}
