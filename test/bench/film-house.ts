import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, type Gateway, openai, toNodeListener } from '@vector-engine/core';
import { heapInUse } from '../reliability/memory.ts';
import { serve } from './ipc.ts';

/** A gateway in a process of its own: what it takes is looked at there. */
export interface FilmHouse extends Record<string, (argument: never) => unknown> {
  /** Its port, and that of a server that pipes what is at the same path of the provider. */
  readonly open: (studio: string) => Promise<{ readonly port: number; readonly plain: number }>;
  /** Bytes of the heap and of buffers that are held, garbage apart. */
  readonly heap: () => number;
  /** The most bytes that the process had since this was asked before. */
  readonly peak: () => number;
  /** Requests under way. */
  readonly active: () => number;
}

let gateway: Gateway | undefined;
let most = 0;
const look = (): void => {
  most = Math.max(most, process.memoryUsage.rss());
};

/** What pipes an answer through, and does nothing else. */
async function openPlain(studio: string): Promise<number> {
  const server = createServer(({ url = '' }, response) => {
    get(studio + url, (file) => file.pipe(response));
  });
  await listen(server);
  return portOf(server);
}

const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => void server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, resolve));

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const house: FilmHouse = {
  async open(studio) {
    gateway = createGateway({
      open: true,
      upstreams: { studio: openai({ apiKey: 'sk-of-the-operator', baseURL: studio }) },
      models: { film: 'studio/sora-2' },
    }) as Gateway;
    const listener = toNodeListener(gateway);
    const server = createServer((request, response) => {
      listener(request, response);
    });
    await listen(server);
    setInterval(look, 5).unref();
    return { port: portOf(server), plain: await openPlain(studio) };
  },
  heap: heapInUse,
  peak() {
    look();
    const peak = most;
    heapInUse();
    most = 0;
    return peak;
  },
  active: () => gateway?.stats().active ?? 0,
};

serve(house);
