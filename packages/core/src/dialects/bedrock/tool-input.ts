import type { ToolCallBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, parseJson } from '../shared/read.ts';

/** Anthropic's own word for arguments that a model wrote and nobody can read. */
const unreadable = 'INVALID_JSON';

/** A call's arguments as the object that Bedrock demands. */
export function renderToolInput({ format, input }: Pick<ToolCallBlock, 'format' | 'input'>): JsonObject {
  if (format === 'text') return { input };
  if (input.trim() === '') return {};
  const value = parseJson(input);
  return isObject(value) ? value : { [unreadable]: input };
}

/** The object as JSON text; what was wrapped because it could not be read comes out again. */
export function parseToolInput(input: Json | undefined): string {
  if (input === undefined || input === null) return '{}';
  if (isObject(input) && Object.keys(input).length === 1) {
    const raw = input[unreadable];
    if (typeof raw === 'string') return raw;
  }
  return JSON.stringify(input);
}
