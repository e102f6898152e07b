import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { dialect, dropForeign, ownExtra } from './own-extra.ts';
import { asText, compact } from './read.ts';

export function renderTools(tools: readonly Tool[], dropped: Set<string>): JsonObject[] {
  return tools.map((tool) => renderTool(tool, dropped)).filter((tool) => tool !== undefined);
}

function renderTool(tool: Tool, dropped: Set<string>): JsonObject | undefined {
  if (tool.type === 'built-in') {
    const own = tool.extra[dialect];
    if (own === undefined) dropped.add(`tools.${nameOfBuiltIn(tool)}`);
    return own;
  }
  dropForeign(tool.extra, dropped, 'tools.');
  const own = ownExtra(tool.extra);
  if (tool.type === 'custom') {
    const { name, description, format } = tool;
    return compact({ type: 'custom', name, description, format, ...own });
  }
  if (tool.cache !== undefined) dropped.add('tools.cache_control');
  return compact({
    type: 'function',
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters ?? null,
    // Left out, this API would make the schema strict; no other does.
    strict: false,
    ...own,
    ...(tool.isStrict === undefined ? {} : { strict: tool.isStrict }),
  });
}

function nameOfBuiltIn({ extra }: Extract<Tool, { type: 'built-in' }>): string {
  const [fields = {}] = Object.values(extra);
  return asText(fields['type']) ?? Object.keys(fields)[0] ?? 'built_in';
}

export function renderToolChoice(choice: ToolChoice, tools: readonly Tool[] = []): Json {
  switch (choice.type) {
    case 'tool':
      return named(choice.name, tools);
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.isRequired ? 'required' : 'auto',
        tools: choice.names.map((name) => named(name, tools)),
      };
    default:
      return choice.type;
  }
}

function named(name: string, tools: readonly Tool[]): JsonObject {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return { type: isCustom ? 'custom' : 'function', name };
}
