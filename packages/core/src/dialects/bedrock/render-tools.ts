import type { ChatRequest, Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { given, objectOf } from './read.ts';
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
    rendering.dropped.add('tool_choice');
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
  return { tools: rendered, choice: rendered.length === 0 ? undefined : renderChoice(toolChoice) };
}

function renderChoice(choice: ToolChoice | undefined): JsonObject | undefined {
  switch (choice?.type) {
    case 'auto':
      return { auto: {} };
    case 'required':
      return { any: {} };
    case 'tool':
      return { tool: { name: choice.name } };
    case 'allowed':
      return choice.isRequired ? { any: {} } : { auto: {} };
    default:
      return undefined;
  }
}

function renderTool(tool: Tool, rendering: Rendering): JsonObject[] {
  if (tool.type === 'built-in') return renderBuiltIn(tool, rendering);
  const { name, description } = tool;
  if (tool.type === 'custom') {
    if (tool.format !== undefined && tool.format['type'] !== 'text') rendering.dropped.add('tools.format');
    // Free text as the one argument of a function.
    const json = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };
    return [{ toolSpec: { name, ...given('description', description || undefined), inputSchema: { json } } }];
  }
  const { family, dropped } = rendering;
  if (tool.isStrict === true && !family.hasNativeSchema) dropped.add('tools.strict');
  const toolSpec = {
    ...tool.extra?.bedrock,
    name,
    ...given('description', description || undefined),
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
  rendering.dropped.add('tools.cache_control');
  return [];
}

/** Bedrock takes nothing but an object's schema. */
function schemaOf(parameters: JsonObject | undefined): JsonObject {
  if (parameters === undefined) return { type: 'object', properties: {} };
  return parameters['type'] === undefined ? { ...parameters, type: 'object' } : parameters;
}

function renderBuiltIn({ extra }: Extract<Tool, { type: 'built-in' }>, { dropped }: Rendering): JsonObject[] {
  if (extra.bedrock !== undefined) return [extra.bedrock];
  for (const value of Object.values(extra)) {
    const type = value['type'];
    const name = typeof type === 'string' ? type : Object.keys(objectOf(value) ?? {})[0];
    dropped.add(name === undefined ? 'tools' : `tools.${name}`);
  }
  return [];
}
