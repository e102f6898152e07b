import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderToolName } from '../shared/text-tools.ts';
import type { AllQuirks, ToolChoiceWord } from './quirks.ts';
import type { Writing } from './render-parts.ts';

/** The tools that may be called where the member cannot be told "these only", or "none of them". */
export function toolsToOffer(
  tools: readonly Tool[],
  choice: ToolChoice | undefined,
  { quirks }: Writing,
): readonly Tool[] {
  switch (choice?.type) {
    case 'none':
      return knows(quirks, 'none') ? tools : [];
    case 'tool':
      return knows(quirks, 'named') ? tools : tools.filter(isOneOf([choice.name]));
    case 'allowed':
      return knows(quirks, 'allowed_tools')
        ? tools
        : tools.filter((tool) => tool.type === 'built-in' || isOneOf(choice.names)(tool));
    default:
      return tools;
  }
}

function isOneOf(names: readonly string[]): (tool: Tool) => boolean {
  return (tool) => tool.type !== 'built-in' && names.includes(tool.name);
}

export function renderToolChoice(choice: ToolChoice, tools: readonly Tool[], writing: Writing): JsonObject {
  const { quirks } = writing;
  switch (choice.type) {
    case 'tool':
      return knows(quirks, 'named')
        ? { tool_choice: renderNamed(choice.name, tools, quirks) }
        : renderRequired(writing);
    case 'allowed': {
      if (!knows(quirks, 'allowed_tools'))
        return choice.isRequired ? renderRequired(writing) : { tool_choice: 'auto' };
      const mode = choice.isRequired ? 'required' : 'auto';
      const named = choice.names.map((name) => renderNamed(name, tools, quirks));
      return { tool_choice: { type: 'allowed_tools', allowed_tools: { mode, tools: named } } };
    }
    case 'required':
      return renderRequired(writing);
    default:
      return { tool_choice: choice.type };
  }
}

function renderRequired({ quirks, drops }: Writing): JsonObject {
  const word = quirks.toolChoices.find((known) => known === 'required' || known === 'any');
  if (word === undefined) drops.add('tool_choice');
  return { tool_choice: word ?? 'auto' };
}

function knows({ toolChoices }: AllQuirks, word: ToolChoiceWord): boolean {
  return toolChoices.includes(word);
}

function renderNamed(name: string, tools: readonly Tool[], { customTools }: AllQuirks): JsonObject {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  if (isCustom && customTools) return { type: 'custom', custom: { name } };
  return { type: 'function', function: { name: renderToolName(name, isCustom ? 'text' : 'json') } };
}
