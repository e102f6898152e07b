import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { GatewayError } from '@vector-engine/core';
import { type ByteStream, pipeToResponse } from '@vector-engine/core/adapter';

/**
 * A stream's body, as Koa and its middleware expect it: a `Readable`. Where it ends up in the response itself, which is
 * where Koa pipes it, the bytes go there directly; only middleware that transforms or watches it pays for a stream in
 * between.
 */
export class AnswerBody extends Readable {
  readonly #stream: ByteStream;
  readonly #response: ServerResponse;
  #isFlowing = false;

  constructor(stream: ByteStream, response: ServerResponse) {
    super();
    this.#stream = stream;
    this.#response = response;
  }

  override pipe<Destination extends NodeJS.WritableStream>(
    destination: Destination,
    options?: { end?: boolean },
  ): Destination {
    const isWatched = this.#isFlowing || this.listenerCount('data') > 0;
    if (Object.is(destination, this.#response) && !isWatched) {
      this.#isFlowing = true;
      pipeToResponse(this.#stream, this.#response, () => {
        // Koa 3 pipes with `end: false` and ends the response itself, at the end of the body: ended before that, it would
        // be a premature close to Koa.
        if (options?.end !== false) this.#response.end();
        this.push(null);
        this.resume();
      });
      return destination;
    }
    return super.pipe(destination, options);
  }

  override _read(): void {
    if (this.#isFlowing) return this.#stream.resume();
    this.#isFlowing = true;
    this.#stream.pipe({
      write: (chunk) => this.push(chunk),
      end: () => this.push(null),
      destroy: (error) => this.destroy(error),
    });
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (!this.readableEnded) this.#stream.abort(new GatewayError('VE_CLIENT_CLOSED', {}, { cause: error }));
    callback(error);
  }
}
