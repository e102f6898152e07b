import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  memoryLedger,
  openai,
  openaiCompatible,
  toNodeListener,
} from '@vector-engine/core';
import { type SimulatedOpenAI, type SimulatedOpenAIOptions, simulatedOpenAI } from '@vector-engine/testing';
import { expect } from 'vitest';
import { serve } from '../hosts/serve.ts';
import { Scrape } from './read-metrics.ts';

interface HostRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Two simulated upstreams behind a gateway that a real server mounts. Who calls says so in `x-tenant`. */
export interface MeteredHost extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly origin: string;
  readonly first: SimulatedOpenAI;
  readonly second: SimulatedOpenAI;
  ask(body: object, headers?: Record<string, string>, more?: Asking): Promise<Response>;
  /** Once every request is over. */
  scrape(): Promise<Scrape>;
}

interface Asking {
  readonly path?: string;
  readonly signal?: AbortSignal;
}

export interface MeteredOptions {
  readonly upstream?: SimulatedOpenAIOptions;
  readonly gateway?: Partial<Omit<GatewayOptions<HostRequest>, 'keys' | 'open' | 'upstreams'>>;
}

export const question = { model: 'chat', messages: [{ role: 'user', content: 'Say hello' }] } as const;

export async function startMetered({ upstream, gateway: own }: MeteredOptions = {}): Promise<MeteredHost> {
  const first = await simulatedOpenAI(upstream);
  const second = await simulatedOpenAI(upstream);
  const given: unknown = {
    identify: (request: Request | HostRequest) => {
      const headers = request instanceof Request ? Object.fromEntries(request.headers) : request.headers;
      const { 'x-tenant': tenant, 'x-role': role = 'user' } = headers;
      return tenant === '' ? undefined : { tenant, id: 'ann', roles: [role] };
    },
    admin: ({ roles }: { roles: readonly string[] }) => roles.includes('operator'),
    upstreams: {
      first: openaiCompatible({ baseURL: first.baseURL, apiKey: 'sk-first' }),
      second: openaiCompatible({ baseURL: second.baseURL, apiKey: 'sk-second' }),
      studio: openai({ baseURL: first.baseURL, apiKey: 'sk-studio' }),
    },
    models: {
      chat: ['first/gpt-4o', 'second/gpt-4o'],
      other: 'second/gpt-4o-mini',
      embedder: 'first/text-embedding-3-small',
      film: 'studio/sora-2',
    },
    prices: { 'gpt-4o': { input: 2, output: 8 } },
    ledger: memoryLedger(),
    retry: { rounds: 0 },
    breaker: { resetAfter: 60_000 },
    metrics: true,
    random: () => 0,
    ...own,
  };
  const gateway: Gateway = createGateway(given as GatewayOptions);
  const served = await serve(toNodeListener(gateway));
  return {
    gateway,
    origin: served.origin,
    first,
    second,
    ask: (body, headers = {}, { path = '/v1/chat/completions', signal } = {}) =>
      fetch(`${served.origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tenant': 'acme', ...headers },
        body: JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    scrape: async () => {
      await expect.poll(() => gateway.stats().active).toBe(0);
      return new Scrape((await gateway.metrics()).text);
    },
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await Promise.all([served.close(), first.close(), second.close()]);
    },
  };
}
