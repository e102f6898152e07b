import { isJsonObject, readString } from '../../wire/read-json.ts';

export interface RankedDocument {
  /** Its place in the request. */
  readonly index: number;
  readonly text: string;
  /** 0 to 1. */
  readonly score: number;
}

/** Documents by how many of the query's words they have, best first; of equals the one that came first is first. */
export function rankDocuments(query: string, documents: readonly string[]): RankedDocument[] {
  const wanted = new Set(wordsOf(query));
  return documents
    .map((text, index) => {
      const found = new Set(wordsOf(text).filter((word) => wanted.has(word)));
      const share = wanted.size === 0 ? 0 : found.size / wanted.size;
      return { index, text, score: Math.round((0.01 + 0.98 * share) * 10_000) / 10_000 };
    })
    .toSorted((one, other) => other.score - one.score || one.index - other.index);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** A document is text, or an object with the text in it. */
export function readDocument(document: unknown): string {
  if (!isJsonObject(document)) return String(document);
  return readString(document.text) ?? JSON.stringify(document);
}
