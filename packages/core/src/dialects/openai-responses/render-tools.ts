import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { nameOptions, readBuiltIn } from '../shared/built-in-tools.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfBuiltIn } from '../shared/name-foreign.ts';
import { defined } from '../shared/read.ts';
import { dialect, ownOf } from './own-extra.ts';

export function renderTools(tools: readonly Tool[], drops: Drops): JsonObject[] {
  return tools.map((tool) => renderTool(tool, drops)).filter((tool) => tool !== undefined);
}

function renderTool(tool: Tool, drops: Drops): JsonObject | undefined {
  if (tool.type === 'built-in') {
    return tool.extra[dialect] ?? renderKnown(tool, drops);
  }
  const own = ownOf(tool.extra);
  if (tool.type === 'custom') {
    const { name, description, format } = tool;
    return defined({ type: 'custom', name, description, format, ...own });
  }
  if (tool.cache !== undefined) drops.add('tools.cache_control');
  return defined({
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

/** A tool that other providers have as well. */
function renderKnown(tool: Extract<Tool, { type: 'built-in' }>, drops: Drops): JsonObject | undefined {
  const known = readBuiltIn(tool);
  switch (known?.kind) {
    case 'web-search': {
      const { allowedDomains, location } = known;
      nameOptions(tool, { known, taken: ['allowedDomains', 'location'] }, drops);
      const filters = allowedDomains && { allowed_domains: allowedDomains };
      return defined({ type: 'web_search', filters, user_location: location });
    }
    case 'code':
      nameOptions(tool, { known, taken: [] }, drops);
      return { type: 'code_interpreter', container: { type: 'auto' } };
    default:
      drops.add(nameOfBuiltIn(tool));
      return undefined;
  }
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
