import type { ChatRequest, Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { nameOfBuiltIn } from '../shared/name-foreign.ts';
import { optional } from '../shared/read.ts';
import { renderToolName, textSchema } from '../shared/text-tools.ts';
import { ownOf } from './own-extra.ts';
import { type Rendering, renderCachePoint } from './render-content.ts';

export interface RenderedTools {
  readonly tools: readonly JsonObject[];
  readonly choice: JsonObject | undefined;
}

/**
 * The tools and the choice among them. Bedrock has no `none`: the tools are left out instead, which it allows while the
 * history holds no call (`called` names the tools that it speaks of).
 */
export function renderTools(
  { tools = [], toolChoice }: ChatRequest,
  called: readonly string[],
  rendering: Rendering,
): RenderedTools {
  if (toolChoice?.type === 'none') {
    if (called.length === 0) return { tools: [], choice: undefined };
    rendering.drops.add('tool_choice');
  }
  const names = toolChoice?.type === 'allowed' ? toolChoice.names : undefined;
  const rendered = tools
    .filter((tool) => names === undefined || tool.type === 'built-in' || names.includes(tool.name))
    .flatMap((tool) => renderTool(tool, rendering));
  // A request whose history holds calls is refused without them.
  if (rendered.every(({ toolSpec }) => toolSpec === undefined) && called.length > 0)
    rendered.push(
      ...called.map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } })),
    );
  return { tools: rendered, choice: rendered.length === 0 ? undefined : renderChoice(toolChoice, tools) };
}

function renderChoice(choice: ToolChoice | undefined, tools: readonly Tool[]): JsonObject | undefined {
  switch (choice?.type) {
    case 'auto':
      return { auto: {} };
    case 'required':
      return { any: {} };
    case 'tool':
      return { tool: { name: nameOf(choice.name, tools) } };
    case 'allowed':
      return choice.isRequired ? { any: {} } : { auto: {} };
    default:
      return undefined;
  }
}

function nameOf(name: string, tools: readonly Tool[]): string {
  const isText = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return renderToolName(name, isText ? 'text' : 'json');
}

function renderTool(tool: Tool, rendering: Rendering): JsonObject[] {
  if (tool.type === 'built-in') return renderBuiltIn(tool, rendering);
  const { name, description } = tool;
  if (tool.type === 'custom') {
    if (tool.format !== undefined && tool.format['type'] !== 'text') rendering.drops.add('tools.format');
    const toolSpec = {
      name: renderToolName(name, 'text'),
      ...optional('description', description || undefined),
      inputSchema: { json: textSchema },
    };
    return [{ toolSpec }];
  }
  const { family, drops } = rendering;
  if (tool.isStrict === true && !family.hasNativeSchema) drops.add('tools.strict');
  const toolSpec = {
    ...ownOf(tool.extra),
    name,
    ...optional('description', description || undefined),
    inputSchema: { json: schemaOf(tool.parameters) },
    ...(tool.isStrict === true && family.hasNativeSchema ? { strict: true } : {}),
  };
  return [{ toolSpec }, ...renderToolCache(tool.cache, rendering)];
}

function renderToolCache(
  cache: Extract<Tool, { type: 'function' }>['cache'],
  rendering: Rendering,
): JsonObject[] {
  if (cache === undefined || rendering.family.cachePoints !== 'messages')
    return renderCachePoint(cache, rendering);
  rendering.drops.add('tools.cache_control');
  return [];
}

/** Bedrock takes nothing but an object's schema. */
function schemaOf(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined) return { type: 'object', properties: {} };
  return parameters['type'] === undefined ? { ...parameters, type: 'object' } : parameters;
}

function renderBuiltIn(tool: Extract<Tool, { type: 'built-in' }>, { drops }: Rendering): JsonObject[] {
  const { bedrock } = tool.extra;
  if (bedrock !== undefined) return [bedrock];
  drops.add(nameOfBuiltIn(tool));
  return [];
}
