import { beyondCeiling } from '../dialects/shared/ceiling.ts';
import { problemOf } from '../dialects/shared/problem-of.ts';
import { isObject, parseJson } from '../dialects/shared/read.ts';
import { toUsage } from '../dialects/shared/to-usage.ts';
import { type WireReader, wireReader } from '../dialects/shared/wire-events.ts';
import type { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { ChatUsage, Part } from '../protocol/chat-answer.ts';
import type { StreamParser } from '../protocol/codec.ts';
import type { Usage } from '../protocol/usage.ts';
import { EventFormat, type EventTap } from '../stream/event-format.ts';
import { readEventData } from '../stream/find-event-end.ts';
import type { AnswerReading, Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import { OutputMeter } from './output-meter.ts';
import { isInOwnWords, readBody } from './parse-problem.ts';
import { readChatError } from './read-chat-error.ts';
import { TranslatedReading, type Translation } from './read-translated.ts';

/**
 * One dialect on both sides: bytes pass as they are. They are parsed all the same, for usage and for the end, and nothing
 * is made of it: a parser that stumbles over a new kind of event must not end a stream that the caller understands.
 */
export class VerbatimReading implements AnswerReading {
  readonly passesBytes = true;
  readonly streamType: string;
  readonly dropped: readonly string[] = [];
  readonly #translation: Translation;
  readonly #parsed: TranslatedReading;
  /** The dialect's other form, which the caller did not ask for. */
  #isArray = false;

  constructor(translation: Translation) {
    this.streamType = translation.streamType;
    this.#translation = translation;
    this.#parsed = new TranslatedReading(translation);
  }

  get sentType(): string | undefined {
    return this.#isArray ? this.#parsed.sentType : undefined;
  }

  isStream(beginning: Buffer): boolean {
    this.#isArray = this.#parsed.isStream(beginning);
    return this.#isArray;
  }

  openStream(): (chunk: Buffer) => Opening {
    return this.#parsed.openStream();
  }

  readStream(broken: (reason: string) => GatewayError): StreamReading {
    return this.#isArray
      ? this.#parsed.readStream(broken)
      : new VerbatimStream(new ParsedTap(this.#translation), broken);
  }

  readWhole(bytes: Buffer, broken: (reason: string) => GatewayError): WholeReading {
    const read = this.#parsed.readWhole(bytes, broken);
    return 'answer' in read ? read : { ...read, body: this.#translation.secrets.hideInAnswer(bytes) };
  }

  readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    const problem = this.#parsed.readError(status, headers, body);
    const isJson = /\bjson\b/.test(headers['content-type'] ?? '');
    const { upstream } = this.#translation;
    if (!isJson || !isInOwnWords(upstream, readBody(body))) return problem;
    // Azure's words for a model that is not there are no other here than in chat.
    const { answer } =
      upstream.dialect === 'openai-responses'
        ? readChatError(status, headers, body)
        : { answer: { status, headers, body } };
    return { ...problem, answer };
  }
}

class VerbatimStream extends EventFormat implements StreamReading {
  readonly #tap: ParsedTap;

  constructor(tap: ParsedTap, broken: (reason: string) => GatewayError) {
    super(tap, broken);
    this.#tap = tap;
  }

  get usage(): Usage | undefined {
    return this.#tap.usage;
  }

  estimateOutput(): number {
    return this.#tap.meter.estimate;
  }
}

class ParsedTap implements EventTap {
  readonly #translation: Translation;
  readonly #reader: WireReader;
  readonly #parser: StreamParser;
  readonly meter: OutputMeter;
  #usage: ChatUsage | undefined;
  #isFinished = false;
  #isLost = false;
  /** The stream ended inside an event. */
  #isCut = false;

  constructor(translation: Translation) {
    this.#translation = translation;
    this.#reader = wireReader(translation.upstream.dialect);
    this.#parser = translation.upstream.parseStream();
    this.meter = new OutputMeter(translation.ceiling);
  }

  get failure(): Error | undefined {
    const { ceiling } = this.#translation;
    return ceiling !== undefined && this.meter.isBeyond ? beyondCeiling(ceiling) : undefined;
  }

  get usage(): Usage | undefined {
    return this.#usage && toUsage(this.#usage);
  }

  pass(events: Buffer): Buffer {
    if (!this.#isLost) this.#follow(events);
    return this.#translation.secrets.hideInAnswer(events);
  }

  /** The provider's own error ends a stream, too: the caller has seen it. Some tell of the end by ending only. */
  isComplete(): boolean {
    if (!this.#isFinished && !this.#isLost && !this.#isCut) this.#note(() => this.#parser.end());
    return this.#isFinished;
  }

  isEvent(bytes: Buffer): boolean {
    const data = readEventData(bytes);
    const isWhole = data !== undefined && (data === '[DONE]' || isObject(parseJson(data)));
    this.#isCut = data !== undefined && !isWhole;
    return isWhole;
  }

  renderError(error: Error): Buffer {
    const { caller, context } = this.#translation;
    return Buffer.from(caller.renderStream(context).push({ type: 'error', error: problemOf(error) }));
  }

  #follow(events: Buffer): void {
    this.#note(() => this.#reader.push(events).flatMap((event) => this.#parser.push(event)));
  }

  #note(read: () => readonly Part[]): void {
    try {
      for (const part of read()) {
        this.meter.add(part);
        if (part.type === 'usage') this.#usage = part.usage;
        if (part.type === 'finish' || part.type === 'error') this.#isFinished = true;
      }
    } catch {
      this.#isLost = true;
    }
  }
}
