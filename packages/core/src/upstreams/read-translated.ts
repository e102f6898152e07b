import { partWrapper, wrapAnswer } from '../dialects/shared/carry-signatures.ts';
import { beyondCeiling } from '../dialects/shared/ceiling.ts';
import { TurnCollector } from '../dialects/shared/collect-turns.ts';
import { problemOf } from '../dialects/shared/problem-of.ts';
import { fieldsOf, guardDepth } from '../dialects/shared/read.ts';
import { toUsage } from '../dialects/shared/to-usage.ts';
import { unfenceAnswer, unfenceStream, wantsJson } from '../dialects/shared/unfence.ts';
import { isArray, parseObject, type WireReader, wireReader } from '../dialects/shared/wire-events.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { ChatUsage, Part, ProviderError } from '../protocol/chat-answer.ts';
import type { AnswerContext, Codec, StreamParser, StreamRenderer } from '../protocol/codec.ts';
import type { AssistantBlock } from '../protocol/content.ts';
import type { Json } from '../protocol/json.ts';
import type { Telling } from '../protocol/telling.ts';
import type { Usage } from '../protocol/usage.ts';
import type { AnswerReading, Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { meantStatus } from './meant-status.ts';
import { OutputMeter } from './output-meter.ts';
import { parseHiddenProblem, parseProblem, readBody } from './parse-problem.ts';

/** Who speaks how, and what the answer repeats of its question. */
export interface Translation {
  readonly upstream: Codec;
  readonly caller: Codec;
  /** How the caller's dialect writes a stream; by default as its codec does. */
  readonly renderStream?: (context: AnswerContext) => StreamRenderer;
  readonly streamType: string;
  readonly sentType: string;
  readonly context: AnswerContext;
  readonly dropped: readonly string[];
  readonly secrets: Secrets;
  /** Keeps what one choice of the answer said, for the next turn. */
  readonly keepTurn?: ((content: readonly AssistantBlock[]) => void) | undefined;
  /** Where another attempt may go on with the answer. */
  readonly telling?: Telling | undefined;
  /** See `Call.ceiling`. */
  readonly ceiling?: number | undefined;
}

/** JSON may be nested deeper than whoever reads or writes it can go by calling himself. */
const tooDeep = 'it is nested too deeply';

const hold: Opening = { kind: 'hold' };
const commit: Opening = { kind: 'commit' };
const json: HeaderMap = { 'content-type': 'application/json' };

/** From the upstream's dialect over the neutral vocabulary into the caller's, part by part. */
export class TranslatedReading implements AnswerReading {
  readonly passesBytes = false;
  readonly streamType: string;
  readonly sentType: string;
  readonly dropped: readonly string[];
  readonly #translation: Translation;

  constructor(translation: Translation) {
    this.streamType = translation.streamType;
    this.sentType = translation.sentType;
    this.dropped = translation.dropped;
    this.#translation = translation;
  }

  isStream(beginning: Buffer): boolean {
    const { upstream, context } = this.#translation;
    return upstream.dialect === 'gemini' && context.request.stream && isArray(beginning);
  }

  openStream(): (chunk: Buffer) => Opening {
    const { upstream } = this.#translation;
    const reader = wireReader(upstream.dialect);
    const parser = upstream.parseStream();
    return (chunk) => {
      for (const event of push(reader, chunk)) {
        for (const part of guardDepth(
          () => parser.push(event),
          () => protocol(tooDeep),
        )) {
          if (part.type === 'error') return { kind: 'error', problem: this.#problem(part.error) };
          if (isContent(part)) return commit;
        }
      }
      return hold;
    };
  }

  readStream(broken: (reason: string) => GatewayError, isShown = false): StreamReading {
    return new TranslatedStream(this.#translation, broken, isShown);
  }

  readWhole(bytes: Buffer, broken: (reason: string) => GatewayError): WholeReading {
    const { upstream, caller, context, secrets, keepTurn } = this.#translation;
    const body = readBody(secrets.hideInAnswer(bytes));
    if (body === undefined) throw broken('the answer is not a JSON object');
    // Some aggregators answer 200 and put the error into the body.
    if (isBareError(body)) return this.#problem(parseHiddenProblem(upstream, body));
    const translate = (): WholeReading => {
      const parsed = upstream.parseAnswer(body);
      const said = wantsJson(context.request) ? unfenceAnswer(parsed) : parsed;
      const answer = wrapAnswer(said, caller.dialect);
      const rendered = Buffer.from(JSON.stringify(caller.renderAnswer(answer, context)));
      if (keepTurn !== undefined) for (const { content } of said.choices) keepTurn(content);
      return { body: rendered, usage: answer.usage && toUsage(answer.usage) };
    };
    return guardDepth(translate, () => broken(tooDeep));
  }

  readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    const { upstream } = this.#translation;
    return this.#problem(parseProblem(upstream, { status, headers, body: readBody(body) }));
  }

  #problem(error: ProviderError): Problem {
    const { status, body } = this.#translation.caller.renderError(error);
    const { retryAfter } = error;
    return {
      status: meantStatus(error),
      answer: { status, headers: json, body: Buffer.from(JSON.stringify(body)) },
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
}

class TranslatedStream implements StreamReading {
  readonly #broken: (reason: string) => GatewayError;
  readonly #reader: WireReader;
  readonly #parser: StreamParser;
  readonly #renderer: StreamRenderer;
  readonly #secrets: Secrets;
  readonly #wrap: (part: Part) => Part;
  readonly #keepTurn: Translation['keepTurn'];
  readonly #telling: Telling | undefined;
  readonly #collector: TurnCollector | undefined;
  readonly #ceiling: number | undefined;
  readonly #meter: OutputMeter;
  /** Choices that have begun, and that have finished. */
  readonly #begun = new Set<number>();
  readonly #finished = new Set<number>();
  #usage: ChatUsage | undefined;
  /** What is still to be sent. It is told whatever goes wrong behind it: what tells of the error goes on from it. */
  #written = '';
  /** What the provider itself said when it broke off. */
  #problem: ProviderError | undefined;
  failure: GatewayError | undefined;

  constructor(
    {
      upstream,
      caller,
      context,
      renderStream = caller.renderStream,
      secrets,
      keepTurn,
      telling,
      ceiling,
    }: Translation,
    broken: (reason: string) => GatewayError,
    isShown: boolean,
  ) {
    this.#broken = broken;
    this.#reader = wireReader(upstream.dialect);
    this.#parser = wantsJson(context.request)
      ? unfenceStream(upstream.parseStream())
      : upstream.parseStream();
    const make = (): StreamRenderer => renderStream(context);
    this.#telling = isShown ? telling : undefined;
    this.#renderer = this.#telling === undefined ? make() : this.#telling.join(make);
    this.#secrets = secrets;
    this.#ceiling = ceiling;
    this.#meter = new OutputMeter(ceiling);
    this.#keepTurn = keepTurn;
    this.#collector = keepTurn === undefined ? undefined : new TurnCollector();
    this.#wrap = partWrapper(caller.dialect);
  }

  get usage(): Usage | undefined {
    return this.#usage && toUsage(this.#usage);
  }

  estimateOutput(): number {
    return this.#meter.estimate;
  }

  take(chunk: Buffer): Buffer {
    try {
      for (const event of push(this.#reader, chunk, this.#broken)) this.#write(this.#parser.push(event));
    } catch (error) {
      this.failure = this.#failureOf(error);
    }
    return this.#toBytes(this.#takeWritten());
  }

  isComplete(): boolean {
    return this.#begun.size > 0 && this.#begun.size === this.#finished.size;
  }

  end(): Buffer {
    try {
      for (const event of end(this.#reader, this.#broken)) this.#write(this.#parser.push(event));
      this.#write(this.#parser.end());
    } catch (error) {
      this.failure ??= this.#failureOf(error);
    }
    if (this.failure !== undefined) throw this.failure;
    if (!this.isComplete()) throw this.#broken('the stream ended before its last event');
    for (const content of this.#collector?.turns() ?? []) this.#keepTurn?.(content);
    return this.#toBytes(this.#takeWritten() + this.#renderer.end());
  }

  breakOff(error: Error): Buffer | undefined {
    const problem = (error === this.failure ? this.#problem : undefined) ?? problemOf(error);
    if (this.#telling !== undefined) {
      const hide = (bytes: Buffer): Buffer => this.#secrets.hideInError(bytes);
      // The caller is told when it is sure that nobody goes on.
      this.#telling.breakOff({ error, problem, written: this.#takeWritten(), hide });
      return undefined;
    }
    const text = this.#renderer.push({ type: 'error', error: problem });
    // It was writing the end, and stumbled.
    if (text === '') return undefined;
    return this.#secrets.hideInError(Buffer.concat([this.#toBytes(this.#takeWritten()), Buffer.from(text)]));
  }

  #write(parts: readonly Part[]): void {
    for (const part of parts) {
      if (this.failure !== undefined) break;
      if (part.type === 'error') {
        this.#problem = part.error;
        this.failure = failureOf(part.error);
      } else {
        this.#collector?.take(part);
        this.#meter.add(part);
        if (part.type === 'usage') this.#usage = part.usage;
        if ('choice' in part) this.#begun.add(part.choice);
        if (part.type === 'finish') this.#finished.add(part.choice);
        this.#written += this.#renderer.push(this.#wrap(part));
      }
    }
    if (this.#ceiling !== undefined && this.#meter.isBeyond) this.failure ??= beyondCeiling(this.#ceiling);
  }

  #takeWritten(): string {
    const written = this.#written;
    this.#written = '';
    return written;
  }

  #failureOf(error: unknown): GatewayError {
    return error instanceof RangeError ? this.#broken(tooDeep) : toGatewayError(error);
  }

  #toBytes(text: string): Buffer {
    return this.#secrets.hideInAnswer(Buffer.from(text));
  }
}

/** The provider broke off in the middle, in words of its own. */
function failureOf(problem: ProviderError): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_STATUS',
    { upstreamStatus: problem.status, reason: problem.message },
    { failure: { retry: 'never', health: problem.status >= 500 ? 'failure' : 'neutral', sent: true } },
  );
}

function push(reader: WireReader, chunk: Buffer, broken = protocol): ReturnType<WireReader['push']> {
  try {
    return reader.push(chunk);
  } catch (error) {
    throw broken(reasonOf(error));
  }
}

function end(reader: WireReader, broken: (reason: string) => GatewayError): ReturnType<WireReader['end']> {
  try {
    return reader.end();
  } catch (error) {
    throw broken(reasonOf(error));
  }
}

const protocol = (reason: string): GatewayError =>
  new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { reason },
    { failure: { retry: 'elsewhere', health: 'failure', sent: true } },
  );

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Something that the caller would miss, or the end. */
function isContent(part: Part): boolean {
  switch (part.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return part.text !== '';
    case 'tool-input-start':
    case 'block':
    case 'finish':
      return true;
    default:
      return false;
  }
}

function isBareError(body: ReturnType<typeof parseObject>): boolean {
  const error = body['error'];
  const isTold = typeof error === 'string' ? error !== '' : typeof error === 'object' && error !== null;
  const isAnswer = 'choices' in body || 'output' in body || 'candidates' in body;
  return (isTold && !isAnswer) || isFailedResult(body['base_resp']);
}

/** MiniMax answers 200 whatever has happened, and tells here what that was. */
function isFailedResult(result: Json | undefined): boolean {
  const status = fieldsOf(result)['status_code'];
  return typeof status === 'number' && status !== 0;
}
