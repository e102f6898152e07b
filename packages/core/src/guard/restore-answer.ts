import { Buffer } from 'node:buffer';
import type { Answer } from '../protocol/answer.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { Dialect } from '../protocol/call.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import { eventLimit } from '../stream/event-limit.ts';
import { ArrayStreamReader } from '../stream/read-array-stream.ts';
import { WholeEvents } from '../stream/whole-events.ts';
import { makeEvent, readEvent, splitEvents, writeEvent } from './event-text.ts';
import { Restorer } from './restorer.ts';
import { type RestoredEvent, StreamRestorer } from './stream-restorer.ts';

/** What is done to the bytes of a stream. */
interface Transform {
  take(chunk: Buffer): string;
  end(): string;
}

/** An answer with the originals in place of what stood for them, in the dialect of its caller. */
export function restoreAnswer(
  answer: Answer,
  originals: ReadonlyMap<string, string>,
  { dialect, wantsArray }: { readonly dialect: Dialect; readonly wantsArray: boolean },
): Answer {
  const { body, headers } = answer;
  const type = headers['content-type'] ?? '';
  const restorer = new Restorer(originals);
  if (body instanceof Uint8Array) {
    const restored = restoreWhole(bufferOf(body), type, restorer);
    return restored === undefined ? answer : { ...answer, body: restored };
  }
  const transform = transformOf(type, restorer, { dialect, wantsArray });
  return transform === undefined ? answer : { ...answer, body: transformed(body, transform) };
}

/** Undefined where nothing is to be put back: what is not text says nothing. */
function restoreWhole(body: Buffer, type: string, restorer: Restorer): Buffer | undefined {
  const isJson = /\bjson\b/i.test(type);
  if ((!isJson && !/^text\//i.test(type)) || !body.includes('[')) return undefined;
  const text = body.toString('utf8');
  const restored = isJson ? restorer.restoreJson(text) : restorer.restore(text, 'plain');
  return restored === text ? undefined : Buffer.from(restored);
}

function transformOf(
  type: string,
  restorer: Restorer,
  { dialect, wantsArray }: { readonly dialect: Dialect; readonly wantsArray: boolean },
): Transform | undefined {
  if (/^text\/event-stream\b/i.test(type)) return new EventTransform(new StreamRestorer(restorer, dialect));
  const isJson = /\bjson\b/i.test(type);
  if (isJson && wantsArray) return new ArrayTransform(new StreamRestorer(restorer, dialect));
  return isJson || /^text\//i.test(type) ? new TextTransform(restorer, isJson) : undefined;
}

/** Server-sent events, each whole. */
class EventTransform implements Transform {
  readonly #events = new WholeEvents(eventLimit);
  readonly #restorer: StreamRestorer;

  constructor(restorer: StreamRestorer) {
    this.#restorer = restorer;
  }

  take(chunk: Buffer): string {
    const whole = this.#events.take(chunk);
    if (whole.length === 0) return '';
    return splitEvents(whole.toString('utf8'))
      .map((event) => this.#restore(event))
      .join('');
  }

  end(): string {
    return this.#restorer.end().map(write).join('') + this.#events.rest().toString('utf8');
  }

  #restore(event: string): string {
    const read = readEvent(event);
    if (read === undefined) return event;
    return this.#restorer
      .take(read.data, read.name)
      .map((restored) => {
        if (restored.made !== undefined) return write(restored);
        return restored.data === read.data ? event : writeEvent(read.others, restored.data);
      })
      .join('');
  }
}

function write({ data, made }: RestoredEvent): string {
  return makeEvent(made?.name, data);
}

/** Gemini's other form: an array that is sent one element after the other. */
class ArrayTransform implements Transform {
  readonly #elements = new ArrayStreamReader(eventLimit);
  readonly #restorer: StreamRestorer;
  #isFirst = true;

  constructor(restorer: StreamRestorer) {
    this.#restorer = restorer;
  }

  take(chunk: Buffer): string {
    return this.#elements
      .push(chunk)
      .flatMap((element) => this.#restorer.take(element, undefined))
      .map((event) => this.#write(event))
      .join('');
  }

  end(): string {
    const last = this.#restorer.end().map((event) => this.#write(event));
    return `${last.join('')}${this.#isFirst ? '[' : ''}]`;
  }

  #write({ data }: RestoredEvent): string {
    const text = `${this.#isFirst ? '[' : ',\r\n'}${data}`;
    this.#isFirst = false;
    return text;
  }
}

/** What is too large to be held, or no JSON. */
class TextTransform implements Transform {
  readonly #restorer: Restorer;
  readonly #writing: 'json' | 'plain';
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #held = '';

  constructor(restorer: Restorer, isJson: boolean) {
    this.#restorer = restorer;
    this.#writing = isJson ? 'json' : 'plain';
  }

  take(chunk: Buffer): string {
    const said = this.#held + this.#decoder.decode(chunk, { stream: true });
    const { text, held } = this.#restorer.begin(said, this.#writing);
    this.#held = held;
    return text;
  }

  end(): string {
    return this.#held + this.#decoder.decode();
  }
}

function transformed(stream: ByteStream, transform: Transform): ByteStream {
  return {
    pipe: (sink) => stream.pipe(new TransformSink(stream, sink, transform)),
    resume: () => stream.resume(),
    abort: (reason) => stream.abort(reason),
  };
}

class TransformSink implements ByteSink {
  readonly #stream: ByteStream;
  readonly #sink: ByteSink;
  readonly #transform: Transform;

  constructor(stream: ByteStream, sink: ByteSink, transform: Transform) {
    this.#stream = stream;
    this.#sink = sink;
    this.#transform = transform;
  }

  write(chunk: Uint8Array): boolean {
    let text: string;
    try {
      text = this.#transform.take(bufferOf(chunk));
    } catch (error) {
      this.#stream.abort(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
    return text === '' || this.#sink.write(Buffer.from(text));
  }

  end(taken?: () => void): void {
    const text = this.#transform.end();
    if (text !== '') this.#sink.write(Buffer.from(text));
    this.#sink.end(taken);
  }

  destroy(error: Error): void {
    this.#sink.destroy(error);
  }
}
