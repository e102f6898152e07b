import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener on a free port of the loopback interface, for as long as a test needs it. */
export interface OpenServer extends AsyncDisposable {
  readonly origin: string;
}

export async function openServer(listener: RequestListener): Promise<OpenServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
