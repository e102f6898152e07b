import {
  type CacheStats,
  createGateway,
  type EndEvent,
  type Gateway,
  type GatewayOptions,
  openai,
} from '@vector-engine/core';
import {
  type ManualClock,
  manualClock,
  type SimulatedUpstream,
  simulatedOpenAI,
} from '@vector-engine/testing';

export const question = {
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'Say hello' }],
  temperature: 0,
} as const;

type Options = Partial<Omit<GatewayOptions, 'identify' | 'open'>>;

export interface World extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly upstream: SimulatedUpstream;
  readonly clock: ManualClock;
  readonly ends: EndEvent[];
  ask(body?: object, init?: AskOptions): Promise<Response>;
  stats(): CacheStats;
}

export interface AskOptions {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

export interface WorldOptions extends Options {
  /** Milliseconds of the manual clock between two events of a stream. */
  readonly pace?: number;
  readonly script?: Parameters<typeof simulatedOpenAI>[0];
}

/** A gateway with a cache before a simulated OpenAI; callers say whose they are in `x-tenant`. Time moves by hand. */
export async function openWorld({ pace = 0, script, ...options }: WorldOptions = {}): Promise<World> {
  const clock = manualClock();
  const upstream = await simulatedOpenAI({ clock, pace, ...script });
  const given: unknown = {
    identify: (request: Request) => ({ tenant: request.headers.get('x-tenant') ?? 'acme' }),
    upstreams: { openai: openai({ apiKey: 'sk-of-the-operator', baseURL: upstream.baseURL }) },
    models: { 'gpt-4o': 'openai', 'text-embedding-3-small': 'openai' },
    cache: {},
    clock,
    ...options,
  };
  const gateway: Gateway = createGateway(given as GatewayOptions);
  const ends: EndEvent[] = [];
  gateway.on('end', (event) => ends.push(event));
  return {
    gateway,
    upstream,
    clock,
    ends,
    ask: (body = question, { path = '/v1/chat/completions', headers = {}, signal } = {}) =>
      gateway.fetch(`http://gateway${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    stats: () => {
      const { cache } = gateway.stats();
      if (cache === undefined) throw new Error('there is no cache');
      return cache;
    },
    async [Symbol.asyncDispose]() {
      const closing = gateway.close({ grace: 0 });
      await clock.advance(2000);
      await closing;
      await upstream.close();
    },
  };
}

export const cacheOf = (response: Response): string | null => response.headers.get('x-vector-cache');

/** What the cache keeps, it keeps once its caller has the answer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** One answer, read to its end and kept or not. */
export async function read(asked: Promise<Response>): Promise<{ response: Response; text: string }> {
  const response = await asked;
  const text = await response.text();
  await settle();
  return { response, text };
}
