import type { JsonObject } from '../src/protocol/json.ts';
import type { MediaAnswer, MediaContext, RenderedMedia, UploadedFile } from '../src/protocol/media.ts';

/** An upstream's whole answer. */
export function answerOf(body: unknown): MediaAnswer {
  return { headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

/** Keeps what it is given under addresses that count up, and has what is under `served`. */
export function contextOf(
  served: Readonly<Record<string, string>> = {},
): MediaContext & { readonly kept: string[] } {
  const kept: string[] = [];
  return {
    model: 'alias',
    now: 1_700_000_000,
    kept,
    async link(bytes, type) {
      kept.push(`${type} ${Buffer.from(bytes).toString('base64')}`);
      return `https://gateway/kept/${kept.length}`;
    },
    async fetch(url) {
      const text = served[url];
      if (text === undefined) throw new Error(`nothing is served at ${url}`);
      return { type: 'image/png', body: Buffer.from(text) };
    },
  };
}

type Rendering = RenderedMedia | Promise<RenderedMedia>;

/** What a format renders at once. */
export function atOnce(rendered: Rendering): RenderedMedia {
  if (rendered instanceof Promise) throw new Error('a promise');
  return rendered;
}

/** The JSON that a format sends. */
export function jsonIn(rendered: Rendering): JsonObject {
  const now = atOnce(rendered);
  if (!('json' in now)) throw new Error('a form');
  return now.json;
}

/** A file of a form. */
export function fileOf(text: string, type: string = 'image/png', name: string = 'cat.png'): UploadedFile {
  const bytes = Buffer.from(text);
  return {
    name,
    type,
    size: bytes.length,
    start: bytes.subarray(0, 4096),
    async *open() {
      yield bytes.subarray(0, 2);
      yield bytes.subarray(2);
    },
  };
}
