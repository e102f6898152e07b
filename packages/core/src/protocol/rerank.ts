import type { JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

/** A wish to have texts put into the order in which they answer a question. What is left out, the caller did not say. */
export interface RerankRequest {
  /** As the caller named it. */
  readonly model: string;
  readonly query: string;
  readonly documents: readonly string[];
  /** How many of the best; all if left out. */
  readonly topN?: number;
  /** The texts are wanted with their scores. */
  readonly returnsDocuments: boolean;
  /** What is longer is cut off. */
  readonly maxTokensPerDocument?: number;
  /** Other parameters, as the caller gave them. */
  readonly extra?: JsonObject;
}

export interface RankedDocument {
  /** Its place among those that were given. */
  readonly index: number;
  readonly score: number;
}

export interface RerankResult {
  readonly id?: string;
  /** As the provider named it. */
  readonly model?: string;
  /** The best one first. */
  readonly ranked: readonly RankedDocument[];
  readonly usage?: Usage;
}
