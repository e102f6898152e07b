import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isObject, optional, restOf } from '../shared/read.ts';
import { need, wantBoolean, wantList, wantObject, wantString } from '../shared/want.ts';
import { extraOf } from './own-extra.ts';
import { parseCachePoint } from './parse-content.ts';

export interface ParsedTools {
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  /** Fields of `toolConfig` that are not known. */
  readonly rest?: JsonObject;
}

export function parseToolConfig(value: Json | undefined): ParsedTools {
  const config = wantObject(value, 'toolConfig');
  if (config === undefined) return {};
  const tools: Tool[] = [];
  for (const [index, item] of (wantList(config['tools'], 'toolConfig.tools') ?? []).entries()) {
    const path = `toolConfig.tools[${index}]`;
    if (!isObject(item)) throw invalid(path, 'it must be an object');
    addTool(tools, item, path);
  }
  return {
    ...optional('tools', tools.length === 0 ? undefined : tools),
    ...optional('toolChoice', parseChoice(config['toolChoice'])),
    ...optional('rest', restOf(config, ['tools', 'toolChoice'])),
  };
}

function addTool(tools: Tool[], item: JsonObject, path: string): void {
  const cache = parseCachePoint(item);
  const last = tools.at(-1);
  if (cache !== undefined && last?.type === 'function' && last.cache === undefined)
    tools.splice(-1, 1, { ...last, cache });
  else tools.push(parseTool(item, path));
}

function parseTool(item: JsonObject, path: string): Tool {
  const spec = wantObject(item['toolSpec'], `${path}.toolSpec`);
  if (spec === undefined) return { type: 'built-in', extra: { bedrock: item } };
  const inputSchema = wantObject(spec['inputSchema'], `${path}.toolSpec.inputSchema`);
  const isStrict = wantBoolean(spec['strict'], `${path}.toolSpec.strict`);
  const extra = restOf(spec, ['name', 'description', 'inputSchema', 'strict']);
  return {
    type: 'function',
    name: need(wantString(spec['name'], `${path}.toolSpec.name`), `${path}.toolSpec.name`),
    ...optional('description', wantString(spec['description'], `${path}.toolSpec.description`)),
    ...optional('parameters', wantObject(inputSchema?.['json'], `${path}.toolSpec.inputSchema.json`)),
    ...optional('isStrict', isStrict),
    ...extraOf(extra),
  };
}

function parseChoice(value: Json | undefined): ToolChoice | undefined {
  const path = 'toolConfig.toolChoice';
  const choice = wantObject(value, path);
  if (choice === undefined) return undefined;
  const tool = wantObject(choice['tool'], `${path}.tool`);
  if (tool !== undefined)
    return { type: 'tool', name: need(wantString(tool['name'], `${path}.tool.name`), `${path}.tool.name`) };
  if (isObject(choice['any'])) return { type: 'required' };
  if (isObject(choice['auto'])) return { type: 'auto' };
  throw invalid(path, 'it must hold one of auto, any or tool');
}
