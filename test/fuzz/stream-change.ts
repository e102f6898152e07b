import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../packages/core/src/protocol/json.ts';
import { type Changed, changeField, type FieldChange, fieldChange, type SentEvent } from './change-field.ts';
import { isObject } from './read.ts';
import type { Script } from './script.ts';
import type { Vendor, WireEvent } from './vendors/vendor.ts';

/** What went wrong with a stream; places are taken modulo what there is. */
export type StreamChange =
  | { readonly kind: 'news' | 'field'; readonly at: number; readonly which: number }
  | { readonly kind: 'drop' | 'repeat'; readonly at: number }
  | { readonly kind: 'swap'; readonly at: number; readonly other: number }
  | { readonly kind: 'splice'; readonly at: number; readonly from: number; readonly count: number }
  | { readonly kind: 'follow' }
  | { readonly kind: 'error'; readonly at: number; readonly which: number }
  | { readonly kind: 'half' | 'garbage'; readonly at: number; readonly which: number }
  | FieldChange;

const at = fc.nat(99);
const which = fc.nat(99);

/** What a reader must not even notice. */
export const harmlessChange: fc.Arbitrary<StreamChange> = fc.record({
  kind: fc.constantFrom('news', 'field'),
  at,
  which,
});

/** What a reader must notice, or may not be able to. */
export const harmfulChange: fc.Arbitrary<StreamChange> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('drop', 'repeat'), at }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('swap'), at, other: fc.nat(99) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('splice'),
      at,
      from: fc.nat(99),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('follow') }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('error', 'half', 'garbage'), at, which }) },
  { weight: 20, arbitrary: fieldChange },
);

/** A stream with one thing changed. `other`: another answer of the same vendor. */
export function changeStream(
  { events, isLoose }: Changed,
  change: StreamChange,
  { vendor, other }: { readonly vendor: Vendor; readonly other: Script },
): Changed {
  const place = 'at' in change ? change.at % Math.max(1, events.length) : 0;
  const event = events[place];
  const put = (deleted: number, ...added: readonly SentEvent[]): Changed => ({
    events: events.toSpliced(place, deleted, ...added),
    isLoose,
  });
  if (event === undefined) return { events, isLoose };
  switch (change.kind) {
    case 'news':
      return put(0, pick(vendor.news, change.which));
    case 'field':
      return put(1, withField(event, change.which));
    case 'drop':
      return put(1);
    case 'repeat':
      return put(0, event);
    case 'swap': {
      const second = change.other % events.length;
      return { events: events.with(place, events[second] ?? event).with(second, event), isLoose };
    }
    case 'splice': {
      const others = vendor.stream(other);
      const from = change.from % others.length;
      return put(0, ...others.slice(from, from + change.count));
    }
    case 'follow':
      return { events: [...events, ...vendor.stream(other)], isLoose };
    case 'error':
      return put(0, pick(vendor.errors, change.which));
    case 'half':
      return put(1, { ...event, data: halfOf(event.data, change.which) });
    case 'garbage':
      return put(0, { ...event, data: pick(garbage, change.which) });
    default:
      return changeField({ events, isLoose }, place, change);
  }
}

const garbage = ['{', 'null', '"text"', '5', '[]', '<html>', '{}{}', '[DONE', '\u0000', '{"a":\u0001}'];

function pick<T>(list: readonly [T, ...T[]] | readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

function withField({ name, data }: WireEvent, choice: number): SentEvent {
  const value = pick<Json>([null, 'text', 5, { a: [1, { b: null }] }, []], choice);
  return { ...named(name), data: isObject(data) ? { ...data, future_field: value } : data };
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

/** At least one character less, and never nothing. */
function halfOf(data: JsonObject | string, choice: number): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return text.slice(0, 1 + (choice % (text.length - 1)));
}
