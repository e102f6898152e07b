import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json } from '../../protocol/json.ts';
import { defined, invalid, isObject, objectOf, restOf } from '../shared/read.ts';
import { parseToolName } from '../shared/text-tools.ts';
import { wantBoolean, wantList, wantObject, wantString } from '../shared/want.ts';
import { parseCache } from './convert-cache.ts';
import { extraOf } from './own-extra.ts';

export function parseTools(value: Json | undefined): readonly Tool[] | undefined {
  return wantList(value, 'tools')?.map((tool, at) => parseTool(tool, `tools[${at}]`));
}

function parseTool(wire: Json, path: string): Tool {
  if (!isObject(wire)) throw invalid(path, 'it must be an object');
  const { type, name, input_schema: schema, strict } = wire;
  if (type !== undefined && type !== null && type !== 'custom') {
    if (typeof type !== 'string') throw invalid(`${path}.type`, 'it must be a string');
    return { type: 'built-in', extra: { 'anthropic-messages': wire } };
  }
  if (typeof name !== 'string' || name === '') throw invalid(`${path}.name`, 'it must be a name');
  if (schema !== undefined && schema !== null && !isObject(schema))
    throw invalid(`${path}.input_schema`, 'it must be a JSON schema');
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const known = ['type', 'name', 'description', 'input_schema'];
  if (typeof strict === 'boolean') known.push('strict');
  if (isKnown) known.push('cache_control');
  return {
    type: 'function',
    name,
    ...defined({
      description: wantString(wire['description'], `${path}.description`),
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
  const choice = wantObject(value, 'tool_choice');
  if (choice === undefined) return {};
  const isSingle = wantBoolean(choice['disable_parallel_tool_use'], 'tool_choice.disable_parallel_tool_use');
  return {
    toolChoice: choiceOf(choice['type'], choice['name']),
    ...(isSingle === undefined ? {} : { parallelToolCalls: !isSingle }),
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
