import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Gateway, openaiCompatible, toNodeListener, type Upstream } from '@vector-engine/core';
import type { ManualClock, Recording, SimulatedUpstream } from '@vector-engine/testing';

/** A model that every simulated OpenAI knows. */
export const model = 'gpt-4o';

export const question = { model: 'chat', messages: [{ role: 'user', content: 'Say hello' }] } as const;

/** What `openaiCompatible` takes beside the address. */
type Extras = Omit<Parameters<typeof openaiCompatible>[0], 'baseURL'>;

/** A simulated upstream as the gateway is told of it. */
export function upstreamAt({ baseURL }: { baseURL: string }, extras: Extras = {}): Upstream {
  return openaiCompatible({ baseURL, apiKey: 'sk-of-the-operator', ...extras });
}

/** One chat call in process. */
export function ask(
  gateway: Gateway,
  body: object = question,
  init: RequestInit & { path?: string } = {},
): Promise<Response> {
  const { path = '/v1/chat/completions', ...rest } = init;
  return gateway.fetch(`http://gateway${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...rest,
  });
}

/** Moves a manual clock on until the promise settles. */
export async function passTime<T>(clock: ManualClock, promise: Promise<T>, step = 50): Promise<T> {
  const state = { isOver: false };
  const over = (): void => {
    state.isOver = true;
  };
  promise.then(over, over);
  const limit = performance.now() + 10_000;
  while (!state.isOver) {
    // A loop that goes on after its test has failed would keep the whole run from ending.
    if (performance.now() > limit) throw new Error('nothing settles, however much time passes');
    await clock.advance(step);
  }
  return promise;
}

/** Runs `count` tasks, at most `width` of them at once. */
export async function runMany<T>(
  count: number,
  width: number,
  task: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      results[index] = await task(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, work));
  return results;
}

export interface Host extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  readonly server: Server;
}

/** A bare `node:http` server on a free port around a gateway. It is the host's: closing it is not the gateway's affair. */
export async function startHost(gateway: Gateway): Promise<Host> {
  const server = createServer({ requestTimeout: 0 }, toNodeListener(gateway));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Waits, turn by turn of the event loop, until the condition holds; fails after `limit` milliseconds. */
export async function until(condition: () => boolean, what: string, limit = 5000): Promise<void> {
  const end = performance.now() + limit;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still waiting after ${limit} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const requestsOf = (...upstreams: readonly SimulatedUpstream[]): number =>
  upstreams.reduce((sum, { requests }) => sum + requests.length, 0);

/** An error of an upstream with exactly these headers. */
export const refusal = (status: number, headers: Record<string, string> = {}): Recording => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error: { message: `status ${status}`, type: 'test', param: null, code: null } }),
});

export const wholeAnswer: Recording = {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 },
  }),
};
