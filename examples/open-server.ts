import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A listener of `node:http`; some return a promise, which nobody waits for. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Who takes WebSockets. */
export interface Upgrading {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown;
}

/** A listener on a free port of the loopback interface, for as long as a test needs it. */
export interface OpenServer extends AsyncDisposable {
  readonly origin: string;
}

export async function openServer(listener: Listener, gateway?: Upgrading): Promise<OpenServer> {
  const server = createServer(listener);
  if (gateway !== undefined) server.on('upgrade', gateway.upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: originOf(server),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Where a server that listens can be reached. */
export function originOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('the server does not listen on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
