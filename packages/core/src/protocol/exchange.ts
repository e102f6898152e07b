import type { GatewayError } from '../errors.ts';
import type { ByteStream } from '../stream/byte-stream.ts';
import type { HeaderMap } from './answer.ts';

/** Header names are lower case, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One HTTP exchange with a caller, whatever server or framework carries it. Bridges implement it; the pass uses it. */
export interface Exchange {
  readonly method: string;
  /** Below the mount and without the query, beginning with the family: `/v1/chat/completions`. */
  readonly path: string;
  /** Behind the question mark, as it came; empty where there is none. */
  readonly query: string;
  /** Everything at this path is the gateway's to answer for: it is mounted below a prefix, or is all there is. */
  readonly isOwnGround: boolean;
  readonly headers: RequestHeaders;
  /** Where the caller has reached the gateway, up to its mount: `https://host/ai`. Addresses that are handed out begin so. */
  readonly base: string;
  /** The id that the host has given this request, if it has. */
  readonly requestId: string | undefined;
  /** The caller's, in figures, as far as the host's framework, or else the socket, knows it. Undefined where there is none. */
  readonly remoteAddress: string | undefined;
  /** The framework's own request: what `identify` is given. */
  readonly hostRequest: unknown;
  /**
   * The caller's bytes. `onCancel` is handed the way to give the reading up.
   * Rejects with `VE_BODY_TOO_LARGE`, `VE_BODY_CONSUMED`, `VE_CLIENT_CLOSED` or what it was cancelled with.
   */
  readBody(limit: number, onCancel: (cancel: (error: GatewayError) => void) => void): Promise<Buffer>;
  /**
   * The same for bodies that are not held: each piece is read when it is asked for, and what is not asked for is thrown
   * away. Throws as `readBody` does, at once or as it is read.
   */
  readStream(
    limit: number,
    onCancel: (cancel: (error: GatewayError) => void) => void,
  ): AsyncIterable<Uint8Array>;
  /** Runs when the caller has the whole answer, or has gone. */
  onClose(listener: () => void): void;
  /** Gives the caller up, whatever it has been told so far. */
  destroy(): void;
  /**
   * The whole answer. Called at most once, and not after `respondStream`. A caller that takes nothing of it for
   * `patience` milliseconds is cut off.
   */
  respond(status: number, headers: HeaderMap, body: Uint8Array, patience: number): void;
  /** Nothing will be answered: the caller has gone. In place of `respond` and `respondStream`. */
  abandon(): void;
  /** The head now, the body as it comes. */
  respondStream(status: number, headers: HeaderMap, stream: ByteStream): void;
}

/** What a bridge hands exchanges to. */
export interface ExchangeHandler {
  /** Answers the exchange in its own time. False when the path is none of the gateway's. */
  handle(exchange: Exchange): boolean;
}
