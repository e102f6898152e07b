import type { SentEvent } from './change-field.ts';
import { isObject, parseJson } from './read.ts';
import { tokensIn } from './script.ts';
import type { Vendor } from './vendors/vendor.ts';

/** What an honest reader makes of the events that arrived: found by looking for tokens and ends, not by parsing. */
export interface Truth {
  /** Why nobody may take this for a whole answer; undefined where it may be one. */
  readonly fault: 'unfinished' | 'failed' | 'broken' | 'damaged' | undefined;
  /** Tokens that a caller must have been told of an answer that it takes for whole, one entry for each time. */
  readonly said: readonly string[];
  /** How often a token may be heard at most. */
  readonly most: ReadonlyMap<string, number>;
}

export function readTruth(events: readonly SentEvent[], vendor: Vendor): Truth {
  const end = events.findIndex((event) => vendor.isEnd(event));
  const before = end < 0 ? events : events.slice(0, end + 1);
  const deltas = (some: readonly SentEvent[]): readonly string[] =>
    some.filter((event) => !vendor.repeats(event)).flatMap(tokensOf);
  const most = new Map<string, number>();
  // What repeats others may have to stand for them.
  for (const event of events)
    for (const found of new Set(tokensOf(event))) most.set(found, (most.get(found) ?? 0) + 1);
  return { fault: faultOf(before, end >= 0, vendor), said: deltas(before), most };
}

function tokensOf({ data }: SentEvent): readonly string[] {
  return typeof data === 'string' ? [] : tokensIn(JSON.stringify(data));
}

function faultOf(events: readonly SentEvent[], isEnded: boolean, vendor: Vendor): Truth['fault'] {
  for (const event of events) {
    if (isBroken(event)) return 'broken';
    if (isError(event, vendor)) return 'failed';
    if (event.isDamaged === true && !vendor.repeats(event)) return 'damaged';
  }
  return isEnded ? undefined : 'unfinished';
}

function isBroken({ data }: SentEvent): boolean {
  return typeof data === 'string' && data !== '[DONE]' && !isObject(parseJson(data));
}

/** Only those that were put there: by their very object. */
function isError({ data }: SentEvent, vendor: Vendor): boolean {
  return vendor.errors.some((error) => error.data === data);
}
