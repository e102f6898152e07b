import type { ChatRequest, Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { nameOptions, readBuiltIn } from '../shared/built-in-tools.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfBuiltIn } from '../shared/name-foreign.ts';
import { defined, stringOf } from '../shared/read.ts';
import { renderToolName, textSchema } from '../shared/text-tools.ts';
import { renderCache } from './convert-cache.ts';
import { jsonTool } from './convert-tool-call.ts';
import type { ModelFacts } from './model-facts.ts';
import { ownOf } from './own-extra.ts';

export interface ToolPlan {
  readonly tools: readonly JsonObject[];
  readonly choice?: JsonObject;
  /** The model has no choice but to call a tool. */
  readonly isForced: boolean;
}

/** `answer`: the tool whose input is the answer, where it is to come as one. */
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
    return { tools: [...tools, answer], choice, isForced: true };
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
  if (tool.type === 'built-in') return renderBuiltIn(tool, facts, drops);
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

function renderBuiltIn(
  tool: Extract<Tool, { type: 'built-in' }>,
  facts: ModelFacts,
  drops: Drops,
): JsonObject | undefined {
  const own = tool.extra['anthropic-messages'];
  if (own !== undefined) return own;
  const known = facts.hasServerTools ? readBuiltIn(tool) : undefined;
  if (known === undefined) {
    drops.add(nameOfBuiltIn(tool));
    return undefined;
  }
  const { kind, allowedDomains, blockedDomains, location, maxUses } = known;
  const limits = { allowed_domains: allowedDomains, blocked_domains: blockedDomains, max_uses: maxUses };
  switch (kind) {
    case 'web-search': {
      nameOptions(tool, { known, taken: ['allowedDomains', 'blockedDomains', 'location', 'maxUses'] }, drops);
      return {
        type: 'web_search_20250305',
        name: 'web_search',
        ...defined({ ...limits, user_location: location }),
      };
    }
    case 'web-fetch':
      nameOptions(tool, { known, taken: ['allowedDomains', 'blockedDomains', 'maxUses'] }, drops);
      return { type: 'web_fetch_20250910', name: 'web_fetch', ...defined(limits) };
    default:
      nameOptions(tool, { known, taken: [] }, drops);
      return { type: 'code_execution_20250825', name: 'code_execution' };
  }
}

export function renderAnswerTool(schema: JsonObject, description: string | undefined): JsonObject {
  const what = 'Gives the answer to the user. The input is the whole answer, as JSON.';
  return {
    name: jsonTool,
    description: description === undefined ? what : `${what} ${description}`,
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
