import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import type { ByteStream } from '../stream/byte-stream.ts';
import { checkEncoding } from './check-head.ts';
import { publicBase } from './public-base.ts';

/** A `Request` in, a `Response` out. Web objects are used here, at the edge, and nowhere further in. */
export class FetchExchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly isOwnGround = true;
  readonly requestId = undefined;
  readonly remoteAddress = undefined;
  readonly query: string;
  readonly base: string;
  readonly headers: RequestHeaders;
  readonly hostRequest: Request;
  readonly response: Promise<Response>;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (reason: unknown) => void;
  #onClose: (() => void) | undefined;
  #closed = false;
  /** No timer of the gateway's keeps the process alive; somebody who awaits an answer does. */
  readonly #awake = setInterval(ignore, longestInterval);

  constructor(request: Request, path: string) {
    this.method = request.method;
    this.path = path;
    const { protocol, host, pathname, search } = new URL(request.url);
    this.query = search.slice(1);
    this.base = publicBase({ protocol: protocol.slice(0, -1), host, path: pathname, below: path });
    this.headers = Object.fromEntries(request.headers);
    this.hostRequest = request;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    this.response = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    if (request.signal.aborted) this.#abort();
    else request.signal.addEventListener('abort', this.#abort, { once: true });
  }

  async readBody(limit: number, onCancel: (cancel: (error: GatewayError) => void) => void): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.readStream(limit, onCancel)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async *readStream(
    limit: number,
    onCancel: (cancel: (error: GatewayError) => void) => void,
  ): AsyncGenerator<Uint8Array> {
    const request = this.hostRequest;
    if (request.bodyUsed) throw new GatewayError('VE_BODY_CONSUMED');
    checkEncoding(this.headers);
    const reader = request.body?.getReader();
    if (reader === undefined) return;
    const reading: { cancelled?: GatewayError } = {};
    // A read that waits ends with it.
    onCancel((error) => {
      reading.cancelled = error;
      void this.#giveUp(reader);
    });
    let bytes = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((error: unknown) => this.#lose(error));
        if (reading.cancelled !== undefined) throw reading.cancelled;
        if (done) return;
        bytes += value.byteLength;
        if (bytes > limit) throw new GatewayError('VE_BODY_TOO_LARGE', { limit });
        yield value;
      }
    } finally {
      // Of no effect where everything was read.
      void this.#giveUp(reader);
    }
  }

  /** A stream that cannot be given up is let go all the same. */
  async #giveUp(reader: ReadableStreamDefaultReader): Promise<void> {
    try {
      if (writtenAnyway.test(String(this.headers['content-type']))) while (!(await reader.read()).done);
      else await reader.cancel();
    } catch {
      // It has failed already.
    }
  }

  /** As `fetch` does it: the caller's own stream failed, and the caller hears of that. */
  #lose(error: unknown): never {
    this.#reject(error);
    throw new GatewayError('VE_CLIENT_CLOSED', {}, { cause: error });
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
    if (this.#closed) listener();
  }

  destroy(): void {
    this.abandon();
  }

  /** What the caller hears was said where it went: by its signal, or its own stream. */
  abandon(): void {
    this.#release();
    this.#reject(new GatewayError('VE_CLIENT_CLOSED'));
  }

  respond(status: number, headers: HeaderMap, body: Uint8Array): void {
    this.#release();
    const empty = this.method === 'HEAD' || status === 204 || status === 304;
    this.#resolve(new Response(empty ? null : new Uint8Array(body), { status, headers }));
    this.#onClose?.();
  }

  respondStream(status: number, headers: HeaderMap, stream: ByteStream): void {
    this.#resolve(new Response(this.#toReadable(stream), { status, headers }));
  }

  #toReadable(stream: ByteStream): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          stream.pipe({
            write: (chunk) => {
              controller.enqueue(chunk);
              return (controller.desiredSize ?? 0) > 0;
            },
            end: (taken) => {
              this.#release();
              controller.close();
              taken?.();
            },
            destroy: (error) => {
              this.#release();
              controller.error(this.#closed ? this.hostRequest.signal.reason : error);
            },
          });
        },
        pull: () => stream.resume(),
        cancel: () => {
          this.#release();
          stream.abort(new GatewayError('VE_CLIENT_CLOSED'));
        },
      },
      { highWaterMark: 65_536, size: (chunk) => chunk.byteLength },
    );
  }

  /** As `fetch` does it: the promise rejects with the signal's reason. */
  readonly #abort = (): void => {
    this.#closed = true;
    this.#reject(this.hostRequest.signal.reason);
    this.#onClose?.();
  };

  #release(): void {
    clearInterval(this.#awake);
    this.hostRequest.signal.removeEventListener('abort', this.#abort);
  }
}

/**
 * Of a `FormData`, Node's `Request` writes all to its stream, and dies of an unhandled rejection where that was cancelled
 * meanwhile (`extractBody` in undici's `lib/web/fetch/body.js`). It is read to its end, which there is.
 */
const writtenAnyway = /;\s*boundary=-+formdata-undici-/;

const ignore = (): void => {};
/** Milliseconds: 24.8 days, the longest that Node can set. */
const longestInterval = 2_147_483_647;
