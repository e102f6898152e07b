/** Names that Voyage serves: https://docs.voyageai.com/docs/embeddings and /docs/reranker. */
export const voyageModels = [
  'voyage-4-large',
  'voyage-4',
  'voyage-4-lite',
  'voyage-3-large',
  'voyage-3.5',
  'voyage-3.5-lite',
  'voyage-code-3',
  'voyage-finance-2',
  'voyage-law-2',
  'voyage-multilingual-2',
  'rerank-3',
  'rerank-3-lite',
  'rerank-2.5',
  'rerank-2.5-lite',
] as const;
