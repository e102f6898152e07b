import type { ForeignBlock, MediaBlock, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isList, isObject, restOf, stringOf } from '../shared/read.ts';
import { cacheOf, parseMediaPart } from './convert-media.ts';
import { dialect, extraOf } from './own-extra.ts';

/** Names of text parts; callers mix them up, and so does OpenAI's own documentation. */
const textTypes: ReadonlySet<unknown> = new Set(['input_text', 'output_text', 'text', 'summary_text']);

/** What a user, a developer or a tool says: text, or a list of parts. */
export function parseContent(
  content: Json | undefined,
  at: string,
): (TextBlock | MediaBlock | ForeignBlock)[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!isList(content)) throw invalid(at, 'it must be a string or an array of parts');
  return content.map((part, index) => parsePart(part, `${at}[${index}]`));
}

function parsePart(part: Json, at: string): TextBlock | MediaBlock | ForeignBlock {
  if (!isObject(part)) throw invalid(at, 'it must be an object');
  if (textTypes.has(part['type'])) return parseText(part, at);
  if (typeof part['type'] !== 'string') throw invalid(`${at}.type`, 'it must be a string');
  return parseMediaPart(part, at) ?? foreignPart(part);
}

function parseText(part: JsonObject, at: string): TextBlock {
  const text = stringOf(part['text']);
  if (text === undefined) throw invalid(`${at}.text`, 'it must be a string');
  return {
    type: 'text',
    text,
    ...cacheOf(part),
    ...extraOf(restOf(part, ['type', 'text', 'annotations', 'logprobs'])),
  };
}

/** A part of a kind that only this dialect knows; it is told from an item that stands for itself. */
export function foreignPart(part: JsonObject): ForeignBlock {
  return { type: 'foreign', dialect, value: part, ...extraOf({ isPart: true }) };
}
