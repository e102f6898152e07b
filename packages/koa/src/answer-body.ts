import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { GatewayError } from '@vector-engine/core';
import { type ByteStream, pipeToResponse } from '@vector-engine/core/adapter';

/**
 * A stream's body, as Koa and its middleware expect it: a `Readable`. Where nobody has replaced or touched it by the time
 * that Koa answers, the bytes go to the response directly; only middleware that transforms or watches it pays for a stream
 * in between.
 */
export class AnswerBody extends Readable {
  readonly #stream: ByteStream;
  readonly #response: ServerResponse;
  #isFlowing = false;
  #isDone = false;

  /** `response`: the one that it goes to in the end, through whatever transforms it. */
  constructor(stream: ByteStream, response: ServerResponse) {
    super();
    this.#stream = stream;
    this.#response = response;
  }

  /** Returns false where somebody reads the body already. */
  writeDirectly(): boolean {
    if (this.#isFlowing || this.destroyed || this.listenerCount('data') > 0) return false;
    this.#isFlowing = true;
    const response = this.#response;
    pipeToResponse(this.#stream, response, () => {
      this.#isDone = true;
      if (this.listenerCount('end') === 0) response.end();
      else this.#endBefore(response);
    });
    return true;
  }

  override _read(): void {
    if (this.#isFlowing) return this.#stream.resume();
    this.#isFlowing = true;
    this.#stream.pipe({
      write: (chunk) => this.push(chunk),
      end: (taken) => {
        this.#isDone = true;
        if (taken !== undefined) this.once('end', taken);
        this.push(null);
      },
      destroy: (error) => {
        this.destroy(error);
        // `pipe` does not carry it on, and a caller that takes nothing would hold the connection.
        this.#response.destroy();
      },
    });
  }

  /** Middleware waits for the end of the body, though nothing of it came this way; with the response's end Koa destroys it. */
  #endBefore(response: ServerResponse): void {
    this.once('end', () => response.end());
    this.push(null);
    this.resume();
  }

  /** Koa destroys every body when the response is finished: work for nothing where all is said and nobody listens. */
  override destroy(error?: Error): this {
    const isIdle = this.#isDone && error === undefined && this.listenerCount('close') === 0;
    return isIdle ? this : super.destroy(error);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    // Of a stream that is over it is of no effect.
    this.#stream.abort(new GatewayError('VE_CLIENT_CLOSED', {}, { cause: error }));
    callback(error);
  }
}
