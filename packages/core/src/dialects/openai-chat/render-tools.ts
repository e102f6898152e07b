import type { OutputFormat, Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderCacheMark } from './convert-cache-mark.ts';
import { defined, isEmpty, ownOf, present, stringOf } from './read.ts';
import { mergeInner, type Writing } from './render-parts.ts';

export function renderTools(tools: readonly Tool[], writing: Writing): readonly JsonObject[] {
  return present(tools.map((tool) => renderTool(tool, writing)));
}

function renderTool(tool: Tool, writing: Writing): JsonObject | undefined {
  const own = ownOf(tool.extra);
  if (tool.type === 'built-in') {
    if (!isEmpty(own)) return own;
    for (const fields of Object.values(tool.extra))
      writing.drops.add(
        `tools.${stringOf(fields['type']) ?? stringOf(fields['name']) ?? Object.keys(fields).join('.')}`,
      );
    return undefined;
  }
  writing.drops.addForeign(tool.extra);
  return tool.type === 'custom' ? renderCustom(tool, writing) : renderFunction(tool, writing);
}

function renderFunction(tool: Extract<Tool, { type: 'function' }>, { quirks, drops }: Writing): JsonObject {
  const own = ownOf(tool.extra);
  const mark = renderCacheMark(tool.cache, own, quirks.cacheMarks === 'none' ? 'none' : 'cache_control');
  if (tool.cache !== undefined && isEmpty(mark)) drops.add('cache_control');
  if (tool.isStrict !== undefined && !quirks.strictTools) drops.add('tools.strict');
  const inner = defined({
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters,
    strict: quirks.strictTools ? tool.isStrict : undefined,
  });
  return { ...mergeInner({ type: 'function', function: inner }, own), ...mark };
}

function renderCustom(
  tool: Extract<Tool, { type: 'custom' }>,
  { quirks, drops }: Writing,
): JsonObject | undefined {
  const { name, description, format } = tool;
  if (quirks.customTools)
    return mergeInner({ type: 'custom', custom: defined({ name, description, format }) }, ownOf(tool.extra));
  drops.add('tools.custom');
  return undefined;
}

/** The tools that may be called where the member cannot be told "these only". */
export function toolsToOffer(
  tools: readonly Tool[],
  choice: ToolChoice | undefined,
  { quirks }: Writing,
): readonly Tool[] {
  if (choice?.type !== 'allowed' || quirks.allowedTools) return tools;
  return tools.filter((tool) => tool.type === 'built-in' || choice.names.includes(tool.name));
}

export function renderToolChoice(choice: ToolChoice, tools: readonly Tool[], writing: Writing): JsonObject {
  const { quirks } = writing;
  if (choice.type === 'tool') return { tool_choice: renderNamed(choice.name, tools) };
  if (choice.type === 'allowed') {
    if (!quirks.allowedTools) return renderWord(choice.isRequired ? 'required' : 'auto', writing);
    const mode = choice.isRequired ? 'required' : 'auto';
    const named = choice.names.map((name) => renderNamed(name, tools));
    return { tool_choice: { type: 'allowed_tools', allowed_tools: { mode, tools: named } } };
  }
  return renderWord(choice.type, writing);
}

function renderWord(type: 'auto' | 'none' | 'required', { quirks, drops }: Writing): JsonObject {
  if (type !== 'required') return { tool_choice: type };
  if (quirks.requiredChoice !== 'none') return { tool_choice: quirks.requiredChoice };
  drops.add('tool_choice');
  return { tool_choice: 'auto' };
}

function renderNamed(name: string, tools: readonly Tool[]): JsonObject {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return isCustom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}

interface RenderedOutput {
  readonly body: JsonObject;
  /** What the model is to be told where the member takes no schema. */
  readonly instruction?: string;
}

export function renderOutput(output: OutputFormat, { quirks }: Writing): RenderedOutput {
  if (output.type === 'text')
    return { body: quirks.output === 'none' ? {} : { response_format: { type: 'text' } } };
  const hasSchema = output.type === 'json-schema';
  if (hasSchema && quirks.output === 'json_schema') {
    const { name, description, schema, isStrict: strict } = output;
    const inner = defined({ name, description, schema, strict });
    return { body: { response_format: { type: 'json_schema', json_schema: inner } } };
  }
  const body = quirks.output === 'none' ? {} : { response_format: { type: 'json_object' } };
  if (!hasSchema && quirks.output !== 'none') return { body };
  return {
    body,
    instruction: hasSchema ? instructionFor(output) : 'Answer with one JSON object and nothing else.',
  };
}

function instructionFor({ description, schema }: Extract<OutputFormat, { type: 'json-schema' }>): string {
  const what = description === undefined ? '' : ` (${description})`;
  return `Answer with JSON only${what}, no other text and no code fence. It must fit this JSON schema:\n${JSON.stringify(schema)}`;
}
