import type { JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

/** What a vector is for; models that know make different ones of the same text. */
export type EmbeddingTask =
  | 'query'
  | 'document'
  | 'classification'
  | 'clustering'
  | 'similarity'
  | 'question-answering'
  | 'fact-verification'
  | 'code-query';

/** One thing to make a vector of: text, or the tokens of a model's own. */
export type EmbeddingInput = string | readonly number[];

/** A wish for vectors in no vendor's words. What is left out, the caller did not say. */
export interface EmbeddingsRequest {
  /** As the caller named it. */
  readonly model: string;
  /** One for each vector. */
  readonly inputs: readonly EmbeddingInput[];
  /** How the caller wants the numbers written; as a list if left out. */
  readonly encoding?: 'float' | 'base64';
  readonly dimensions?: number;
  /** `parameter` and `word` are the caller's; `meaning` is left out where only one vendor knows the word. */
  readonly task?: { readonly parameter: string; readonly word: string; readonly meaning?: EmbeddingTask };
  readonly user?: string;
  /** Parameters that OpenAI has not, as the caller gave them. */
  readonly extra?: JsonObject;
}

/** Numbers, or the Base64 of them as little-endian 32-bit floats: as they came, so that nothing is converted in vain. */
export type Vector = readonly number[] | string;

export interface EmbeddingsResult {
  /** As the provider named it. */
  readonly model?: string;
  /** In the order of the inputs, as many as these. */
  readonly vectors: readonly Vector[];
  readonly usage?: Usage;
}
