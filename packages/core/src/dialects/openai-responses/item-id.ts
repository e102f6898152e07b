import type { JsonObject } from '../../protocol/json.ts';
import { restOf, wordOf } from '../shared/read.ts';

export type IdPrefix = 'msg' | 'rs' | 'fc' | 'ctc' | 'ig' | 'item';

/**
 * Ids that the gateway made up for items of an answer. The provider does not know them and refuses what it does not know, so
 * they are not read back when the caller repeats the item.
 */
const madeUp = /^(?:msg|rs|fc|ctc|ig|item)_ve_/;

/** The fields of an item that are kept: without those named, without ids of our own making, without the usual status. */
export function keptFields(item: JsonObject, known: readonly string[]): JsonObject {
  const { id, status } = item;
  const isMadeUp = typeof id === 'string' && (id === '' || madeUp.test(id));
  const isUsual = status === 'completed' || status === 'in_progress';
  const more = [...(isMadeUp ? ['id'] : []), ...(isUsual ? ['status'] : [])];
  return restOf(item, more.length === 0 ? known : [...known, ...more]) ?? {};
}

/** Gives each item of one answer an id of its own: the one that it came with, or one made up. */
export function createItemIds(
  answerId: string,
): (prefix: IdPrefix, wanted: unknown, index: number) => string {
  const used = new Set<string>();
  return (prefix, wanted, index) => {
    const own = wordOf(wanted);
    const id = own === undefined || used.has(own) ? `${prefix}_ve_${answerId}_${index}` : own;
    used.add(id);
    return id;
  };
}
