import type { ToolCallBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderToolName } from '../shared/text-tools.ts';
import { ownOf } from './own-extra.ts';
import { closeArguments } from './read-calls.ts';
import { mergeInner } from './render-parts.ts';

/** An entry of `tool_calls`. Where custom tools are not known, one is a function with one argument. */
export function renderCall(block: ToolCallBlock, customTools: boolean): JsonObject {
  const { id, name, format, input } = block;
  if (format === 'text' && customTools)
    return mergeInner({ id, type: 'custom', custom: { name, input } }, ownOf(block.extra));
  const text = format === 'text' ? JSON.stringify({ input }) : closeArguments(input);
  const called = renderToolName(name, format);
  return mergeInner(
    { id, type: 'function', function: { name: called, arguments: text } },
    ownOf(block.extra),
  );
}
