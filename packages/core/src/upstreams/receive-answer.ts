import { AsyncResource } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import { isBareError, isJsonObject, parseError } from '../dialects/openai-chat/inspect-answer.ts';
import { readOpening } from '../dialects/openai-chat/opens-stream.ts';
import { readErrorStatus } from '../dialects/openai-chat/read-error.ts';
import { readUsage } from '../dialects/openai-chat/read-usage.ts';
import { StreamTap } from '../dialects/openai-chat/tap-stream.ts';
import { type GatewayError, toGatewayError } from '../errors.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import type { Call } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { CallContext } from '../protocol/layer.ts';
import { type BodyDecoder, decodeBody } from '../stream/decode-body.ts';
import { EventFormat } from '../stream/event-format.ts';
import { findNextEventEnd, readEventData } from '../stream/find-event-end.ts';
import { RawFormat } from '../stream/raw-format.ts';
import { Relay, type RelaySource } from '../stream/relay.ts';
import { classifyConnectionError, classifyStatus, protocolError } from './classify-failure.ts';
import type { Secrets } from './hide-secrets.ts';
import { pickResponseHeaders } from './response-headers.ts';

/** Bytes of a whole answer that are held before anything is written to the caller. */
const wholeLimit = 4_194_304;
/** Bytes of events without content that are held at the start of a stream. */
const openingLimit = 65_536;
/** Bytes of an error's body that are kept. */
const errorLimit = 262_144;

const noHeaders: HeaderMap = {};

type Mode = 'whole' | 'opening' | 'error' | 'relay';

/** What the upstream was told and must not tell, and the time. */
export interface Asked {
  readonly secrets: Secrets;
  readonly clock: Clock;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: GatewayError) => void;
}

/**
 * undici's handler for one attempt. Holds what came until the answer can be committed to: a whole answer until its end,
 * a stream until its first content; from then on the bytes go through a relay to the caller. The connection may have been
 * made for another request: everything is done in the context of the one that is answered.
 */
export class AnswerReceiver extends AsyncResource implements Dispatcher.DispatchHandler, RelaySource {
  readonly #call: Pick<Call, 'stream' | 'wantsUsage' | 'choices'>;
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
  #scanned = 0;
  #relay: Relay | undefined;
  #tap: StreamTap | undefined;
  #paused = false;
  #over = false;

  constructor(call: Call, context: CallContext, asked: Asked) {
    super('VectorEngineAttempt');
    // The call itself is not kept: its body must not live as long as the stream.
    this.#call = { stream: call.stream, wantsUsage: call.wantsUsage, choices: call.choices };
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
    this.#status = status;
    this.#headers = pickResponseHeaders(headers);
    const type = (this.#headers['content-type'] ?? '').toLowerCase();
    if (status >= 300) this.#mode = 'error';
    else if (type.startsWith('text/event-stream')) this.#mode = 'opening';
    else if (type !== '' && !/\bjson\b/.test(type))
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
      this.#relay.push(chunk);
      return;
    }
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#mode !== 'opening') this.#context.enter('idle');
    if (this.#mode === 'opening') this.#readOpening(chunk);
    else if (this.#mode === 'whole' && this.#heldBytes > wholeLimit)
      this.#commitRelay(new Relay(this.#rawFormat(), this));
    else if (this.#mode === 'error' && this.#heldBytes > errorLimit) {
      this.#fail(protocolError(this.#upstream, 'the error is larger than any error should be'));
    }
  }

  /** Looks at the events that came in so far, until one of them commits. */
  #readOpening(chunk: Buffer): void {
    // Only a line break can end an event; without one the pieces need not be joined.
    const held = chunk.includes(0x0a) || chunk.includes(0x0d) ? this.#joinHeld() : chunk.subarray(0, 0);
    for (;;) {
      const end = findNextEventEnd(held, this.#scanned);
      if (end === 0) break;
      const opening = readOpening(readEventData(held.subarray(this.#scanned, end)));
      if (opening.kind === 'commit') return this.#commitStream();
      if (opening.kind === 'error') {
        this.#headers = { ...this.#headers, 'content-type': 'application/json' };
        const body = Buffer.from(JSON.stringify({ error: opening.error }));
        return this.#failWith(readErrorStatus(opening.error), body);
      }
      if (opening.kind === 'garbage')
        return this.#fail(protocolError(this.#upstream, 'the stream is not one of JSON events'));
      this.#scanned = end;
    }
    if (this.#heldBytes > openingLimit) this.#commitStream();
  }

  #rawFormat(): RawFormat {
    const { secrets } = this.#asked;
    return new RawFormat((bytes) => secrets.hideInAnswer(bytes), secrets.longest);
  }

  #commitStream(): void {
    const tap = new StreamTap(this.#call, this.#asked.secrets);
    this.#tap = tap;
    const upstream = this.#upstream;
    this.#commitRelay(new Relay(new EventFormat(tap, (reason) => protocolError(upstream, reason)), this));
  }

  #commitRelay(relay: Relay): void {
    this.#relay = relay;
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
    const usage = this.#tap?.usage;
    const failure = error === undefined ? undefined : toGatewayError(error);
    this.#context.settle({
      health: failure === undefined ? 'success' : (failure.failure?.health ?? 'neutral'),
      ...(failure === undefined ? {} : { error: failure }),
      ...(usage === undefined ? {} : { usage }),
    });
  }

  #finish(): void {
    if (this.#relay !== undefined) return this.#relay.finish();
    const { secrets } = this.#asked;
    if (this.#mode === 'error') return this.#failWith(this.#status, this.#joinHeld());
    const body = secrets.hideInAnswer(this.#joinHeld());
    if (this.#mode === 'opening') {
      return this.#fail(protocolError(this.#upstream, 'the stream ended before its first content'));
    }
    if (!isJsonObject(body))
      return this.#fail(protocolError(this.#upstream, 'the answer is not a JSON object'));
    if (isBareError(body)) return this.#failWith(readErrorStatus(parseError(body)), body);
    const usage = readUsage(body);
    this.#over = true;
    this.#resolve({ kind: 'verbatim', status: this.#status, headers: this.#headers, body });
    this.#context.settle({ health: 'success', ...(usage === undefined ? {} : { usage }) });
  }

  /** The upstream answered with an error. */
  #failWith(status: number, body: Buffer): void {
    const { secrets, clock } = this.#asked;
    const answer = { status, headers: this.#headers, body: secrets.hideInError(body) };
    this.#fail(classifyStatus(this.#upstream, answer, clock.now()));
  }

  /** The attempt failed by itself: the upstream, or the way to it. */
  #fail(error: GatewayError): void {
    if (this.#over) return;
    if (this.#relay !== undefined) return this.#relay.fail(error);
    this.#over = true;
    this.#held = [];
    this.abort(error);
    this.#context.settle({ health: error.failure?.health ?? 'neutral', error });
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
    this.#waiting?.resolve(answer);
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
      data: (chunk) => {
        if (!this.#over) this.#take(chunk);
      },
      end: () => {
        if (!this.#over) this.#finish();
      },
      error: (error) =>
        this.#fail(protocolError(this.#upstream, `the answer's ${String(coding)} coding is broken`, error)),
      pause: () => this.#controller?.pause(),
      resume: () => this.#controller?.resume(),
    });
    if (this.#decoder === undefined)
      this.#fail(protocolError(this.#upstream, `the answer's coding ${String(coding)} is not known`));
  }
}
