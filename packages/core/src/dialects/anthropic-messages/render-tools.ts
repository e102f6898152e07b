import type { ChatRequest, Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderCache } from './convert-cache.ts';
import { jsonTool, renderToolName } from './convert-tool-call.ts';
import type { Drops } from './drops.ts';
import type { ModelFacts } from './model-facts.ts';
import { defined, isObject, ownOf, stringOf } from './read.ts';

export interface ToolPlan {
  readonly tools: readonly JsonObject[];
  readonly choice?: JsonObject;
  /** The model has no choice but to call a tool. */
  readonly isForced: boolean;
}

/** `answer`: the schema of the answer, where it is to come as a tool's input. */
export function planTools(
  request: ChatRequest,
  { answer, facts, drops }: { answer: JsonObject | undefined; facts: ModelFacts; drops: Drops },
): ToolPlan {
  const { toolChoice } = request;
  const offered =
    toolChoice?.type === 'allowed' ? only(request.tools ?? [], toolChoice.names) : request.tools;
  const tools = (offered ?? [])
    .map((tool) => renderTool(tool, facts, drops))
    .filter((tool) => tool !== undefined);
  if (answer !== undefined) {
    const choice = answerChoice(toolChoice, tools.length, request);
    return { tools: [...tools, answerTool(answer)], choice, isForced: true };
  }
  if (tools.length === 0) {
    if (toolChoice !== undefined && toolChoice.type !== 'auto' && toolChoice.type !== 'none')
      drops.add('tool_choice');
    return { tools, isForced: false };
  }
  const choice = renderChoice(toolChoice, request);
  const isForced = choice?.['type'] === 'any' || choice?.['type'] === 'tool';
  return { tools, ...defined({ choice }), isForced };
}

/** The choice while thinking, which allows for no force. */
export function freeChoice(choice: JsonObject | undefined): JsonObject {
  const { name: _, ...rest } = choice ?? {};
  return { ...rest, type: 'auto' };
}

function only(tools: readonly Tool[], names: readonly string[]): readonly Tool[] {
  return tools.filter((tool) =>
    names.includes(tool.type === 'built-in' ? (stringOf(ownOf(tool.extra)['name']) ?? '') : tool.name),
  );
}

function renderTool(tool: Tool, facts: ModelFacts, drops: Drops): JsonObject | undefined {
  if (tool.type === 'built-in') return renderBuiltIn(tool.extra, drops);
  drops.addForeign(tool.extra, 'tools.');
  const head = { name: renderToolName(tool.name, tool.type === 'custom' ? 'text' : 'json') };
  if (tool.type === 'custom') {
    if (tool.format !== undefined && tool.format['type'] !== 'text') drops.add('tools.format');
    return {
      ...head,
      ...defined({ description: tool.description }),
      input_schema: textSchema,
      ...ownOf(tool.extra),
    };
  }
  if (tool.isStrict === true && !facts.hasStrictTools) drops.add('tools.strict');
  return {
    ...head,
    ...defined({ description: tool.description }),
    input_schema: { type: 'object', ...(tool.parameters ?? { properties: {} }) },
    ...(tool.isStrict === undefined || !facts.hasStrictTools ? {} : { strict: tool.isStrict }),
    ...renderCache(tool.cache),
    ...ownOf(tool.extra),
  };
}

const textSchema: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
  required: ['input'],
  additionalProperties: false,
};

function renderBuiltIn(extra: Tool['extra'], drops: Drops): JsonObject | undefined {
  const own = extra?.['anthropic-messages'];
  if (own !== undefined) return own;
  for (const value of Object.values(extra ?? {}))
    if (isObject(value)) drops.add(`tools.${stringOf(value['type']) ?? Object.keys(value)[0] ?? 'built-in'}`);
  return undefined;
}

function answerTool(schema: JsonObject): JsonObject {
  return {
    name: jsonTool,
    description: 'Gives the answer to the user. The input is the whole answer, as JSON.',
    input_schema: { type: 'object', ...schema },
  };
}

function answerChoice(choice: ToolChoice | undefined, tools: number, request: ChatRequest): JsonObject {
  if (choice?.type === 'tool') return renderChoice(choice, request) ?? { type: 'any' };
  return tools === 0 || choice?.type === 'none'
    ? { type: 'tool', name: jsonTool, disable_parallel_tool_use: true }
    : { type: 'any', ...parallelField(request) };
}

function renderChoice(choice: ToolChoice | undefined, request: ChatRequest): JsonObject | undefined {
  const parallel = parallelField(request);
  switch (choice?.type) {
    case 'none':
      return { type: 'none' };
    case 'auto':
      return { type: 'auto', ...parallel };
    case 'required':
      return { type: 'any', ...parallel };
    case 'tool': {
      const isText = request.tools?.some((tool) => tool.type === 'custom' && tool.name === choice.name);
      return { type: 'tool', name: renderToolName(choice.name, isText ? 'text' : 'json'), ...parallel };
    }
    case 'allowed':
      return { type: choice.isRequired ? 'any' : 'auto', ...parallel };
    default:
      return request.parallelToolCalls === false ? { type: 'auto', ...parallel } : undefined;
  }
}

function parallelField({ parallelToolCalls }: ChatRequest): JsonObject {
  return parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls };
}
