import type { ForeignBlock, MediaBlock, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, invalid, isList, isObject, restOf, wordOf } from '../shared/read.ts';
import { wantString } from '../shared/want.ts';
import { parseCacheMark } from './convert-cache-mark.ts';
import { parseMedia } from './convert-media.ts';
import { extraOf } from './own-extra.ts';

type PartBlock = TextBlock | MediaBlock | ForeignBlock;

/** The content of a caller's message: a string, or a list of parts. */
export function parseParts(content: Json | undefined, path: string): readonly PartBlock[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!isList(content)) throw invalid(path, 'it must be a string or an array of parts');
  return content.map((part, index) => parsePart(part, `${path}[${index}]`));
}

function parsePart(part: Json, path: string): PartBlock {
  if (typeof part === 'string') return { type: 'text', text: part };
  const { type } = checkPart(part, path);
  if (!isObject(part)) throw invalid(path, 'it must be an object');
  if (type === 'text') return parseText(part);
  const media = parseMedia(part);
  if (media === undefined) return { type: 'foreign', dialect: 'openai-chat', value: part };
  return { ...media, ...defined({ cache: parseCacheMark(part) }) };
}

/** Parts that are known must be whole; others are passed on as they came. */
export function checkPart(part: Json, path: string): { readonly type: string } {
  if (!isObject(part)) throw invalid(path, 'it must be an object');
  const type = wantString(part['type'], `${path}.type`);
  if (type === undefined || type === '') throw invalid(`${path}.type`, 'it must be the kind of the part');
  if (type === 'text' && typeof part['text'] !== 'string')
    throw invalid(`${path}.text`, 'it must be a string');
  if (type === 'refusal' && typeof part['refusal'] !== 'string')
    throw invalid(`${path}.refusal`, 'it must be a string');
  if (type === 'image_url' && parseMedia(part) === undefined)
    throw invalid(`${path}.image_url`, 'it must be an object with a url');
  if (type === 'input_audio' && parseMedia(part) === undefined)
    throw invalid(`${path}.input_audio`, 'it must be an object with data and a format');
  if (type === 'file' && parseMedia(part) === undefined)
    throw invalid(`${path}.file`, 'it must be an object with file_data or a file_id');
  return { type };
}

/** A part whose text is known to be one. */
export function parseText(part: JsonObject): TextBlock {
  return {
    type: 'text',
    text: wordOf(part['text']) ?? '',
    ...defined({ cache: parseCacheMark(part) }),
    ...extraOf(restOf(part, ['type', 'text', 'cache_control'])),
  };
}
