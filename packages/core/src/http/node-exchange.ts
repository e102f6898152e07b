import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import { atTurnEnd, type TurnTask } from '../stream/at-turn-end.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import { keptBody } from './kept-body.ts';

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;

export interface NodeExchangeParts {
  readonly request: NodeRequest;
  readonly response: NodeResponse;
  /** Below the mount, without the query. */
  readonly path: string;
  /** See `Exchange.isOwnGround`. */
  readonly isOwnGround: boolean;
  /** What `identify` is given. */
  readonly hostRequest: unknown;
  /** Where the framework may have put a body that it has read: its request object. */
  readonly bodyHolder?: object;
}

/** Node's request and response, as they are, behind the port of the pass: no Web streams, no `Request` objects. */
export class NodeExchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly isOwnGround: boolean;
  readonly headers: RequestHeaders;
  readonly hostRequest: unknown;
  readonly #request: NodeRequest;
  readonly #response: ServerResponse;
  readonly #bodyHolder: object;

  constructor({ request, response, path, isOwnGround, hostRequest, bodyHolder }: NodeExchangeParts) {
    this.method = request.method ?? 'GET';
    this.path = path;
    this.isOwnGround = isOwnGround;
    this.headers = request.headers;
    this.hostRequest = hostRequest;
    this.#request = request;
    // What is used of it here, HTTP/2's response has as well.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#response = response as ServerResponse;
    this.#bodyHolder = bodyHolder ?? request;
  }

  readBody(limit: number, onCancel: (cancel: (error: GatewayError) => void) => void): Promise<Buffer> {
    const kept = keptBody(this.#request, this.#bodyHolder);
    if (kept === undefined) return readStream(this.#request, limit, onCancel);
    if (kept.length > limit) return Promise.reject(new GatewayError('VE_BODY_TOO_LARGE', { limit }));
    return Promise.resolve(kept);
  }

  onClose(listener: () => void): void {
    const response = this.#response;
    if (response.destroyed) listener();
    else response.on('close', listener);
  }

  abandon(): void {}

  respond(status: number, headers: HeaderMap, body: Uint8Array, patience: number): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, this.besideHost(headers));
    endResponse(response, body, patience);
  }

  /** What the host has told of its own limits stays: it is nearer to the caller than an upstream's. */
  protected besideHost(headers: HeaderMap): HeaderMap {
    for (const name in headers)
      if (hostLimit.test(name) && this.#response.hasHeader(name)) delete headers[name];
    return headers;
  }

  respondStream(status: number, headers: HeaderMap, stream: ByteStream): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) {
      stream.abort(new GatewayError('VE_CLIENT_CLOSED'));
      return;
    }
    response.writeHead(status, this.besideHost(headers));
    pipeToResponse(stream, response);
  }
}

/** As express-rate-limit and others name them. */
const hostLimit = /^(?:x-)?ratelimit(?:-limit|-remaining|-reset|-policy)?$/;
/** Node refuses time-outs that are longer: 24.8 days. */
const longestTimeout = 2_147_483_647;
/** Bytes up to which an answer fits into the buffers of the connection, whether it is read or not. */
const buffered = 65_536;

/**
 * Ends a response with these bytes, once this turn of the event loop is over. `patience`: milliseconds after which it is
 * closed if the caller takes nothing of it.
 */
export function endResponse(response: ServerResponse, body: Uint8Array, patience: number): void {
  // Node puts its own time-out back when the response is finished.
  if (body.byteLength > buffered)
    response.setTimeout(Math.min(patience, longestTimeout), () => response.destroy());
  atTurnEnd(new WholeBody(response, body));
}

/** The end of a response happens on the caller's behalf: what listens to it may ask an `AsyncLocalStorage` for whom. */
const resourceName = 'VectorEngineAnswer';

class WholeBody extends AsyncResource implements TurnTask {
  readonly #response: ServerResponse;
  readonly #body: Uint8Array;

  constructor(response: ServerResponse, body: Uint8Array) {
    super(resourceName);
    this.#response = response;
    this.#body = body;
  }

  turnEnded(): void {
    // The host may have ended it in the meantime.
    if (!this.#response.writableEnded) this.runInAsyncScope(this.#end, this);
  }

  #end(): void {
    this.#response.end(this.#body);
  }
}

/** Writes a stream to a response, obeying its back-pressure. `end` runs when everything was handed over; by default it ends the response. */
export function pipeToResponse(stream: ByteStream, response: ServerResponse, end?: () => void): void {
  stream.pipe(new ResponseSink(stream, response, end));
}

/** An object rather than closures: there is one for every open stream. */
class ResponseSink extends AsyncResource implements ByteSink {
  readonly #stream: ByteStream;
  readonly #response: ServerResponse;
  readonly #end: (() => void) | undefined;

  constructor(stream: ByteStream, response: ServerResponse, end: (() => void) | undefined) {
    super(resourceName);
    this.#stream = stream;
    this.#response = response;
    this.#end = end;
  }

  write(chunk: Uint8Array): boolean {
    const hasRoom = this.#response.write(chunk);
    if (!hasRoom) this.#response.once('drain', () => this.#stream.resume());
    return hasRoom;
  }

  end(): void {
    this.runInAsyncScope(this.#endNow, this);
  }

  #endNow(): void {
    if (this.#end === undefined) this.#response.end();
    else this.#end();
  }

  destroy(): void {
    this.#response.destroy();
  }
}

function readStream(
  request: NodeRequest,
  limit: number,
  onCancel: (cancel: (error: GatewayError) => void) => void,
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit)
    return Promise.reject(new GatewayError('VE_BODY_TOO_LARGE', { limit }));
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const fail = (error: GatewayError): void => {
      // What else comes is read and thrown away, so that the answer can be read.
      isOver = true;
      chunks = [];
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      if (isOver) return;
      bytes += chunk.length;
      if (bytes > limit) fail(new GatewayError('VE_BODY_TOO_LARGE', { limit }));
      else chunks.push(chunk);
    };
    request.on('data', onData);
    request.once('end', () => {
      request.off('data', onData);
      if (isOver) return;
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, bytes));
    });
    // That the caller has gone is told by the response; HTTP/2 would throw what nobody listens for.
    request.on('error', ignore);
    onCancel(fail);
  });
}

const ignore = (): void => {};
