import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Socket, Server as TcpServer } from 'node:net';
import type { ServerOptions } from './simulated-upstream.ts';

type OnRequest = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** Longer than any client keeps an idle connection, so that it is never this side that races a reuse. Milliseconds. */
const keepAliveTimeout = 300_000;

/** The HTTP server that the options ask for: plain, TLS, or TLS with HTTP/2. It does not listen yet. */
export function createListener(
  options: ServerOptions,
  onRequest: OnRequest,
  onConnection: (socket: Socket) => void,
): TcpServer {
  const server = createHttpServer(options, onRequest);
  server.on('connection', onConnection);
  return server;
}

function createHttpServer(options: ServerOptions, onRequest: OnRequest): TcpServer {
  const { tls } = options;
  if (tls === undefined) {
    if (options.http2 === true) throw new TypeError('http2 needs tls: give tls: selfSignedCertificate()');
    return patient(createServer(onRequest));
  }
  if (options.http2 !== true) return patient(createTlsServer({ ...tls }, onRequest));
  const server = createSecureServer({ ...tls, allowHTTP1: true }, onRequest);
  server.on('sessionError', () => undefined);
  return server;
}

/** No time-outs of our own: slow and hanging clients are the business of the code under test. */
function patient<S extends Server>(server: S): S {
  server.keepAliveTimeout = keepAliveTimeout;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  return server;
}
