import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { percentile } from './reliability/support.ts';

/**
 * A server without a gateway: what it takes until it notices that a caller has left is the machine's own. One that many share
 * may stand still for longer than a bound of milliseconds, and what is measured beside it says so.
 */
export interface PlainServer extends AsyncDisposable {
  /** A caller asks, and leaves while nothing is answered. How long it takes until the server knows is remembered. */
  leave(): Promise<void>;
  /** Milliseconds: the bound, or three times what all but one of a hundred callers took here, whichever is more. */
  within(bound: number): number;
}

export async function plainServer(): Promise<PlainServer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const times: number[] = [];
  return {
    async leave() {
      const caller = request({ port, host: '127.0.0.1', agent: false });
      caller.on('error', () => undefined);
      const asked = new Promise<IncomingMessage>((resolve) => {
        server.once('request', resolve);
      });
      caller.end();
      const { socket } = await asked;
      const closed = new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
      });
      const start = performance.now();
      caller.destroy();
      await closed;
      times.push(performance.now() - start);
    },
    within: (bound) => Math.max(bound, 3 * percentile(times, 0.99)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
