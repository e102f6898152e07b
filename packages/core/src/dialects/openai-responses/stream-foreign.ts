import type { JsonObject } from '../../protocol/json.ts';
import { parseToolItem } from './parse-output.ts';
import { merge, type StreamContext, type StreamItem } from './stream-item.ts';

/** An item of a built-in tool: its events are steps on the way to the whole item, which is the block. */
export function streamForeign(first: JsonObject, type: string, context: StreamContext): StreamItem {
  const block = context.blocks++;
  const item: StreamItem = {
    type,
    item: first,
    isDone: false,
    take: () => [],
    finish(final) {
      item.isDone = true;
      // The whole item replaces what was announced: it need not have the same fields.
      item.item = final ?? merge(item.item, final);
      const value = parseToolItem(item.item);
      context.types.add(value.type);
      context.previous = undefined;
      return [{ type: 'block', choice: 0, block, value }];
    },
  };
  return item;
}
