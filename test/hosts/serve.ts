import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { NodeListener } from '@vector-engine/core';
import { type Certificate, selfSignedCertificate } from '@vector-engine/testing';

/** A server of a test, on a free port of the loopback interface. */
export interface Served extends AsyncDisposable {
  readonly server: HttpServer | Http2SecureServer;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly port: number;
  /** The certificate to trust, where the server speaks TLS. */
  readonly ca: string | undefined;
  close(): Promise<void>;
}

/** What an Express app, `koa.callback()` and `toNodeListener()` are. */
export type Listener = (...parameters: Parameters<NodeListener>) => unknown;
export type Protocol = 'http' | 'https' | 'http2';

let certificate: Certificate | undefined;

/** `listener` is typed loosely, as frameworks type theirs for HTTP/1 alone. */
export async function serve(
  listener: (...parameters: never[]) => unknown,
  protocol: Protocol = 'http',
): Promise<Served> {
  const handler = listener as Listener;
  certificate ??= selfSignedCertificate();
  const server =
    protocol === 'http'
      ? createHttpServer((request, response) => void handler(request, response))
      : protocol === 'https'
        ? createHttpsServer(certificate, (request, response) => void handler(request, response))
        : createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
            handler(request, response);
          });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  async function close(): Promise<void> {
    for (const session of sessions) session.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  }

  return {
    server,
    port,
    origin: `${protocol === 'http' ? 'http' : 'https'}://127.0.0.1:${port}`,
    ca: protocol === 'http' ? undefined : certificate.cert,
    close,
    [Symbol.asyncDispose]: close,
  };
}
