import type { ToolCallBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, parseJson } from '../shared/read.ts';

/** A custom tool's free text travels as the one argument of this name: by it the answer is known for a custom call. */
export const customInput = 'vector_custom_input';

/** Gemini takes an object only; what is none (a broken or cut call of another model) is shown under this name. */
const unreadableInput = 'vector_unreadable_arguments';

type Input = Pick<ToolCallBlock, 'format' | 'input'>;

export function toArgs({ format, input }: Input): JsonObject {
  if (format === 'text') return { [customInput]: input };
  if (input.trim() === '') return {};
  const value = parseJson(input);
  return isObject(value) ? value : { [unreadableInput]: input };
}

export function toInput(args: Json | undefined): Input {
  if (args === undefined || args === null) return { format: 'json', input: '{}' };
  if (isObject(args) && Object.keys(args).length === 1) {
    const { [customInput]: custom, [unreadableInput]: unreadable } = args;
    if (typeof custom === 'string') return { format: 'text', input: custom };
    if (typeof unreadable === 'string') return { format: 'json', input: unreadable };
  }
  return { format: 'json', input: JSON.stringify(args) };
}
