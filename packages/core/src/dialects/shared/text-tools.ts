import type { ToolCallBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isObject, parseJson } from './read.ts';

/*
 * A tool that takes free text, for a model whose tools all take objects: a function with one argument, `{input: text}`. By what
 * stands before its name its calls are known again.
 */
const prefix = 've_text__';

export const textSchema: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
  required: ['input'],
  additionalProperties: false,
};

export function renderToolName(name: string, format: 'json' | 'text'): string {
  return format === 'text' ? prefix + name : name;
}

export function parseToolName(wire: string): Pick<ToolCallBlock, 'name' | 'format'> {
  return wire.startsWith(prefix) && wire.length > prefix.length
    ? { name: wire.slice(prefix.length), format: 'text' }
    : { name: wire, format: 'json' };
}

/** The text that JSON arguments hold; what is not as it should be stays as it is. */
export function unwrapText(input: string): string {
  if (input.trim() === '') return '';
  const value = parseJson(input);
  if (!isObject(value)) return input;
  const text = value['input'];
  const isPlain = typeof text === 'string' && Object.keys(value).length === 1;
  return isPlain ? text : Object.keys(value).length === 0 ? '' : input;
}
