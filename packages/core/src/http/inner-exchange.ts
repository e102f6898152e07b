import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import type { ByteStream } from '../stream/byte-stream.ts';
import { onePiece } from './one-piece.ts';

/** A request that the gateway makes of itself, on behalf of a caller who does not wait for it. Its answer is a whole one. */
export class InnerExchange implements Exchange {
  readonly method = 'POST';
  readonly query = '';
  readonly isOwnGround = true;
  readonly requestId = undefined;
  readonly path: string;
  readonly base: string;
  readonly remoteAddress: string | undefined;
  readonly headers: RequestHeaders;
  /** Who calls is known already, and the host's own request may be gone by now. */
  readonly hostRequest = undefined;
  /** The body of the answer, whatever its status. Rejects where there is none. */
  readonly answer: Promise<Uint8Array>;
  readonly #body: Buffer;
  readonly #resolve: (body: Uint8Array) => void;
  readonly #reject: (error: Error) => void;
  #onClose: (() => void) | undefined;

  /** With the headers of the request that `origin` carried, and at its path, unless it is said. */
  constructor(
    origin: Exchange,
    body: Buffer,
    { path, headers }: { readonly path?: string; readonly headers?: RequestHeaders } = {},
  ) {
    this.path = path ?? origin.path;
    this.base = origin.base;
    this.remoteAddress = origin.remoteAddress;
    this.headers = { ...origin.headers, ...headers, 'content-type': 'application/json' };
    this.#body = body;
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.answer = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  readBody(): Promise<Buffer> {
    return Promise.resolve(this.#body);
  }

  readStream(): AsyncIterable<Uint8Array> {
    return onePiece(this.#body);
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  /** Nobody wants the answer any more. */
  cancel(): void {
    this.#onClose?.();
  }

  destroy(): void {
    this.abandon();
  }

  abandon(): void {
    this.#reject(new GatewayError('VE_CLIENT_CLOSED'));
  }

  respond(_status: number, _headers: HeaderMap, body: Uint8Array): void {
    this.#resolve(body);
    this.#onClose?.();
  }

  respondStream(_status: number, _headers: HeaderMap, stream: ByteStream): void {
    const error = new GatewayError('VE_INTERNAL');
    stream.abort(error);
    this.#reject(error);
  }
}
