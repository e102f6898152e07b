import type { JsonObject } from '../../protocol/json.ts';
import type { Place, WriteEvent, WrittenItem } from './event-writer.ts';
import { createItemIds, type IdPrefix } from './item-id.ts';

/** The items of a stream in their order. */
export interface WrittenOutput {
  /** The items that are whole. */
  readonly items: JsonObject[];
  /** A place for one more item; those that have ended are closed before it. */
  next(prefix: IdPrefix, wantedId: unknown): { readonly place: Place; readonly text: string };
  /** Shows an item, which is open from now on. */
  open(item: WrittenItem): string;
  /** The item that was given a place last, if it is still open. */
  last(): WrittenItem | undefined;
  /** Closes what is open; the last item has the status of the answer. */
  close(status: 'completed' | 'incomplete'): string;
}

/** An item stays open until the next begins: its status, and the probabilities of its tokens, are known late. */
export function createOutput(write: WriteEvent, answerId: string): WrittenOutput {
  const idOf = createItemIds(answerId);
  const items: JsonObject[] = [];
  let opened: WrittenItem[] = [];
  let count = 0;

  function closeSome(isDue: (item: WrittenItem) => boolean, lastStatus: 'completed' | 'incomplete'): string {
    let text = '';
    for (const item of opened) {
      if (!isDue(item)) continue;
      text += item.close(item.index === count - 1 ? lastStatus : 'completed');
      items[item.index] = item.item;
    }
    opened = opened.filter((item) => !isDue(item));
    return text;
  }

  return {
    items,
    next(prefix, wantedId) {
      const text = closeSome((item) => item.isEnded(), 'completed');
      const index = count++;
      return { place: { index, id: idOf(prefix, wantedId, index) }, text };
    },
    open(item) {
      opened.push(item);
      return write('response.output_item.added', { output_index: item.index, item: item.item });
    },
    last() {
      return opened.find(({ index }) => index === count - 1);
    },
    close: (status) => closeSome(() => true, status),
  };
}
