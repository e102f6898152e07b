import { GatewayError } from '../../errors.ts';
import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { keep } from './own-extra.ts';
import { asList, asName, asText, isList, isObject, omit, optional, refuse } from './read.ts';

export function parseTools(tools: Json | undefined): readonly Tool[] | undefined {
  if (tools === undefined || tools === null) return undefined;
  if (!isList(tools)) return refuse('tools', 'it must be a list');
  return tools.map((tool, index) => parseTool(tool, `tools[${index}]`));
}

function parseTool(tool: Json, at: string): Tool {
  if (!isObject(tool)) return refuse(at, 'it must be an object');
  if (typeof tool['type'] !== 'string') return refuse(`${at}.type`, 'it must be a string');
  if (tool['type'] === 'function') return parseFunction(tool, at);
  if (tool['type'] === 'custom') return parseCustom(tool, at);
  return { type: 'built-in', extra: { 'openai-responses': tool } };
}

function parseFunction(tool: JsonObject, at: string): Tool {
  const { parameters, strict } = tool;
  if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
    return refuse(`${at}.parameters`, 'it must be an object');
  }
  return {
    type: 'function',
    ...named(tool, at),
    ...(isObject(parameters) ? { parameters } : {}),
    ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
    ...keep({
      ...omit(tool, ['type', 'name', 'description', 'parameters', 'strict']),
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
    ...keep(omit(tool, ['type', 'name', 'description', 'format'])),
  };
}

function named(tool: JsonObject, at: string): { name: string; description?: string } {
  if (tool['name'] === undefined) {
    throw new GatewayError('VE_PARAMETER_MISSING', { parameter: `${at}.name` });
  }
  const name = asName(tool['name']) ?? refuse(`${at}.name`, 'it must be a string that is not empty');
  const { description } = tool;
  if (description !== undefined && description !== null && typeof description !== 'string') {
    refuse(`${at}.description`, 'it must be a string');
  }
  return { name, ...optional('description', asText(description)) };
}

/** The choice in neutral words; undefined where only this API has words for it (a built-in tool). */
export function parseToolChoice(choice: Json | undefined): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  if (!isObject(choice) || typeof choice['type'] !== 'string') {
    return refuse('tool_choice', 'it must be "auto", "none", "required" or an object with a type');
  }
  if (choice['type'] === 'function' || choice['type'] === 'custom') {
    const name = asName(choice['name']) ?? refuse('tool_choice.name', 'it must be the name of a tool');
    return { type: 'tool', name };
  }
  if (choice['type'] !== 'allowed_tools') return undefined;
  const names = asList(choice['tools']).map(nameOfAllowed);
  const known = names.filter((name) => name !== undefined);
  if (known.length !== names.length || known.length === 0) return undefined;
  return { type: 'allowed', names: known, isRequired: choice['mode'] === 'required' };
}

function nameOfAllowed(tool: Json): string | undefined {
  if (!isObject(tool)) return undefined;
  return tool['type'] === 'function' || tool['type'] === 'custom' ? asName(tool['name']) : undefined;
}
