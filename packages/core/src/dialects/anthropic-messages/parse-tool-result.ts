import type { MediaBlock, TextBlock, ToolResultBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { parseCache } from './convert-cache.ts';
import { parseMedia } from './convert-media.ts';
import { parseText } from './parse-text.ts';
import { defined, extraOf, invalid, isList, isObject, restOf, stringOf } from './read.ts';

export function parseToolResult(wire: JsonObject, path: string): ToolResultBlock {
  const { content, others } = parseResultContent(wire['content'], `${path}.content`);
  const { is_error: isError } = wire;
  if (isError !== undefined && isError !== null && typeof isError !== 'boolean')
    throw invalid(`${path}.is_error`, 'it must be true or false');
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const known = ['type', 'tool_use_id', 'content', 'is_error'];
  if (isKnown) known.push('cache_control');
  const rest = restOf(wire, known);
  return {
    type: 'tool-result',
    callId: stringOf(wire['tool_use_id']) ?? '',
    content,
    ...defined({ isError: isError ?? undefined, cache }),
    ...extraOf(others.length === 0 ? rest : { ...rest, content: others }),
  };
}

/** `others`: blocks that only Anthropic knows (`search_result`, `tool_reference`), each with its place in the list. */
function parseResultContent(
  value: Json | undefined,
  path: string,
): { content: readonly (TextBlock | MediaBlock)[]; others: readonly JsonObject[] } {
  if (value === undefined || value === null) return { content: [], others: [] };
  if (typeof value === 'string') return { content: [{ type: 'text', text: value }], others: [] };
  if (!isList(value)) throw invalid(path, 'it must be text or a list of blocks');
  const content: (TextBlock | MediaBlock)[] = [];
  const others: JsonObject[] = [];
  for (const [at, block] of value.entries()) {
    if (!isObject(block)) throw invalid(`${path}[${at}]`, 'it must be an object with a type');
    if (block['type'] === 'text' && typeof block['text'] !== 'string')
      throw invalid(`${path}[${at}].text`, 'it must be a string');
    const known = block['type'] === 'text' ? parseText(block) : mediaOf(block);
    if (known === undefined) others.push({ at, block });
    else content.push(known);
  }
  return { content, others };
}

function mediaOf(block: JsonObject): MediaBlock | undefined {
  return block['type'] === 'image' || block['type'] === 'document' ? parseMedia(block) : undefined;
}
