import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json } from '../../protocol/json.ts';
import { parseCache } from './convert-cache.ts';
import { parseToolName } from './convert-tool-call.ts';
import { defined, extraOf, invalid, isList, isObject, objectOf, restOf, stringOf } from './read.ts';

export function parseTools(value: Json | undefined): readonly Tool[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isList(value)) throw invalid('tools', 'it must be a list');
  return value.map((tool, at) => parseTool(tool, `tools[${at}]`));
}

function parseTool(wire: Json, path: string): Tool {
  if (!isObject(wire)) throw invalid(path, 'it must be an object');
  const { type, name, description, input_schema: schema, strict } = wire;
  if (type !== undefined && type !== null && type !== 'custom') {
    if (typeof type !== 'string') throw invalid(`${path}.type`, 'it must be a string');
    return { type: 'built-in', extra: { 'anthropic-messages': wire } };
  }
  if (typeof name !== 'string' || name === '') throw invalid(`${path}.name`, 'it must be a name');
  if (schema !== undefined && schema !== null && !isObject(schema))
    throw invalid(`${path}.input_schema`, 'it must be a JSON schema');
  if (description !== undefined && description !== null && typeof description !== 'string')
    throw invalid(`${path}.description`, 'it must be a string');
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const known = ['type', 'name', 'description', 'input_schema'];
  if (typeof strict === 'boolean') known.push('strict');
  if (isKnown) known.push('cache_control');
  return {
    type: 'function',
    name,
    ...defined({
      description: stringOf(description),
      parameters: objectOf(schema),
      isStrict: typeof strict === 'boolean' ? strict : undefined,
      cache,
    }),
    ...extraOf(restOf(wire, known)),
  };
}

export function parseToolChoice(value: Json | undefined): {
  toolChoice?: ToolChoice;
  parallelToolCalls?: boolean;
} {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw invalid('tool_choice', 'it must be an object');
  const { disable_parallel_tool_use: isSingle } = value;
  if (isSingle !== undefined && isSingle !== null && typeof isSingle !== 'boolean')
    throw invalid('tool_choice.disable_parallel_tool_use', 'it must be true or false');
  return {
    toolChoice: choiceOf(value['type'], value['name']),
    ...(typeof isSingle === 'boolean' ? { parallelToolCalls: !isSingle } : {}),
  };
}

function choiceOf(type: Json | undefined, name: Json | undefined): ToolChoice {
  switch (type) {
    case 'auto':
    case 'none':
      return { type };
    case 'any':
      return { type: 'required' };
    case 'tool':
      if (typeof name !== 'string') throw invalid('tool_choice.name', 'it must be the name of a tool');
      return { type: 'tool', name: parseToolName(name).name };
    default:
      throw invalid('tool_choice.type', 'it must be "auto", "any", "tool" or "none"');
  }
}
