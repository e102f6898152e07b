import { AsyncResource } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import { type GatewayError, toGatewayError } from '../errors.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import type { CallContext } from '../protocol/layer.ts';
import { type BodyDecoder, decodeBody } from '../stream/decode-body.ts';
import { Relay, type RelaySource } from '../stream/relay.ts';
import { errorLimit, openingLimit, wholeLimitOf } from './answer-limits.ts';
import type { Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import type { Asked } from './asked.ts';
import { classifyConnectionError, protocolError } from './classify-failure.ts';
import { classifyProblem } from './classify-problem.ts';
import { digestKey } from './digest-key.ts';
import { OutgrownStream } from './read-outgrown.ts';
import { joinHeaders, pickFileHeaders, pickResponseHeaders, toHeaderList } from './response-headers.ts';
import { outcomeOf, usageOfBytes, usageOfStream } from './settle-usage.ts';
import { usageOfFailed } from './usage-of-failed.ts';

const noHeaders: HeaderMap = {};

type Mode = 'whole' | 'opening' | 'error' | 'relay';

type Waiting = Pick<PromiseWithResolvers<Answer>, 'resolve' | 'reject'>;

/**
 * undici's handler for one attempt. Holds what came until the answer can be committed to: a whole answer until its end,
 * a stream until its first content; from then on the bytes go through a relay to the caller. The connection may have been
 * made for another request: everything is done in the context of the one that is answered.
 */
export class AnswerReceiver extends AsyncResource implements Dispatcher.DispatchHandler, RelaySource {
  readonly #context: CallContext;
  readonly #upstream: string;
  readonly #asked: Asked;
  #waiting: Waiting | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #decoder: BodyDecoder | undefined;
  #mode: Mode = 'whole';
  #status = 0;
  #headers: HeaderMap = noHeaders;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #opening: ((chunk: Buffer) => Opening) | undefined;
  #relay: Relay | undefined;
  #stream: StreamReading | undefined;
  #paused = false;
  #over = false;

  constructor(context: CallContext, asked: Asked) {
    super('VectorEngineAttempt');
    this.#context = context;
    this.#upstream = context.target.upstream;
    this.#asked = asked;
  }

  /** True once the request is on a connection. */
  get started(): boolean {
    return this.#controller !== undefined;
  }

  /** The answer, once it is committed to. */
  answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#context.onAbort((reason) => this.#giveUp(reason));
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#over) {
      // Given up while the connection was being made: nothing is sent.
      controller.abort(this.#context.aborted ?? new Error('given up'));
      return;
    }
    this.#controller = controller;
    this.#context.enter('firstByte');
  }

  /** A body that takes long to be sent does not make a slow upstream. */
  onBodySent(): void {
    if (!this.#over && this.#status === 0) this.#context.enter('firstByte');
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[]>,
  ): void {
    if (!this.#over && status >= 200) this.runInAsyncScope(() => this.#start(status, headers));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    if (this.#decoder === undefined) this.runInAsyncScope(() => this.#take(chunk));
    else this.#decoder.write(chunk);
  }

  onResponseEnd(): void {
    if (this.#over) return;
    if (this.#decoder === undefined) this.runInAsyncScope(() => this.#finish());
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.runInAsyncScope(() => this.fail(error));
  }

  #start(status: number, headers: Record<string, string | string[]>): void {
    const { keys, key } = this.#asked;
    // Other answers may come from something before the vendor, which knows nothing of limits.
    if (status < 300 || status === 429) keys.heard(key, headers);
    this.#status = status;
    this.#headers = status >= 300 ? joinHeaders(headers) : pickResponseHeaders(headers, this.#asked.secrets);
    const type = (this.#headers['content-type'] ?? '').toLowerCase();
    const { reading } = this.#asked;
    if (status >= 300) this.#mode = 'error';
    else if (reading.takesBytes?.(type) === true) {
      this.#mode = 'opening';
      if (reading.passesBytes)
        Object.assign(this.#headers, pickFileHeaders(headers, type), reading.pickHeaders?.(headers));
    } else if (type.startsWith(reading.streamType)) this.#mode = 'opening';
    else if (type !== '' && !/\bjson\b/.test(type) && reading.takesWhole?.(type) !== true)
      return this.#fail(protocolError(this.#upstream, 'the answer is not JSON'));
    this.#prepareDecoder(headers['content-encoding']);
  }

  /** The connection could not be made, or broke. */
  fail(error: unknown): void {
    this.#fail(classifyConnectionError(error, this.#upstream, this.#controller !== undefined));
  }

  #take(chunk: Buffer): void {
    if (this.#relay !== undefined) {
      // What still comes after a pause does not mean that the caller reads again.
      if (!this.#paused) this.#context.enter('idle');
      return this.#relay.push(chunk);
    }
    const isFirst = this.#held.length === 0;
    if (isFirst && this.#mode === 'whole' && this.#asked.reading.isStream(chunk)) this.#mode = 'opening';
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#mode === 'opening') return this.#readOpening(chunk);
    this.#context.enter('idle');
    if (this.#mode === 'whole' && this.#heldBytes > wholeLimitOf(this.#asked.reading)) this.#outgrow();
    else if (this.#mode === 'error' && this.#heldBytes > errorLimit)
      this.#fail(this.#broken('the error is larger than any error should be'));
  }

  /** Looks at what came in so far, until something of it commits. */
  #readOpening(chunk: Buffer): void {
    this.#opening ??= this.#asked.reading.openStream();
    const opening = this.#read(this.#opening, chunk);
    if (opening === undefined) return;
    if (opening.kind === 'commit') this.#commitStream();
    else if (opening.kind === 'error') this.#failWith(opening.problem);
    else if (opening.kind === 'garbage') this.#fail(this.#broken('the stream is not one of JSON events'));
    else if (this.#heldBytes > openingLimit) this.#commitStream();
  }

  #read(read: (chunk: Buffer) => Opening, chunk: Buffer): Opening | undefined {
    try {
      return read(chunk);
    } catch (error) {
      this.#fail(toGatewayError(error));
      return undefined;
    }
  }

  readonly #broken = (reason: string): GatewayError => protocolError(this.#upstream, reason);

  /** A whole answer that is too large to be held. */
  #outgrow(): void {
    const { reading, secrets } = this.#asked;
    if (!reading.passesBytes) return this.#fail(this.#broken('the answer is too large to be translated'));
    this.#stream = new OutgrownStream(secrets);
    this.#commitRelay(new Relay(this.#stream, this));
  }

  #commitStream(): void {
    const { reading } = this.#asked;
    this.#stream = reading.readStream(this.#broken, true);
    if (reading.sentType !== undefined) this.#headers['content-type'] = reading.sentType;
    this.#commitRelay(new Relay(this.#stream, this));
  }

  #commitRelay(relay: Relay): void {
    this.#relay = relay;
    this.#opening = undefined;
    this.#mode = 'relay';
    for (const chunk of this.#held) relay.push(chunk);
    this.#held = [];
    this.#context.enter('idle');
    this.#resolve({ kind: 'verbatim', status: this.#status, headers: this.#headers, body: relay });
  }

  /** For the relay: the caller does not keep up. */
  pause(): void {
    this.#paused = true;
    this.#context.enter('write');
    if (this.#decoder === undefined) this.#controller?.pause();
    else this.#decoder.pause();
  }

  /** For the relay: the caller can take more. */
  resume(): void {
    this.#paused = false;
    this.#context.enter('idle');
    if (this.#decoder === undefined) this.#controller?.resume();
    else this.#decoder.resume();
  }

  /** For the relay: the caller has still to take the last of it. */
  ending(): void {
    this.#context.enter('write');
  }

  /** For the relay: nobody wants the rest. */
  abort(reason: Error): void {
    this.#decoder?.destroy();
    this.#controller?.abort(reason);
  }

  /** For the relay: the caller has everything, or all that there will be. */
  over(error: Error | undefined): void {
    this.#over = true;
    const usage = usageOfStream(this.#stream, this.#asked.estimate);
    this.#context.settle(outcomeOf(usage, error && toGatewayError(error)));
  }

  #finish(): void {
    if (this.#relay !== undefined) return this.#relay.finish();
    const { reading } = this.#asked;
    const held = this.#joinHeld();
    if (this.#mode === 'error') return this.#failWith(reading.readError(this.#status, this.#headers, held));
    if (this.#mode === 'opening') return this.#finishOpening();
    try {
      const whole = reading.readWhole(held, this.#broken, this.#headers);
      if (!(whole instanceof Promise)) return this.#finishWhole(whole);
      whole.then(
        (read) => this.#finishWhole(read),
        (error) => this.#fail(toGatewayError(error)),
      );
    } catch (error) {
      this.#fail(toGatewayError(error));
    }
  }

  #finishWhole(whole: WholeReading): void {
    // It may have been given up while something was fetched for it.
    if (this.#over) return;
    if ('answer' in whole) return this.#failWith(whole);
    const { body, type, report } = whole;
    const usage = whole.usage ?? usageOfBytes(body.length, this.#asked.estimate);
    this.#over = true;
    if (type !== undefined) this.#headers['content-type'] = type;
    const job = report && { report, keyDigest: digestKey(this.#asked.key.value) };
    this.#resolve({
      kind: 'verbatim',
      status: this.#status,
      headers: this.#headers,
      body,
      ...(job && { job }),
    });
    this.#context.settle(outcomeOf(usage));
  }

  /** A stream that ended before anything of it was shown. It may be an answer all the same: one with nothing in it. */
  #finishOpening(): void {
    try {
      // Read for itself first: what turns out to be no answer can still be had elsewhere.
      const stream = this.#asked.reading.readStream(this.#broken, false);
      for (const chunk of this.#held) stream.take(chunk);
      stream.end();
    } catch {
      return this.#fail(this.#broken('the stream ended before its first content'));
    }
    this.#commitStream();
    this.#relay?.finish();
  }

  /** The upstream answered with an error. */
  #failWith(problem: Problem): void {
    const { secrets, clock, reading } = this.#asked;
    const told = { upstream: this.#upstream, headers: this.#headers, secrets, now: clock.now() };
    this.#fail(classifyProblem(problem, { ...told, isShown: reading.passesErrors === true }));
  }

  /** The attempt failed by itself: the upstream, or the way to it. */
  #fail(error: GatewayError): void {
    if (this.#over) return;
    if (this.#relay !== undefined) return this.#relay.fail(error);
    this.#over = true;
    const { reading, estimate } = this.#asked;
    const got = { started: this.started, status: this.#status, held: this.#held };
    const usage = usageOfFailed(error, { ...got, mode: this.#mode, reading, estimate }, this.#broken);
    this.#held = [];
    this.abort(error);
    this.#context.settle(outcomeOf(usage, error));
    this.#waiting?.reject(error);
  }

  /** The attempt was given up: a deadline, or the caller has gone. */
  #giveUp(reason: GatewayError): void {
    if (this.#over) return;
    if (this.#relay === undefined || !this.#relay.isOpen || reason.code === 'VE_CLIENT_CLOSED') {
      if (this.#relay === undefined) this.#fail(reason);
      else this.#relay.abort(reason);
      return;
    }
    this.abort(reason);
    this.#relay.fail(reason);
  }

  #resolve(answer: Answer): void {
    const { dropped, adjusted = [] } = this.#asked.reading;
    if (dropped.length > 0) answer.headers['x-vector-dropped'] = toHeaderList(dropped);
    if (adjusted.length > 0) answer.headers['x-vector-adjusted'] = toHeaderList(adjusted);
    const { trace } = this.#context;
    this.#waiting?.resolve(trace === undefined ? answer : trace.answered(answer));
    // Not needed while the stream flows, which may be long.
    this.#waiting = undefined;
    this.#headers = noHeaders;
  }

  #joinHeld(): Buffer {
    const [first] = this.#held;
    if (first !== undefined && this.#held.length === 1) return first;
    const joined = Buffer.concat(this.#held);
    this.#held = [joined];
    return joined;
  }

  #prepareDecoder(coding: string | string[] | undefined): void {
    if (coding === undefined || coding === 'identity') return;
    this.#decoder = decodeBody(String(coding), {
      data: (chunk) => this.#over || this.#take(chunk),
      end: () => this.#over || this.#finish(),
      error: (error) => this.#fail(this.#miscoded(`${String(coding)} coding is broken`, error)),
      pause: () => this.#controller?.pause(),
      resume: () => this.#controller?.resume(),
    });
    if (this.#decoder === undefined) this.#fail(this.#miscoded(`coding ${String(coding)} is not known`));
  }

  #miscoded(what: string, cause?: unknown): GatewayError {
    return protocolError(this.#upstream, `the answer's ${what}`, cause);
  }
}
