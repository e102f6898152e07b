import type { Dialect } from '../protocol/call.ts';
import type { JsonObject } from '../protocol/json.ts';
import { type Delta, type EventFacts, readDeltas } from './delta-places.ts';
import { type Restorer, type Writing, writingOf } from './restorer.ts';
import { spliceText, walkJson } from './walk-json.ts';

/** An event as it is sent on. */
export interface RestoredEvent {
  /** JSON. */
  readonly data: string;
  /** It was made here: it says what was held back, under the name of the event that held it. */
  readonly made?: { readonly name: string | undefined };
}

interface Channel {
  readonly delta: Delta;
  readonly name: string | undefined;
  readonly writing: Writing | undefined;
  readonly held: string;
}

/**
 * Puts back what placeholders stand for in the events of one stream. Of each text that comes in pieces, no more is held back
 * than may become a placeholder; it is said at the latest when the text is over.
 */
export class StreamRestorer {
  readonly #restorer: Restorer;
  readonly #dialect: Dialect;
  readonly #channels = new Map<string, Channel>();
  /** Events that were made: the numbers of those that follow are that much higher. */
  #made = 0;

  constructor(restorer: Restorer, dialect: Dialect) {
    this.#restorer = restorer;
    this.#dialect = dialect;
  }

  /** `data`: what stands in the event. What comes of it is in the order that it is to be sent in. */
  take(data: string, name: string | undefined): RestoredEvent[] {
    const event = parseObject(data);
    // The end, or what is none of ours.
    if (event === undefined) return [...this.end(), { data }];
    const facts = readDeltas(this.#dialect, event);
    const before = this.#say((channel) => isBefore(channel, facts));
    const said = new Map(facts.deltas.map((delta) => [delta.path, this.#go(delta, name, facts)]));
    const restored = this.#restorer.restoreJson(data, ({ path }) => said.has(path.join('.')));
    return [...before, { data: this.#count(replace(restored, said)) }];
  }

  /** Nothing more comes. */
  end(): RestoredEvent[] {
    return this.#say(() => true);
  }

  #go(delta: Delta, name: string | undefined, { closes }: EventFacts): string {
    const { channel, group, text } = delta;
    const known = this.#channels.get(channel);
    const whole = (known?.held ?? '') + text;
    const writing = delta.writing ?? known?.writing ?? writingOf(whole);
    const isLast = delta.isLast === true || closes === 'all' || closes.has(group);
    if (isLast) {
      this.#channels.delete(channel);
      return this.#restorer.restore(whole, writing ?? 'plain');
    }
    const restored = this.#restorer.begin(whole, writing ?? 'plain');
    this.#channels.set(channel, { delta, name, writing, held: restored.held });
    return restored.text;
  }

  /** What was held back. */
  #say(isOver: (channel: Channel) => boolean): RestoredEvent[] {
    const events: RestoredEvent[] = [];
    for (const [key, channel] of this.#channels) {
      if (!isOver(channel)) continue;
      this.#channels.set(key, { ...channel, held: '' });
      if (channel.held === '') continue;
      const { held, delta, name } = channel;
      // It has the number of the event that held it, and comes after that.
      this.#made++;
      events.push({ data: this.#count(JSON.stringify(delta.wrap(held))), made: { name } });
    }
    return events;
  }

  /** The events of a response are numbered. */
  #count(data: string): string {
    if (this.#made === 0 || this.#dialect !== 'openai-responses') return data;
    let edited = data;
    walkJson(data, ({ type, path, start, end }) => {
      if (type !== 'number' || path.length !== 1 || path[0] !== 'sequence_number') return;
      const number = Number(data.slice(start, end)) + this.#made;
      edited = spliceText(data, [{ start, end, text: String(number) }]);
    });
    return edited;
  }
}

/** Whether a text must be said to its end before this event is: it is over, or something else of the same choice begins. */
function isBefore({ delta }: Channel, { deltas, closes }: EventFacts): boolean {
  if (deltas.some(({ channel }) => channel === delta.channel)) return false;
  if (closes === 'all' || closes.has(delta.group)) return true;
  return deltas.some(({ group, text }) => group === delta.group && text !== '');
}

function replace(data: string, said: ReadonlyMap<string, string>): string {
  if (said.size === 0) return data;
  const edits: { start: number; end: number; text: string }[] = [];
  walkJson(data, ({ type, path, start, end }) => {
    const text = type === 'string' ? said.get(path.join('.')) : undefined;
    if (text === undefined) return;
    const quoted = JSON.stringify(text);
    if (quoted !== data.slice(start, end)) edits.push({ start, end, text: quoted });
  });
  return edits.length === 0 ? data : spliceText(data, edits);
}

function parseObject(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
