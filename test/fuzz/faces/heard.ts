import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { isObject, parseJson } from '../read.ts';

export interface HeardCall {
  readonly name: string;
  readonly input: string;
}

/** What a caller was told, and whether in the form that its format prescribes. */
export interface Heard {
  /** `torn`: neither a proper end nor an error. */
  readonly end: 'clean' | 'error' | 'torn';
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly HeardCall[];
  /** The format's own word for why it ended. */
  readonly finish: string | undefined;
  /** What breaks the rules of the format. */
  readonly flaws: readonly string[];
}

/** Pieces of what is said; parts of it may come by turns. */
class Pieces {
  readonly #byPlace = new Map<number, string>();

  /** `place`: where the part stands that the piece is of. */
  add(text: string, place = 0): void {
    this.#byPlace.set(place, (this.#byPlace.get(place) ?? '') + text);
  }

  /** All of it, in the order of the parts. */
  join(): string {
    return inOrder(this.#byPlace).join('');
  }
}

function inOrder<Value>(byPlace: ReadonlyMap<number, Value>): readonly Value[] {
  return [...byPlace].toSorted(([one], [other]) => one - other).map(([, value]) => value);
}

/** Notes what is heard, event by event. */
export class Notes {
  readonly flaws: string[] = [];
  readonly text: Pieces = new Pieces();
  readonly reasoning: Pieces = new Pieces();
  /** By where they stand. */
  readonly calls: Map<number, { name: string; input: string }> = new Map();
  finish: string | undefined;
  end: Heard['end'] = 'torn';

  /** Notes a flaw where it is one. */
  check(isFine: boolean, flaw: string): void {
    if (!isFine) this.flaws.push(flaw);
  }

  heard(): Heard {
    const { end, text, reasoning, finish, flaws, calls } = this;
    return { end, text: text.join(), reasoning: reasoning.join(), calls: inOrder(calls), finish, flaws };
  }
}

export interface ServerEvent {
  readonly name: string | undefined;
  /** Undefined for `[DONE]`. */
  readonly data: JsonObject | undefined;
}

/** The events of a stream of ours: the last one may lack its empty line, none may be anything but JSON. */
export function readEvents(body: string, notes: Notes): readonly ServerEvent[] {
  const events: ServerEvent[] = [];
  for (const block of body.replace(/^\ufeff/, '').split(/(?:\r\n|\n|\r){2}/)) {
    let name: string | undefined;
    const lines: string[] = [];
    for (const line of block.split(/\r\n|\n|\r/)) {
      if (line.startsWith('data:')) lines.push(line.slice(line[5] === ' ' ? 6 : 5));
      else if (line.startsWith('event:')) name = line.slice(6).trim();
    }
    const text = lines.join('\n');
    if (text.trim() === '') continue;
    const data = text === '[DONE]' ? undefined : parseJson(text);
    if (text === '[DONE]') events.push({ name, data: undefined });
    else if (isObject(data)) events.push({ name, data });
    else notes.flaws.push(`an event is no JSON object: ${text.slice(0, 80)}`);
  }
  return events;
}
