import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, defineUpstream, type Gateway, type GatewayOptions } from '@vector-engine/core';

export const piece: Buffer = Buffer.alloc(65_536, 1);

export interface Raw extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly origin: string;
  /** Requests that the upstream was asked, and are not over. */
  readonly open: Set<IncomingMessage>;
  /** Resolves when the upstream's next request has been closed early. */
  closed(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An upstream that does as it is told, with a gateway before it. */
export async function openRaw(handle: Handler, options: Partial<GatewayOptions> = {}): Promise<Raw> {
  const open = new Set<IncomingMessage>();
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    open.add(request);
    request.on('error', () => {});
    response.on('close', () => {
      open.delete(request);
      if (!response.writableFinished) for (const told of waiting.splice(0)) told();
    });
    handle(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const gateway = createGateway({
    open: true,
    upstreams: {
      raw: defineUpstream({ vendor: 'raw', baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'sk-a' }),
    },
    native: ['raw'],
    retry: { rounds: 0 },
    ...options,
  } as GatewayOptions);
  return {
    gateway,
    origin: `http://127.0.0.1:${port}`,
    open,
    closed: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Counts what it is sent. */
export const count: Handler = (request, response) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    const { 'content-length': length, 'transfer-encoding': coding, 'content-type': type } = request.headers;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ bytes, length, coding, type }));
  });
};

/** A body that is not held. */
export const large: Buffer = Buffer.alloc(3_000_000, 7);
