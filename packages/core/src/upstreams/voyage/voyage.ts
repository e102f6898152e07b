import { voyageModels } from '../../catalog/voyage-models.ts';
import { defineVectorVendor, type VectorVendorOptions } from '../define-vector-vendor.ts';
import type { Upstream } from '../upstream.ts';

/** What `voyage` takes. */
export type VoyageOptions = VectorVendorOptions;

/** Vectors and rankings of Voyage AI: https://docs.voyageai.com/reference/embeddings-api, /reference/reranker-api. */
export function voyage(options: VoyageOptions): Upstream<(typeof voyageModels)[number]> {
  return defineVectorVendor(options, {
    vendor: 'voyage',
    baseURL: 'https://api.voyageai.com/v1',
    paths: {
      embeddings: '/embeddings',
      rerank: '/rerank',
    },
    media: { embeddings: 'voyage', rerank: 'voyage' },
    models: voyageModels,
  });
}
