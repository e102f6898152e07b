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
  #isFlowing = false;
  #isDone = false;

  constructor(stream: ByteStream) {
    super();
    this.#stream = stream;
  }

  /** Returns false where somebody reads the body already. */
  writeTo(response: ServerResponse): boolean {
    if (this.#isFlowing || this.destroyed || this.listenerCount('data') > 0) return false;
    this.#isFlowing = true;
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
      end: () => {
        this.#isDone = true;
        this.push(null);
      },
      destroy: (error) => this.destroy(error),
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
    if (!this.#isDone) this.#stream.abort(new GatewayError('VE_CLIENT_CLOSED', {}, { cause: error }));
    callback(error);
  }
}
