import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../packages/core/src/protocol/json.ts';
import { pathsIn, replaceAt, valueAt } from './mutate-json.ts';
import { isList, isObject, objectOf } from './read.ts';
import { tokensIn } from './script.ts';
import type { WireEvent } from './vendors/vendor.ts';

/** An event as it is sent in the end. */
export interface SentEvent extends WireEvent {
  /** Something that was said in it has another type than it may have. */
  readonly isDamaged?: boolean;
}

/** A stream with things changed in it. */
export interface Changed {
  readonly events: readonly SentEvent[];
  /** What was said need not all be heard: a word is not known, or something is not there. */
  readonly isLoose: boolean;
}

/** What went wrong with one field of one event; places are taken modulo what there is. */
export interface FieldChange {
  readonly kind: 'word' | 'remove' | 'null' | 'deep' | 'type';
  readonly at: number;
  readonly path: number;
  readonly value: number;
}

export const fieldChange: fc.Arbitrary<FieldChange> = fc.record({
  kind: fc.constantFrom('word', 'remove', 'null', 'deep', 'type', 'type', 'type'),
  at: fc.nat(99),
  path: fc.nat(99),
  value: fc.nat(99),
});

const values: readonly Json[] = [5, true, 'text', [5], { odd: 1 }];
/** Stands for something nested deeper than a reader that calls itself can go; see `writeJson`. */
const deep = '(deep)';

/** What stands there instead, and what that means for a reader. */
interface Put {
  readonly next: Json | undefined;
  readonly isDamaged: boolean;
  readonly loosens: boolean;
}

export function changeField({ events, isLoose }: Changed, place: number, change: FieldChange): Changed {
  const event = events[place];
  const data = objectOf(event?.data);
  const paths = pathsIn(data);
  const path = paths[change.path % Math.max(1, paths.length)];
  if (event === undefined || data === undefined || path === undefined) return { events, isLoose };
  const { next, isDamaged, loosens } = putFor(valueAt(data, path), change);
  const changed = objectOf(replaceAt(data, path, next)) ?? {};
  // What was taken away may be what was damaged before.
  const isAway = change.kind === 'remove' || change.kind === 'null';
  const sent = { ...event, data: changed, isDamaged: (event.isDamaged === true && !isAway) || isDamaged };
  return { events: events.with(place, sent), isLoose: isLoose || loosens };
}

function putFor(before: Json | undefined, { kind, value }: FieldChange): Put {
  const isSaid = tokensIn(JSON.stringify(before)).length > 0;
  // Words decide what the rest means.
  const isWord = typeof before === 'string' && !isSaid;
  switch (kind) {
    case 'remove':
      return { next: undefined, isDamaged: false, loosens: true };
    case 'null':
      return { next: null, isDamaged: false, loosens: true };
    case 'word':
      return { next: isWord ? 'future_word' : before, isDamaged: false, loosens: isWord };
    case 'deep':
      return { next: deep, isDamaged: isSaid, loosens: isWord };
    default: {
      const others = values.filter((other) => kindOf(other) !== kindOf(before));
      const next = others[value % others.length];
      // In place of a list, some take what would be its only member: a text, or an object of a kind that is not known.
      const isOne = isList(before) && (isObject(next) || typeof next === 'string');
      return { next, isDamaged: isSaid && !isOne, loosens: isOne || isWord };
    }
  }
}

function kindOf(value: Json | undefined): string {
  return isList(value) ? 'list' : value === null ? 'null' : typeof value;
}

/** The data of an event as it is sent: `JSON.stringify` calls itself, too. */
export function writeJson(data: JsonObject | string, indent: number): string {
  if (typeof data === 'string') return data;
  return JSON.stringify(data, undefined, indent).replace(
    `"${deep}"`,
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  );
}
