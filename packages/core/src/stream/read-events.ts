import { Buffer } from 'node:buffer';
import { GrowingBytes } from './growing-bytes.ts';

/** One server-sent event: its name, if it has one, and its lines of data joined with LF. */
export interface ServerEvent {
  readonly name: string | undefined;
  readonly data: string;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothing = Buffer.alloc(0);
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Server-sent events out of bytes that are cut anywhere
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream). Linear time.
 */
export class EventReader {
  readonly #limit: number;
  readonly #line = new GrowingBytes();
  /** Bytes of the byte order mark that were seen at the very start; 3 once past it. */
  #markSeen = 0;
  #skipsLineFeed = false;
  #name: string | undefined;
  #data: string | undefined;
  /** Bytes of the lines of data so far. */
  #size = 0;

  /** `limit`: bytes that one event may have. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws Error where an event is larger than the limit */
  push(chunk: Buffer): ServerEvent[] {
    const events: ServerEvent[] = [];
    let at = this.#markSeen < 3 ? this.#skipMark(chunk) : 0;
    let feed = -1;
    let carriage = -1;
    while (at < chunk.length) {
      if (this.#skipsLineFeed) {
        this.#skipsLineFeed = false;
        if (chunk[at] === lineFeed) {
          at++;
          continue;
        }
      }
      // Each is looked for only when the last one found lies behind: never twice through the same bytes.
      if (feed < at) feed = find(chunk, lineFeed, at);
      if (carriage < at) carriage = find(chunk, carriageReturn, at);
      const end = Math.min(feed, carriage);
      this.#check(end - at);
      if (end === chunk.length) {
        this.#line.append(chunk.subarray(at, end));
        break;
      }
      // Nearly every line is whole in its chunk.
      if (this.#line.length === 0) this.#readLine(chunk.toString('utf8', at, end), end - at, events);
      else this.#readKept(chunk.subarray(at, end), events);
      this.#skipsLineFeed = end === carriage;
      at = end + 1;
    }
    return events;
  }

  /** The stream has ended: gives the last event, where only the empty line after it is missing. */
  end(): ServerEvent[] {
    const events: ServerEvent[] = [];
    if (this.#markSeen < 3 && this.#markSeen > 0)
      this.#line.append(byteOrderMark.subarray(0, this.#markSeen));
    this.#markSeen = 3;
    if (this.#line.length > 0) this.#readKept(nothing, events);
    this.#dispatch(events);
    return events;
  }

  /** How many bytes of the chunk belong to a byte order mark at the start of the stream. */
  #skipMark(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && this.#markSeen < 3 && chunk[at] === byteOrderMark[this.#markSeen]) {
      at++;
      this.#markSeen++;
    }
    if (at < chunk.length && this.#markSeen < 3) {
      // It only began like one.
      this.#line.append(byteOrderMark.subarray(0, this.#markSeen));
      this.#markSeen = 3;
    }
    return at;
  }

  #check(more: number): void {
    if (this.#size + this.#line.length + more > this.#limit)
      throw new Error(`an event is larger than ${this.#limit} bytes`);
  }

  /** A line whose beginning came in a chunk before. */
  #readKept(rest: Buffer, events: ServerEvent[]): void {
    const line = this.#line.take(rest);
    this.#readLine(line.toString('utf8'), line.length, events);
  }

  /** `size`: bytes that the line had. */
  #readLine(text: string, size: number, events: ServerEvent[]): void {
    if (text === '') {
      this.#dispatch(events);
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') {
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
      this.#size += size;
    } else if (field === 'event') this.#name = value === '' ? undefined : value;
  }

  #dispatch(events: ServerEvent[]): void {
    if (this.#data !== undefined) events.push({ name: this.#name, data: this.#data });
    this.#name = undefined;
    this.#data = undefined;
    this.#size = 0;
  }
}

function find(chunk: Buffer, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? chunk.length : at;
}
