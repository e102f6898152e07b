import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A server without a gateway: what it takes until it notices that a caller has left is the machine's own. One that many share
 * may stand still for longer than a bound of milliseconds, and what is measured beside it says so.
 */
export interface PlainServer extends AsyncDisposable {
  /** A caller asks, and leaves while nothing is answered. Milliseconds until the server knows; the time is remembered. */
  leave(): Promise<number>;
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
      const took = performance.now() - start;
      times.push(took);
      return took;
    },
    within(bound) {
      const sorted = times.toSorted((a, b) => a - b);
      const usual = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
      return Math.max(bound, 3 * usual);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
