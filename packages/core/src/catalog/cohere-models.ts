/** Names that Cohere serves for embeddings and reranking: https://docs.cohere.com/docs/models. */
export const cohereModels = [
  'embed-v5.0-pro',
  'embed-v5.0-fast',
  'embed-v4.0',
  'embed-english-v3.0',
  'embed-english-light-v3.0',
  'embed-multilingual-v3.0',
  'embed-multilingual-light-v3.0',
  'rerank-v5.0-pro',
  'rerank-v5.0-fast',
  'rerank-v4.0-pro',
  'rerank-v4.0-fast',
  'rerank-v3.5',
] as const;
