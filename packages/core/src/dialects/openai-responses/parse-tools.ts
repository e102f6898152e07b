import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isObject, listOf, optional, restOf, wordOf } from '../shared/read.ts';
import { need, wantList, wantName, wantObject, wantString } from '../shared/want.ts';
import { extraOf } from './own-extra.ts';

export function parseTools(tools: Json | undefined): readonly Tool[] | undefined {
  return wantList(tools, 'tools')?.map((tool, index) => parseTool(tool, `tools[${index}]`));
}

function parseTool(tool: Json, at: string): Tool {
  if (!isObject(tool)) throw invalid(at, 'it must be an object');
  if (typeof tool['type'] !== 'string') throw invalid(`${at}.type`, 'it must be a string');
  if (tool['type'] === 'function') return parseFunction(tool, at);
  if (tool['type'] === 'custom') return parseCustom(tool, at);
  return { type: 'built-in', extra: { 'openai-responses': tool } };
}

function parseFunction(tool: JsonObject, at: string): Tool {
  const { strict } = tool;
  return {
    type: 'function',
    ...named(tool, at),
    ...optional('parameters', wantObject(tool['parameters'], `${at}.parameters`)),
    ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
    ...extraOf({
      ...restOf(tool, ['type', 'name', 'description', 'parameters', 'strict']),
      // Unsaid, this API makes the schema strict if it can. That is another thing than being told not to.
      ...(typeof strict === 'boolean' ? {} : { strict: null }),
    }),
  };
}

function parseCustom(tool: JsonObject, at: string): Tool {
  return {
    type: 'custom',
    ...named(tool, at),
    ...(isObject(tool['format']) ? { format: tool['format'] } : {}),
    ...extraOf(restOf(tool, ['type', 'name', 'description', 'format'])),
  };
}

function named(tool: JsonObject, at: string): { name: string; description?: string } {
  return {
    name: need(wantName(tool['name'], `${at}.name`), `${at}.name`),
    ...optional('description', wantString(tool['description'], `${at}.description`)),
  };
}

/** The choice in neutral words; undefined where only this API has words for it (a built-in tool). */
export function parseToolChoice(choice: Json | undefined): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  if (!isObject(choice) || typeof choice['type'] !== 'string') {
    throw invalid('tool_choice', 'it must be "auto", "none", "required" or an object with a type');
  }
  if (choice['type'] === 'function' || choice['type'] === 'custom') {
    const name = need(wantName(choice['name'], 'tool_choice.name'), 'tool_choice.name');
    return { type: 'tool', name };
  }
  if (choice['type'] !== 'allowed_tools') return undefined;
  const names = listOf(choice['tools']).map(nameOfAllowed);
  const known = names.filter((name) => name !== undefined);
  if (known.length !== names.length || known.length === 0) return undefined;
  return { type: 'allowed', names: known, isRequired: choice['mode'] === 'required' };
}

function nameOfAllowed(tool: Json): string | undefined {
  if (!isObject(tool)) return undefined;
  return tool['type'] === 'function' || tool['type'] === 'custom' ? wordOf(tool['name']) : undefined;
}
