import { partWrapper, wrapAnswer } from '../dialects/shared/carry-signatures.ts';
import { problemOf } from '../dialects/shared/problem-of.ts';
import { parseObject, type WireReader, wireReader } from '../dialects/shared/wire-events.ts';
import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { ChatUsage, Part, ProviderError } from '../protocol/chat-answer.ts';
import type { AnswerContext, Codec, StreamParser, StreamRenderer } from '../protocol/codec.ts';
import type { Usage } from '../protocol/usage.ts';
import type { AnswerReading, Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';

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
}

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

  openStream(): (chunk: Buffer) => Opening {
    const { upstream } = this.#translation;
    const reader = wireReader(upstream.dialect);
    const parser = upstream.parseStream();
    return (chunk) => {
      for (const event of push(reader, chunk)) {
        for (const part of parser.push(event)) {
          if (part.type === 'error') return { kind: 'error', problem: this.#problem(part.error) };
          if (isContent(part)) return commit;
        }
      }
      return hold;
    };
  }

  readStream(broken: (reason: string) => GatewayError): StreamReading {
    return new TranslatedStream(this.#translation, broken);
  }

  readWhole(bytes: Buffer, broken: (reason: string) => GatewayError): WholeReading {
    const { upstream, caller, context, secrets } = this.#translation;
    const body = readObject(secrets.hideInAnswer(bytes));
    if (body === undefined) throw broken('the answer is not a JSON object');
    // Some aggregators answer 200 and put the error into the body.
    if (isBareError(body)) return this.#problem(upstream.parseError(502, {}, body));
    const answer = wrapAnswer(upstream.parseAnswer(body), caller.dialect);
    return {
      body: Buffer.from(JSON.stringify(caller.renderAnswer(answer, context))),
      usage: answer.usage && toUsage(answer.usage),
    };
  }

  readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    return this.#problem(this.#translation.upstream.parseError(status, headers, readObject(body)));
  }

  #problem(error: ProviderError): Problem {
    const { status, body } = this.#translation.caller.renderError(error);
    const { retryAfter } = error;
    return {
      status: error.status,
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
  /** Choices that have begun, and that have finished. */
  readonly #begun = new Set<number>();
  readonly #finished = new Set<number>();
  #usage: ChatUsage | undefined;
  failure: GatewayError | undefined;

  constructor(
    { upstream, caller, context, renderStream = caller.renderStream, secrets }: Translation,
    broken: (reason: string) => GatewayError,
  ) {
    this.#broken = broken;
    this.#reader = wireReader(upstream.dialect);
    this.#parser = upstream.parseStream();
    this.#renderer = renderStream(context);
    this.#secrets = secrets;
    this.#wrap = partWrapper(caller.dialect);
  }

  get usage(): Usage | undefined {
    return this.#usage && toUsage(this.#usage);
  }

  take(chunk: Buffer): Buffer {
    let text = '';
    for (const event of push(this.#reader, chunk, this.#broken))
      text += this.#write(this.#parser.push(event));
    return this.#toBytes(text);
  }

  isComplete(): boolean {
    return this.#begun.size > 0 && this.#begun.size === this.#finished.size;
  }

  end(): Buffer {
    let text = '';
    for (const event of end(this.#reader, this.#broken)) text += this.#write(this.#parser.push(event));
    text += this.#write(this.#parser.end());
    if (this.failure !== undefined) throw this.failure;
    if (!this.isComplete()) throw this.#broken('the stream ended before its last event');
    return this.#toBytes(text + this.#renderer.end());
  }

  breakOff(error: Error): Buffer {
    return this.#toBytes(this.#renderer.push({ type: 'error', error: problemOf(error) }));
  }

  #write(parts: readonly Part[]): string {
    let text = '';
    for (const part of parts) {
      if (this.failure !== undefined) break;
      if (part.type === 'error') this.failure = failureOf(part.error);
      else {
        if (part.type === 'usage') this.#usage = part.usage;
        if ('choice' in part) this.#begun.add(part.choice);
        if (part.type === 'finish') this.#finished.add(part.choice);
        text += this.#renderer.push(this.#wrap(part));
      }
    }
    return text;
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

function readObject(bytes: Buffer): ReturnType<typeof parseObject> | undefined {
  try {
    return parseObject(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isBareError(body: ReturnType<typeof parseObject>): boolean {
  const error = body['error'];
  const isTold = typeof error === 'string' ? error !== '' : typeof error === 'object' && error !== null;
  return isTold && !('choices' in body) && !('output' in body) && !('candidates' in body);
}

export function toUsage({ input, output, cacheRead = 0, reasoning = 0 }: ChatUsage): Usage {
  return {
    inputTokens: input,
    outputTokens: output,
    cachedInputTokens: cacheRead,
    reasoningTokens: reasoning,
  };
}
