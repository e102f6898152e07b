import type { Tool } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { nameOfBuiltIn } from '../shared/name-foreign.ts';
import { defined, isEmpty, present } from '../shared/read.ts';
import { renderToolName, textSchema } from '../shared/text-tools.ts';
import { renderCacheMark } from './convert-cache-mark.ts';
import { ownOf } from './own-extra.ts';
import { mergeInner, type Writing } from './render-parts.ts';

export function renderTools(tools: readonly Tool[], writing: Writing): readonly JsonObject[] {
  return present(tools.map((tool) => renderTool(tool, writing)));
}

/** The search of the web, which is no entry of `tools` here. */
export function renderSearch(tools: readonly Tool[] = []): Json | undefined {
  return tools.map(({ extra }) => ownOf(extra)['web_search_options']).find((search) => search !== undefined);
}

function renderTool(tool: Tool, writing: Writing): JsonObject | undefined {
  const own = ownOf(tool.extra);
  if (tool.type === 'built-in') {
    if (own['web_search_options'] !== undefined) return undefined;
    if (!isEmpty(own)) return own;
    writing.drops.add(nameOfBuiltIn(tool));
    return undefined;
  }
  return tool.type === 'custom' ? renderCustom(tool, writing) : renderFunction(tool, writing);
}

function renderFunction(tool: Extract<Tool, { type: 'function' }>, { quirks, drops }: Writing): JsonObject {
  const own = ownOf(tool.extra);
  const mark = renderCacheMark(tool.cache, own, quirks.cacheMarks === 'none' ? 'none' : 'cache_control');
  if (tool.cache !== undefined && isEmpty(mark)) drops.add('tools.cache_control');
  if (tool.isStrict !== undefined && !quirks.strictTools) drops.add('tools.strict');
  const inner = defined({
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters,
    strict: quirks.strictTools ? tool.isStrict : undefined,
  });
  return { ...mergeInner({ type: 'function', function: inner }, own), ...mark };
}

function renderCustom(tool: Extract<Tool, { type: 'custom' }>, { quirks, drops }: Writing): JsonObject {
  const { name, description, format } = tool;
  if (quirks.customTools)
    return mergeInner(
      { type: 'custom', custom: defined({ name, description, format: format && wrapGrammar(format) }) },
      ownOf(tool.extra),
    );
  if (format !== undefined && format['type'] !== 'text') drops.add('tools.format');
  const wrapped = { name: renderToolName(name, 'text'), description, parameters: textSchema };
  return { type: 'function', function: defined(wrapped) };
}

function wrapGrammar({ type, ...grammar }: JsonObject): JsonObject {
  return type === 'grammar' && !isEmpty(grammar) ? { type, grammar } : defined({ type, ...grammar });
}
