import type { Citation } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { namesSource } from '../shared/names-source.ts';
import { countOf, defined, filled, isList, isObject, listOf, restOf, stringOf } from '../shared/read.ts';
import { extraOf } from './own-extra.ts';
import { field, objectField, spellings } from './read.ts';

/** A text block of an answer, with its number within the choice. */
export interface CitedText {
  readonly block: number;
  readonly text: string;
}

export interface PlacedCitation {
  readonly block: number;
  readonly citation: Citation;
}

/** As read: without a block it stands behind the answer as a whole. */
export interface FoundCitation {
  readonly block: number | undefined;
  readonly citation: Citation;
}

/** What Gemini tells of its sources, about a candidate's text as a whole. */
export function parseCitations(candidate: JsonObject, texts: readonly CitedText[]): readonly FoundCitation[] {
  const grounding = objectField(candidate, 'groundingMetadata');
  const recited = objectField(candidate, 'citationMetadata');
  return [
    ...(grounding === undefined ? [] : parseGrounding(grounding, texts)),
    ...(recited === undefined ? [] : parseRecited(recited, texts)),
  ];
}

function parseGrounding(grounding: JsonObject, texts: readonly CitedText[]): readonly FoundCitation[] {
  const chunks = listOf(field(grounding, 'groundingChunks'));
  const supports = listOf(field(grounding, 'groundingSupports')).filter(isObject);
  const used = new Set<number>();
  const placed = supports.flatMap((support) => {
    const place = findSegment(objectField(support, 'segment') ?? {}, texts);
    return listOf(field(support, 'groundingChunkIndices')).flatMap((index): readonly FoundCitation[] => {
      const source = typeof index === 'number' ? parseChunk(chunks[index]) : undefined;
      if (source === undefined || typeof index !== 'number') return [];
      used.add(index);
      return [{ block: place?.block, citation: { ...source, ...place?.range } }];
    });
  });
  const unused = chunks.flatMap((chunk, index): readonly FoundCitation[] => {
    const source = used.has(index) ? undefined : parseChunk(chunk);
    return source === undefined ? [] : [{ block: undefined, citation: source }];
  });
  return [...placed, ...unused];
}

function parseChunk(chunk: Json | undefined): Citation | undefined {
  if (!isObject(chunk)) return undefined;
  const source =
    objectField(chunk, 'web') ??
    objectField(chunk, 'retrievedContext') ??
    objectField(chunk, 'maps') ??
    objectField(chunk, 'image');
  const citation =
    source &&
    defined({
      // Of a picture, the page that it is on.
      url: stringOf(field(source, 'uri') ?? field(source, 'sourceUri')),
      title: stringOf(field(source, 'title')),
      citedText: stringOf(field(source, 'text')),
    });
  return citation && filled(citation);
}

const recitedFields = spellings('uri', 'title', 'startIndex', 'endIndex');

function parseRecited(metadata: JsonObject, texts: readonly CitedText[]): readonly FoundCitation[] {
  const list = listOf(field(metadata, 'citations') ?? field(metadata, 'citationSources')).filter(isObject);
  return list.map((item) => {
    const place = findSegment(item, texts);
    const citation = {
      ...defined({ url: stringOf(field(item, 'uri')), title: stringOf(field(item, 'title')) }),
      ...place?.range,
      ...extraOf(restOf(item, recitedFields)),
    };
    return { block: place?.block, citation };
  });
}

interface Place {
  readonly block: number;
  readonly range: { readonly start: number; readonly end: number };
}

/**
 * Where in which block a segment is. Gemini counts bytes of UTF-8 from the beginning of the answer's text (its
 * documentation says: of the part, but a stream's parts are not the answer's): the segment's own words decide.
 */
function findSegment(segment: JsonObject, texts: readonly CitedText[]): Place | undefined {
  const whole = texts.map(({ text }) => text).join('');
  const words = stringOf(field(segment, 'text'));
  const endIndex = countOf(field(segment, 'endIndex'));
  if (endIndex === undefined && words === undefined) return undefined;
  let start = endIndex === undefined ? -1 : toCharacters(whole, countOf(field(segment, 'startIndex')) ?? 0);
  let end = endIndex === undefined ? -1 : toCharacters(whole, endIndex);
  if (words !== undefined && whole.slice(Math.max(start, 0), Math.max(end, 0)) !== words) {
    start = words === '' ? -1 : whole.indexOf(words);
    end = start + words.length;
  }
  if (start < 0 || end <= start) return undefined;
  let before = 0;
  for (const { block, text } of texts) {
    if (start < before + text.length)
      return { block, range: { start: start - before, end: Math.min(end - before, text.length) } };
    before += text.length;
  }
  return undefined;
}

/** The index of the character (UTF-16 unit) at a byte of UTF-8. */
function toCharacters(text: string, bytes: number): number {
  return Buffer.from(text).subarray(0, bytes).toString().length;
}

/** Citations that came from elsewhere, as if Gemini had searched. Undefined where there are none. */
export function renderGrounding(
  texts: readonly CitedText[],
  citations: readonly PlacedCitation[],
): JsonObject | undefined {
  const told = citations.filter(({ citation }) => namesSource(citation));
  if (told.length === 0) return undefined;
  const chunks: JsonObject[] = [];
  const supports: JsonObject[] = [];
  const indexOf = new Map<string, number>();
  for (const { block, citation } of told) {
    const chunk = renderChunk(citation);
    const key = JSON.stringify(chunk);
    const index = indexOf.get(key) ?? chunks.push(chunk) - 1;
    indexOf.set(key, index);
    const segment = renderSegment(citation, block, texts);
    if (segment === undefined) continue;
    const last = supports.at(-1);
    const lastIndices = last?.groundingChunkIndices;
    if (isList(lastIndices) && JSON.stringify(last?.segment) === JSON.stringify(segment))
      supports[supports.length - 1] = { segment, groundingChunkIndices: [...lastIndices, index] };
    else supports.push({ segment, groundingChunkIndices: [index] });
  }
  return { groundingChunks: chunks, ...(supports.length === 0 ? {} : { groundingSupports: supports }) };
}

function renderChunk({ url, title, citedText }: Citation): JsonObject {
  const source = defined({ uri: url, title, text: citedText });
  return citedText === undefined ? { web: source } : { retrievedContext: source };
}

function renderSegment(
  { start, end }: Citation,
  block: number,
  texts: readonly CitedText[],
): JsonObject | undefined {
  const at = texts.findIndex((text) => text.block === block);
  const own = texts[at];
  if (own === undefined || start === undefined || end === undefined || end <= start) return undefined;
  const before = texts.slice(0, at).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const startIndex = before + Buffer.byteLength(own.text.slice(0, start));
  const text = own.text.slice(start, end);
  return {
    ...(startIndex === 0 ? {} : { startIndex }),
    endIndex: startIndex + Buffer.byteLength(text),
    text,
  };
}
