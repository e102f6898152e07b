import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { GatewayError } from '../errors.ts';

/**
 * The body piece by piece, each when it is asked for. What is not wanted any more is read and thrown away, so that the answer
 * can be read. `onCancel` is handed the way to give the reading up.
 *
 * @throws GatewayError `VE_BODY_TOO_LARGE`, `VE_CLIENT_CLOSED`, or what it was cancelled with; as it is read
 */
export function readNodeStream(
  request: IncomingMessage | Http2ServerRequest,
  limit: number,
  onCancel: (cancel: (error: GatewayError) => void) => void,
): AsyncIterable<Uint8Array> {
  const reader = new NodeStreamReader(request, limit);
  onCancel((error) => reader.fail(error));
  return { [Symbol.asyncIterator]: () => reader };
}

class NodeStreamReader implements AsyncIterator<Uint8Array, undefined> {
  readonly #request: IncomingMessage | Http2ServerRequest;
  readonly #limit: number;
  #bytes = 0;
  #pieces: Buffer[] = [];
  #failure: GatewayError | undefined;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(request: IncomingMessage | Http2ServerRequest, limit: number) {
    this.#request = request;
    this.#limit = limit;
    // HTTP/2 would throw what nobody listens for.
    request.on('error', ignore);
    request.pause();
    request.on('data', this.#onData);
    // A stream of HTTP/2 that its sender has reset ends like a whole one: its reader finds out, or is told by the response.
    request.once('end', () => this.#finish());
    request.once('close', this.#leave);
    if (request.destroyed) this.#leave();
    else if (Number(request.headers['content-length'] ?? 0) > limit) this.#refuse();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const value = this.#pieces.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#isOver) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#request.resume();
      });
    }
  }

  /** The rest is not wanted. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#discard();
    return { done: true, value: undefined };
  }

  /** Of no effect once everything has come. */
  fail(error: GatewayError): void {
    if (this.#isOver) return;
    this.#failure = error;
    this.#discard();
  }

  #discard(): void {
    this.#pieces = [];
    this.#finish();
    this.#request.resume();
  }

  #finish(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  #refuse(): void {
    this.fail(new GatewayError('VE_BODY_TOO_LARGE', { limit: this.#limit }));
  }

  readonly #leave = (): void => this.fail(new GatewayError('VE_CLIENT_CLOSED'));

  readonly #onData = (piece: Buffer): void => {
    if (this.#isOver) return;
    this.#bytes += piece.length;
    if (this.#bytes > this.#limit) return this.#refuse();
    this.#request.pause();
    this.#pieces.push(piece);
    this.#wake?.();
  };
}

const ignore = (): void => {};
