import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import type { ByteStream } from '../stream/byte-stream.ts';
import { checkEncoding } from './check-head.ts';
import { keptBody, keptBytes } from './kept-body.ts';
import { endResponse, isClosed, isGone, pipeToResponse } from './node-response.ts';
import { onePiece } from './one-piece.ts';
import { publicBase } from './public-base.ts';
import { readNodeBody } from './read-node-body.ts';
import { readNodeStream } from './read-node-stream.ts';

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
  /** The rest of the body is not waited for. */
  #isCutShort = false;

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

  get query(): string {
    const url = this.#request.url ?? '';
    const at = url.indexOf('?');
    return at < 0 ? '' : url.slice(at + 1);
  }

  get base(): string {
    const request = this.#request;
    const { protocol, originalUrl } = fieldsOf(this.hostRequest);
    const isSecure = 'encrypted' in request.socket;
    const host = request.headers.host ?? request.headers[':authority'];
    return publicBase({
      // A framework's own word on it knows of proxies before it.
      protocol: protocol === 'https' || protocol === 'http' ? protocol : isSecure ? 'https' : 'http',
      host: typeof host === 'string' ? host : 'localhost',
      path: typeof originalUrl === 'string' ? originalUrl : (request.url ?? ''),
      below: this.path,
    });
  }

  get remoteAddress(): string | undefined {
    // A framework's own word on it knows of the proxies that the host trusts.
    const { ip } = fieldsOf(this.hostRequest);
    return typeof ip === 'string' ? ip : this.#request.socket.remoteAddress;
  }

  get requestId(): string | undefined {
    const id = this.#response.getHeader('x-request-id');
    return typeof id === 'string' && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
  }

  readBody(limit: number, onCancel: (cancel: (error: GatewayError) => void) => void): Promise<Buffer> {
    const kept = keptBody(this.#request, this.#bodyHolder);
    if (kept === undefined) {
      checkEncoding(this.headers);
      return readNodeBody(this.#request, limit, this.#noticing(onCancel));
    }
    if (kept.length > limit) return Promise.reject(new GatewayError('VE_BODY_TOO_LARGE', { limit }));
    return Promise.resolve(kept);
  }

  readStream(
    limit: number,
    onCancel: (cancel: (error: GatewayError) => void) => void,
  ): AsyncIterable<Uint8Array> {
    const kept = keptBytes(this.#request, this.#bodyHolder);
    if (kept === undefined) {
      checkEncoding(this.headers);
      return readNodeStream(this.#request, limit, this.#noticing(onCancel));
    }
    if (kept.length > limit) throw new GatewayError('VE_BODY_TOO_LARGE', { limit });
    return onePiece(kept);
  }

  #noticing(
    onCancel: (cancel: (error: GatewayError) => void) => void,
  ): (cancel: (error: GatewayError) => void) => void {
    return (cancel) => {
      onCancel((error) => {
        this.#isCutShort = error.code === 'VE_BODY_TIMEOUT';
        cancel(error);
      });
    };
  }

  onClose(listener: () => void): void {
    const response = this.#response;
    if (isGone(response)) return listener();
    response.on('close', listener);
    if (response.socket !== null) return;
    // It waits behind another answer. Should the connection close before its turn, Node 22 does not tell it.
    const { socket } = this.#request;
    socket.once('close', listener);
    response.once('close', () => socket.off('close', listener));
  }

  abandon(): void {}

  destroy(): void {
    this.#response.destroy();
  }

  respond(status: number, headers: HeaderMap, body: Uint8Array, patience: number): void {
    const response = this.#response;
    if (response.headersSent || isClosed(response)) return;
    // Half a request is still on its way: nothing else can come on this connection.
    if (this.#isCutShort && this.#request.httpVersionMajor === 1) headers['connection'] = 'close';
    endResponse(response, { head: { status, headers: this.besideHost(headers) }, body, patience });
  }

  respondStream(status: number, headers: HeaderMap, stream: ByteStream): void {
    const response = this.#response;
    if (response.headersSent || isClosed(response)) {
      stream.abort(new GatewayError('VE_CLIENT_CLOSED'));
      return;
    }
    response.writeHead(status, this.besideHost(headers));
    pipeToResponse(stream, response);
  }

  /** What the host has told of its own limits stays: it is nearer to the caller than an upstream's. */
  protected besideHost(headers: HeaderMap): HeaderMap {
    // Those of the host are few, and mostly none.
    for (const name of this.#response.getHeaderNames()) if (hostLimit.test(name)) delete headers[name];
    return headers;
  }
}

/** Of Express's request and of Koa's context. */
function fieldsOf(host: unknown): {
  readonly protocol?: unknown;
  readonly originalUrl?: unknown;
  readonly ip?: unknown;
} {
  return typeof host === 'object' && host !== null ? host : {};
}

/** As express-rate-limit and others name them. */
const hostLimit = /^(?:x-)?ratelimit(?:-limit|-remaining|-reset|-policy)?$/;
