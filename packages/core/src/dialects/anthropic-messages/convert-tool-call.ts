import type { ToolCallBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, hashOf, isObject, parseJson, restOf, stringOf, wordOf } from '../shared/read.ts';
import { parseToolName, renderToolName } from '../shared/text-tools.ts';
import { parseCache, renderCache } from './convert-cache.ts';
import { extraOf, ownOf } from './own-extra.ts';

/** The tool whose input is the answer itself, where JSON is wanted of a model that has no other way to promise it. */
export const jsonTool = 've_json_output';

/** How Anthropic's documentation wraps arguments that are not an object (fine-grained tool streaming). */
const broken = 'INVALID_JSON';

/** Where the vendor gave none: the same for a stream and its whole. */
export function madeUpId(block: number, name: string): string {
  return `call_0_${block}_${hashOf(name)}`;
}

/** Anthropic refuses ids with other characters than these, such as Kimi's `functions.search:0`. */
export function renderId(id: string): string {
  return /^[\w-]+$/.test(id) ? id : `${id.replaceAll(/[^\w-]/g, '_')}_${hashOf(id)}`;
}

/** `block` is its place in the message. */
export function parseToolCall(wire: JsonObject, block: number): ToolCallBlock {
  const wireName = stringOf(wire['name']) ?? '';
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const { name, format } = parseToolName(wireName);
  return {
    type: 'tool-call',
    id: wordOf(wire['id']) ?? madeUpId(block, wireName),
    name,
    format,
    input: parseInput(wire['input'], format),
    ...defined({ cache }),
    ...extraOf(parseCallExtra(wire, isKnown ? ['cache_control'] : [])),
  };
}

/** `caller` says that the model itself called: that is so where it is left out, too. */
export function parseCallExtra(wire: JsonObject, known: readonly string[]): JsonObject | undefined {
  const { caller } = wire;
  const isDirect = isObject(caller) && caller['type'] === 'direct' && Object.keys(caller).length === 1;
  return restOf(wire, ['type', 'id', 'name', 'input', ...(isDirect ? ['caller'] : []), ...known]);
}

export function parseInput(input: Json | undefined, format: 'json' | 'text'): string {
  if (input === undefined || input === null) return format === 'text' ? '' : '{}';
  if (isObject(input)) {
    const names = Object.keys(input);
    const [name] = names;
    if (names.length === 1 && name === (format === 'text' ? 'input' : broken)) {
      const text = input[name];
      if (typeof text === 'string') return text;
    }
    return JSON.stringify(input);
  }
  // Some compatible servers give the text of the arguments.
  return typeof input === 'string' && isObject(parseJson(input)) ? input : JSON.stringify(input);
}

/** From the text that a stream has put together. */
export function parseInputText(text: string, format: 'json' | 'text'): string {
  if (text.trim() === '') return parseInput(undefined, format);
  const value = parseJson(text);
  if (!isObject(value)) return text;
  return format === 'text' || Object.keys(value)[0] === broken ? parseInput(value, format) : text;
}

export function renderInput({ input, format }: Pick<ToolCallBlock, 'input' | 'format'>): JsonObject {
  if (format === 'text') return { input };
  if (input.trim() === '') return {};
  const value = parseJson(input);
  return isObject(value) ? value : { [broken]: input };
}

export function renderToolCall(call: ToolCallBlock, id: string): JsonObject {
  return {
    type: 'tool_use',
    id,
    name: renderToolName(call.name, call.format),
    input: renderInput(call),
    ...renderCache(call.cache),
    ...ownOf(call.extra),
  };
}
