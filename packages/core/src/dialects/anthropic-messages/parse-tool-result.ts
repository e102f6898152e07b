import type { MediaBlock, TextBlock, ToolResultBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, invalid, isList, isObject, restOf, stringOf } from '../shared/read.ts';
import { wantBoolean } from '../shared/want.ts';
import { parseCache } from './convert-cache.ts';
import { parseMedia } from './convert-media.ts';
import { extraOf } from './own-extra.ts';
import { parseText } from './parse-text.ts';
import { wordBlock } from './word-block.ts';

export function parseToolResult(wire: JsonObject, path: string): ToolResultBlock {
  const isError = wantBoolean(wire['is_error'], `${path}.is_error`);
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const known = ['type', 'tool_use_id', 'content', 'is_error'];
  if (isKnown) known.push('cache_control');
  return {
    type: 'tool-result',
    callId: stringOf(wire['tool_use_id']) ?? '',
    content: parseResultContent(wire['content'], `${path}.content`),
    ...defined({ isError, cache }),
    ...extraOf(restOf(wire, known)),
  };
}

function parseResultContent(value: Json | undefined, path: string): readonly (TextBlock | MediaBlock)[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!isList(value)) throw invalid(path, 'it must be a string or an array of blocks');
  return value.map((block, at) => {
    if (!isObject(block)) throw invalid(`${path}[${at}]`, 'it must be an object with a type');
    if (block['type'] === 'text' && typeof block['text'] !== 'string')
      throw invalid(`${path}[${at}].text`, 'it must be a string');
    return block['type'] === 'text' ? parseText(block) : (mediaOf(block) ?? wordBlock(block));
  });
}

function mediaOf(block: JsonObject): MediaBlock | undefined {
  return block['type'] === 'image' || block['type'] === 'document' ? parseMedia(block) : undefined;
}
