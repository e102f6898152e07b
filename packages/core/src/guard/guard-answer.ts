import { Buffer } from 'node:buffer';
import type { Answer } from '../protocol/answer.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { Dialect } from '../protocol/call.ts';
import { collectStream } from '../stream/collect-stream.ts';
import { eventLimit } from '../stream/event-limit.ts';
import { ArrayStreamReader } from '../stream/read-array-stream.ts';
import { WholeEvents } from '../stream/whole-events.ts';
import { makeEvent, readEvent, splitEvents, writeEvent } from './event-text.ts';
import { EventGuard, type Judge, type JudgedEvent, judgeWhole } from './guard-events.ts';
import { GuardedStream, type SlowTransform } from './guarded-stream.ts';

/** Who looks at an answer, and how its caller is told that it ends. */
export interface AnswerGuard {
  readonly dialect: Dialect;
  /** It is a stream in Gemini's other form. */
  readonly wantsArray: boolean;
  readonly judge: Judge;
  /** The event that a stream breaks off with. */
  readonly word: (error: Error) => Uint8Array | undefined;
  /** Of an array that breaks off: JSON. */
  readonly wordInArray: (error: Error) => string;
  /** Told what a stream is broken off with; says what its caller is told. */
  readonly failed: (thrown: unknown) => Error;
}

/** Bytes of a whole answer that comes as a stream because it is large. */
const largest = 33_554_432;

/**
 * An answer as its judge wants it, in the dialect of its caller: pictures, sound and vectors pass. It is there when the first
 * of a stream was judged. Rejects with what the judge throws.
 */
export async function guardAnswer(answer: Answer, guard: AnswerGuard): Promise<Answer> {
  const { body, headers } = answer;
  const type = headers['content-type'] ?? '';
  const isJson = /\bjson\b/i.test(type);
  if (!isJson && !/^(?:text\/|application\/x-subrip)/i.test(type)) return answer;
  if (body instanceof Uint8Array) {
    const judged = await judgeBody(bufferOf(body), isJson, guard);
    return judged === undefined ? answer : { ...answer, body: judged };
  }
  const isEvents = /^text\/event-stream\b/i.test(type);
  if (!isEvents && !(isJson && guard.wantsArray)) {
    const whole = await collectStream(body, largest, tooLong);
    return { ...answer, body: (await judgeBody(whole, isJson, guard)) ?? whole };
  }
  const transform = isEvents ? new EventTransform(guard) : new ArrayTransform(guard);
  const stream = new GuardedStream(body, transform, guard.failed);
  await stream.begin();
  return { ...answer, body: stream };
}

const tooLong = (): Error => new RangeError('the answer is too long to be looked through');

/** Undefined where nothing becomes another. */
async function judgeBody(
  body: Buffer,
  isJson: boolean,
  { dialect, judge }: AnswerGuard,
): Promise<Buffer | undefined> {
  const text = body.toString('utf8');
  const judged = isJson
    ? await judgeWhole(text, dialect, judge)
    : await judge({ type: 'text', text, choice: 0, channel: 'text', isLast: true });
  return judged === text ? undefined : Buffer.from(judged);
}

/** Server-sent events, each whole. */
class EventTransform implements SlowTransform {
  readonly #events = new WholeEvents(eventLimit);
  readonly #guard: EventGuard;
  readonly word: (error: Error) => Uint8Array | undefined;

  constructor({ judge, dialect, word }: AnswerGuard) {
    this.#guard = new EventGuard(judge, dialect);
    this.word = word;
  }

  async take(chunk: Buffer, give: (text: string) => void): Promise<void> {
    const whole = this.#events.take(chunk);
    if (this.#events.overflowed) throw new RangeError(`an event is larger than ${eventLimit} bytes`);
    for (const event of splitEvents(whole.toString('utf8'))) await this.#take(event, give);
  }

  async end(give: (text: string) => void): Promise<void> {
    const rest = this.#events.rest().toString('utf8');
    if (rest !== '') await this.#take(rest, give);
    for (const judged of await this.#guard.end()) give(write(judged));
  }

  async #take(event: string, give: (text: string) => void): Promise<void> {
    const read = readEvent(event);
    if (read === undefined) return give(event);
    for (const judged of await this.#guard.take(read.data, read.name)) {
      if (judged.made !== undefined) give(write(judged));
      else give(judged.data === read.data ? event : writeEvent(read.others, judged.data));
    }
  }
}

function write({ data, made }: JudgedEvent): string {
  return makeEvent(made?.name, data);
}

/** Gemini's other form: an array that is sent one element after the other. */
class ArrayTransform implements SlowTransform {
  readonly #elements = new ArrayStreamReader(eventLimit);
  readonly #guard: EventGuard;
  readonly #word: (error: Error) => string;
  #isFirst = true;

  constructor({ judge, dialect, wordInArray }: AnswerGuard) {
    this.#guard = new EventGuard(judge, dialect);
    this.#word = wordInArray;
  }

  async take(chunk: Buffer, give: (text: string) => void): Promise<void> {
    for (const element of this.#elements.push(chunk))
      for (const { data } of await this.#guard.take(element, undefined)) give(this.#write(data));
  }

  async end(give: (text: string) => void): Promise<void> {
    for (const { data } of await this.#guard.end()) give(this.#write(data));
    give(`${this.#isFirst ? '[' : ''}]`);
  }

  word(error: Error): Uint8Array {
    return Buffer.from(`${this.#write(this.#word(error))}]`);
  }

  #write(data: string): string {
    const text = `${this.#isFirst ? '[' : ',\r\n'}${data}`;
    this.#isFirst = false;
    return text;
  }
}
