import {
  createGateway,
  type EndEvent,
  type Gateway,
  type GatewayOptions,
  type TaskEvent,
} from '@vector-engine/core';
import type { SimulatedJobUpstream } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { type FastClock, fastClock } from './fast-clock.ts';
import { type Format, modelOf, reach, type StudioOptions, startStudio } from './studios.ts';

export interface World extends AsyncDisposable {
  readonly gateway: Gateway;
  /** The first of them, where there are several. */
  readonly studio: SimulatedJobUpstream;
  readonly clock: FastClock;
  readonly tasks: TaskEvent[];
  readonly ends: EndEvent[];
  /** An official client that asks once, unless it is said. */
  client(options?: ClientOptions): OpenAI;
  /** A request of a plain HTTP client. */
  ask(path: string, body?: unknown, init?: AskOptions): Promise<Response>;
  /** Resolves with what is told when so many jobs are in the books. */
  settled(count?: number): Promise<readonly TaskEvent[]>;
}

export interface ClientOptions {
  readonly headers?: Record<string, string>;
  readonly maxRetries?: number;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

type Given = Partial<Omit<GatewayOptions, 'identify' | 'open'>>;

export interface WorldOptions extends Given {
  readonly format?: Format;
  readonly studio?: StudioOptions;
  readonly clock?: FastClock;
  /** A provider that is there already, and is not closed with the world. */
  readonly at?: SimulatedJobUpstream;
}

/** Deadlines of the network are in the world's time as well, and a busy machine keeps its own. */
export const patient = { connect: 250_000, body: 250_000 };

/** A gateway before a provider of videos; callers say whose they are in `x-tenant`. Time runs fast. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { format = 'openai', studio: wanted, at, clock = fastClock(), ...own } = options;
  const studio = at ?? (await startStudio(format, wanted));
  const given: unknown = {
    identify: (request: Request) => identify(request),
    upstreams: { studio: reach(format, studio) },
    models: { film: `studio/${modelOf[format]}` },
    clock,
    secret: 'a secret of thirty-two characters',
    ...own,
    timeouts: { ...patient, ...own.timeouts },
  };
  // The names of upstreams differ from world to world.
  const gateway: Gateway = createGateway(given as GatewayOptions);
  const tasks: TaskEvent[] = [];
  const ends: EndEvent[] = [];
  gateway.on('task', (event) => tasks.push(event));
  gateway.on('end', (event) => ends.push(event));
  return {
    gateway,
    studio,
    clock,
    tasks,
    ends,
    client: ({ headers = {}, maxRetries = 0 } = {}) =>
      new OpenAI({
        apiKey: 'not used',
        baseURL: 'http://gateway/v1',
        fetch: gateway.fetch,
        defaultHeaders: headers,
        maxRetries,
      }),
    ask: (path, body, { method = body === undefined ? 'GET' : 'POST', headers = {}, signal } = {}) =>
      gateway.fetch(path.startsWith('http') ? path : `http://gateway${path}`, {
        method,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    async settled(count = 1) {
      await until(() => tasks.filter(({ isSettled }) => isSettled).length >= count);
      return tasks.filter(({ isSettled }) => isSettled);
    },
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      if (at === undefined) await studio.close();
    },
  };
}

/** What a host knows of its caller; frameworks and `fetch` keep headers apart. */
function identify({ headers }: { headers: Headers | Record<string, unknown> }): { tenant: string } {
  const name = headers instanceof Headers ? headers.get('x-tenant') : headers['x-tenant'];
  return { tenant: typeof name === 'string' ? name : 'acme' };
}

/** Resolves when it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, patience = 10_000): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it is not so after ${patience} milliseconds`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
