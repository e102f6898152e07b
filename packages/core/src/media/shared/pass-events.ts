import { renderErrorEvent } from '../../dialects/openai-chat/word-error.ts';
import { isObject, parseJson, protocolError } from '../../dialects/shared/read.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { findNextEventEnd, readEventData } from '../../stream/find-event-end.ts';
import type { RelayFormat } from '../../stream/relay.ts';
import { WholeEvents } from '../../stream/whole-events.ts';

/** Bytes of one event: half an hour of sound in Base64, and all of a long transcript. */
const eventLimit = 67_108_864;
/** Bytes of an answer that is no stream after all, which is read for what it tells. */
const wholeLimit = 1_048_576;
const nothing = Buffer.alloc(0);
const fields = ['data', 'event', 'id', 'retry'];

/**
 * Events of a vendor who writes them as OpenAI does pass as they are, and so does an answer that is no stream, of a vendor
 * who streams nothing. What they tell is read on the way.
 */
export class PassingEvents implements RelayFormat {
  readonly #last: string;
  readonly #read: (data: JsonObject) => void;
  readonly #events = new WholeEvents(eventLimit);
  #isEvents: boolean | undefined;
  #whole: Buffer = nothing;
  #isOver = false;

  /** `last`: the type of the last event. `read` is given it, or the whole of an answer in JSON that is no stream. */
  constructor(last: string, read: (data: JsonObject) => void) {
    this.#last = last;
    this.#read = read;
  }

  take(chunk: Buffer): Buffer {
    this.#isEvents ??= isEvent(chunk);
    if (!this.#isEvents) {
      this.#keep(chunk);
      return chunk;
    }
    const whole = this.#events.take(chunk);
    if (this.#events.overflowed) throw protocolError(`an event is larger than ${eventLimit} bytes`);
    this.#follow(whole);
    return whole;
  }

  isComplete(): boolean {
    return this.#isOver;
  }

  end(): Buffer {
    if (this.#isEvents !== true) {
      const data = parseJson(this.#whole.toString('utf8'));
      if (isObject(data)) this.#read(data);
      return nothing;
    }
    const rest = this.#events.rest();
    const isWhole = rest.length > 0 && isObject(parseJson(readEventData(rest) ?? ''));
    const last = isWhole ? Buffer.concat([rest, Buffer.from('\n\n')]) : nothing;
    this.#follow(last);
    if (!this.#isOver) throw protocolError('the stream ended before its last event');
    return last;
  }

  breakOff(error: Error): Buffer | undefined {
    return this.#isEvents === true ? renderErrorEvent(error) : undefined;
  }

  #keep(chunk: Buffer): void {
    const isJson = this.#whole.length > 0 || /^\s*\{/.test(chunk.toString('latin1', 0, 64));
    if (isJson && this.#whole.length + chunk.length <= wholeLimit)
      this.#whole = Buffer.concat([this.#whole, chunk]);
  }

  #follow(events: Buffer): void {
    for (let start = 0; start < events.length; ) {
      const end = findNextEventEnd(events, start) || events.length;
      this.#look(events.subarray(start, end));
      start = end;
    }
  }

  /** Pieces of sound, which are many and large, are not read. */
  #look(event: Buffer): void {
    if (!event.includes(this.#last) && !event.includes('"error"') && !event.includes('[DONE]')) return;
    const text = readEventData(event)?.trim() ?? '';
    if (text === '[DONE]') this.#isOver = true;
    const data = parseJson(text);
    if (!isObject(data)) return;
    if (isObject(data['error'])) this.#isOver = true;
    if (data['type'] !== this.#last) return;
    this.#isOver = true;
    this.#read(data);
  }
}

/** A name of a field, or a comment. */
function isEvent(beginning: Buffer): boolean {
  const [name = ''] = beginning.toString('latin1', 0, 64).trimStart().split(':');
  return (
    name === '' ||
    fields.some((field) => field === name || (name.length < field.length && field.startsWith(name)))
  );
}
