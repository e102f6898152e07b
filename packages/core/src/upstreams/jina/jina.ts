import { jinaModels } from '../../catalog/jina-models.ts';
import { defineVectorVendor, type VectorVendorOptions } from '../define-vector-vendor.ts';
import type { Upstream } from '../upstream.ts';

/** What `jina` takes. */
export type JinaOptions = VectorVendorOptions;

/** Vectors and rankings of Jina AI: https://api.jina.ai/redoc. */
export function jina(options: JinaOptions): Upstream<(typeof jinaModels)[number]> {
  return defineVectorVendor(options, {
    vendor: 'jina',
    baseURL: 'https://api.jina.ai/v1',
    paths: {
      embeddings: '/embeddings',
      rerank: '/rerank',
    },
    media: { embeddings: 'jina', rerank: 'jina' },
    models: jinaModels,
  });
}
