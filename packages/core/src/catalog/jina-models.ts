/** Names that Jina serves: https://jina.ai/models. */
export const jinaModels = [
  'jina-embeddings-v5-text-small',
  'jina-embeddings-v5-text-nano',
  'jina-embeddings-v4',
  'jina-embeddings-v3',
  'jina-code-embeddings-1.5b',
  'jina-code-embeddings-0.5b',
  'jina-clip-v2',
  'jina-reranker-v3',
  'jina-reranker-m0',
  'jina-reranker-v2-base-multilingual',
] as const;
