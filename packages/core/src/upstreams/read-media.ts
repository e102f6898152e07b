import { codecOf } from '../dialects/load-codecs.ts';
import { isObject, parseJson } from '../dialects/shared/read.ts';
import type { GatewayError } from '../errors.ts';
import type { AnyFamily, AnyFormat } from '../media/pick-media.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import type { ProviderError } from '../protocol/chat-answer.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { MediaContext } from '../protocol/media.ts';
import type { Usage } from '../protocol/usage.ts';
import { findNextEventEnd, readEventData } from '../stream/find-event-end.ts';
import { RawFormat } from '../stream/raw-format.ts';
import type { AnswerReading, Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { parseHiddenProblem, parseProblem, readBody } from './parse-problem.ts';
import { isText } from './response-headers.ts';
import { wordProblem } from './word-problem.ts';

export interface MediaParts {
  readonly family: AnyFamily;
  readonly format: AnyFormat;
  /** The answer was asked for as one that flows. */
  readonly flows: boolean;
  /** In the family's neutral form. */
  readonly request: unknown;
  readonly context: MediaContext;
  readonly secrets: Secrets;
  readonly dropped: readonly string[];
  readonly adjusted: readonly string[];
  /** Of the upstream: its errors are in it, unless the format says otherwise. */
  readonly dialect: Dialect;
}

const commit: Opening = { kind: 'commit' };
const hold: Opening = { kind: 'hold' };
const events = 'text/event-stream';

/** Media from a vendor's form into the caller's, over the neutral one. */
export class MediaReading implements AnswerReading {
  readonly passesBytes = false;
  readonly streamType: string = events;
  readonly sentType: string | undefined;
  readonly dropped: readonly string[];
  readonly adjusted: readonly string[];
  /** Bytes: ten pictures, each large. */
  readonly limit = 134_217_728;
  readonly #parts: MediaParts;
  #isText = true;

  constructor(parts: MediaParts) {
    const { format, flows, request } = parts;
    this.#parts = parts;
    this.dropped = parts.dropped;
    this.adjusted = parts.adjusted;
    this.sentType = flows ? format.streaming?.sentType?.(request) : undefined;
  }

  isStream(): boolean {
    return false;
  }

  takesBytes(type: string): boolean {
    this.#isText = isText(type);
    // Who streams nothing answers as a whole; a page is of a proxy's.
    return this.#parts.flows && !/\b(?:html|json)\b/.test(type);
  }

  takesWhole(type: string): boolean {
    const { format, request } = this.#parts;
    return format.takesType?.(type, request) === true;
  }

  /** Of events, the first must be no error; bytes are what they are. */
  openStream(): (chunk: Buffer) => Opening {
    let held: Buffer = Buffer.alloc(0);
    return (chunk) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (!/^[\s:]*(?:event|data|id|retry)?:/.test(held.toString('latin1', 0, 64))) return commit;
      const end = findNextEventEnd(held, 0);
      if (end === 0) return hold;
      const data = parseJson(readEventData(held.subarray(0, end)) ?? '');
      if (!isObject(data) || !isObject(data['error'])) return commit;
      return { kind: 'error', problem: wordProblem(parseHiddenProblem(this.#codec, data)) };
    };
  }

  readStream(broken: (reason: string) => GatewayError): StreamReading {
    const { flows, format, request } = this.#parts;
    const { streaming } = format;
    if (!flows || streaming === undefined) throw broken('a stream that nobody has asked for');
    const stream = streaming.open(request);
    return this.#isText ? new HidingStream(stream, this.#parts.secrets) : stream;
  }

  async readWhole(
    body: Buffer,
    broken: (reason: string) => GatewayError,
    headers: HeaderMap,
  ): Promise<WholeReading> {
    const { family, format, request, context, secrets } = this.#parts;
    const bytes = secrets.hideInAnswer(body);
    const raw = bytes.length < 8192 ? readBody(bytes) : undefined;
    if (raw !== undefined && 'error' in raw && isObject(raw['error']) && Object.keys(raw).length <= 2)
      return wordProblem(this.#parse(502, headers, raw));
    try {
      const result = format.parseAnswer({ headers, body: bytes }, request);
      const { type, body: rendered } = await family.renderAnswer(result, request, context);
      return { body: rendered, usage: family.usageOf(result, request), type };
    } catch (error) {
      if (error instanceof SyntaxError) throw broken('the answer is not JSON');
      throw error;
    }
  }

  readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    return wordProblem(this.#parse(status, headers, readBody(body)));
  }

  get #codec(): ReturnType<typeof codecOf> {
    return codecOf(this.#parts.dialect);
  }

  #parse(status: number, headers: HeaderMap, body: JsonObject | undefined): ProviderError {
    const own = this.#parts.format.parseError?.(status, headers, body);
    return own ?? parseProblem(this.#codec, { status, headers, body });
  }
}

/** What is text on its way to the caller, in which the key is looked for. */
class HidingStream extends RawFormat implements StreamReading {
  readonly #stream: StreamReading;

  constructor(stream: StreamReading, secrets: Secrets) {
    super((bytes) => secrets.hideInAnswer(bytes), secrets.longest);
    this.#stream = stream;
  }

  get usage(): Usage | undefined {
    return this.#stream.usage;
  }

  get failure(): Error | undefined {
    return this.#stream.failure;
  }

  override take(chunk: Buffer): Buffer {
    return super.take(this.#stream.take(chunk));
  }

  override isComplete(): boolean {
    return this.#stream.isComplete();
  }

  override end(): Buffer {
    return Buffer.concat([super.take(this.#stream.end()), super.end()]);
  }

  override breakOff(error?: Error): Buffer | undefined {
    const last = this.#stream.breakOff(error ?? new Error('broken off'));
    return last && Buffer.concat([super.take(last), super.end()]);
  }
}
