import type { Duplex } from 'node:stream';
import { GatewayError } from '../errors.ts';
import type { CallContext, Outcome } from '../protocol/layer.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import type { Leg, LegOwner } from './leg.ts';
import { FrameReader } from './read-frames.ts';
import { SessionUsage } from './session-usage.ts';
import { brokenOff, closeFrame, goingAway, textFrame } from './write-frames.ts';

export interface TunnelParts {
  readonly context: CallContext;
  /** To the upstream. */
  readonly connection: Duplex;
  readonly leg: Leg;
  /** The event that tells callers of an error. */
  readonly word: (error: GatewayError) => string;
}

/**
 * An open WebSocket to an upstream: a stream of what it says, and a way to say something. Frames pass byte for byte; their
 * heads are looked at, and the events that tell what was used. The attempt is settled when it is over.
 */
export class Tunnel implements ByteStream, LegOwner {
  readonly #parts: TunnelParts;
  readonly #usage = new SessionUsage();
  readonly #frames = new FrameReader(this.#usage.take);
  #sink: ByteSink | undefined;
  #onReady: (() => void) | undefined;
  /** What came before somebody wanted it. */
  #early: Buffer | undefined;
  /** Lets more come from the upstream. */
  #taken: (() => void) | undefined;
  /** Why the connection to the upstream is closed, where it said. */
  #cause: Error | undefined;
  /** How it ends; undefined while it is open. */
  #outcome: Outcome | undefined;

  constructor(parts: TunnelParts) {
    const { context, connection, leg } = parts;
    this.#parts = parts;
    leg.own(this);
    leg.on('error', () => this.abort());
    connection.on('error', (error: Error) => {
      this.#cause = error;
    });
    // What came before is passed on first.
    connection.on('close', () => leg.end());
    if (connection.destroyed) leg.end();
    context.onAbort((reason) => this.#giveUp(reason));
    this.#rest();
  }

  /** From now on the caller gets what the upstream says. `onReady`: runs when the upstream takes more, after a `send` that was false. */
  pipe(sink: ByteSink, onReady?: () => void): void {
    this.#sink = sink;
    this.#onReady = onReady;
    this.#rest();
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) this.#pass(sink, early);
  }

  /** The caller's bytes. False when the upstream does not keep up. */
  send(chunk: Buffer): boolean {
    return this.#outcome !== undefined || this.#parts.leg.push(chunk);
  }

  /** The caller says nothing more, which is how it leaves: what it has said is still sent. */
  hangUp(): void {
    const { context, leg, connection } = this.#parts;
    if (this.#outcome !== undefined) return;
    this.#outcome = { health: 'success' };
    context.enter('write');
    connection.once('finish', () => connection.destroy());
    leg.push(null);
  }

  resume(): void {
    const taken = this.#taken;
    if (taken === undefined) return;
    this.#taken = undefined;
    if (this.#outcome === undefined) this.#rest();
    taken();
  }

  /** The caller has gone, or everything is said: nothing is kept open. */
  abort(): void {
    const { context, connection, leg } = this.#parts;
    const usage = this.#usage.value;
    this.#outcome ??= { health: 'success' };
    context.settle({ ...this.#outcome, ...(usage === undefined ? {} : { usage }) });
    connection.destroy();
    leg.destroy();
  }

  /** For the leg. */
  take(chunk: Buffer, taken: () => void): void {
    this.#frames.read(chunk);
    this.#taken = taken;
    if (this.#sink === undefined) this.#early = chunk;
    else this.#pass(this.#sink, chunk);
  }

  /** For the leg. */
  ended(): void {
    if (this.#outcome === undefined && !this.#frames.hasClosed) {
      const { upstream } = this.#parts.context.target;
      const failure = { retry: 'never', health: 'failure', sent: true } as const;
      const cause = this.#cause;
      const error = new GatewayError('VE_UPSTREAM_RESET', { upstream }, { cause, failure });
      return this.#break(error, brokenOff);
    }
    this.#outcome ??= { health: 'success' };
    this.#close();
  }

  /** For the leg. */
  ready(): void {
    this.#onReady?.();
  }

  #pass(sink: ByteSink, chunk: Buffer): void {
    if (sink.write(chunk)) this.resume();
    else this.#parts.context.enter('write');
  }

  /** A conversation may pause for as long as it likes. */
  #rest(): void {
    // The phase that has no deadline but that of the whole request.
    this.#parts.context.enter('prepare');
  }

  #giveUp(reason: GatewayError): void {
    const isClosing = reason.code === 'VE_CLOSING';
    if (reason.code !== 'VE_CLIENT_CLOSED' && this.#outcome === undefined && this.#sink !== undefined)
      return this.#break(reason, isClosing ? goingAway : brokenOff);
    this.#outcome ??= { health: reason.failure?.health ?? 'neutral', error: reason };
    this.#sink?.destroy(reason);
    this.abort();
  }

  /** Tells the caller what has happened, as far as that can be said without falling into a frame. */
  #break(error: GatewayError, code: number): void {
    this.#outcome = { health: error.failure?.health ?? 'neutral', error };
    const { isBetweenFrames, isBetweenMessages, hasClosed } = this.#frames;
    if (isBetweenMessages && !hasClosed && code === brokenOff)
      this.#sink?.write(textFrame(this.#parts.word(error)));
    if (isBetweenFrames && !hasClosed)
      this.#sink?.write(closeFrame(code, code === goingAway ? 'shutting down' : 'upstream gone'));
    this.#parts.connection.destroy();
    this.#close();
  }

  /** The caller gets what is still on its way, and has a while to take it. */
  #close(): void {
    if (this.#sink === undefined) return this.abort();
    this.#parts.context.enter('write');
    this.#sink.end(() => this.abort());
  }
}
