import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  memoryLedger,
  openai,
  openaiCompatible,
} from '@vector-engine/core';
import { type SimulatedOpenAI, type SimulatedOpenAIOptions, simulatedOpenAI } from '@vector-engine/testing';
import { pino } from 'pino';
import { expect } from 'vitest';

/** A line of pino's, read again. */
export type Line = Readonly<Record<string, unknown>>;

export const levels = { debug: 20, info: 30, warn: 40, error: 50 } as const;

export interface LoggedGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly first: SimulatedOpenAI;
  readonly second: SimulatedOpenAI;
  ask(body: object, headers?: Record<string, string>, path?: string): Promise<Response>;
  /** What pino has written, once every request is over. */
  lines(): Promise<readonly Line[]>;
  /** The same, as it was written. */
  readonly text: () => string;
}

export const question = { model: 'chat', messages: [{ role: 'user', content: 'Say hello' }] } as const;

/** A gateway whose logger is the real pino. Who calls says so in `x-tenant`. */
export async function openLogged(
  own: object = {},
  upstream: SimulatedOpenAIOptions = {},
): Promise<LoggedGateway> {
  const first = await simulatedOpenAI(upstream);
  const second = await simulatedOpenAI(upstream);
  const written: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void written.push(line) });
  const given: unknown = {
    identify: ({ headers }: Request) => {
      const tenant = headers.get('x-tenant');
      return tenant === '' ? undefined : { tenant: tenant ?? 'acme', id: 'ann' };
    },
    upstreams: {
      first: openaiCompatible({ baseURL: first.baseURL, apiKey: 'sk-CANARY-first' }),
      second: openaiCompatible({ baseURL: second.baseURL, apiKey: 'sk-CANARY-second' }),
      studio: openai({ baseURL: first.baseURL, apiKey: 'sk-CANARY-studio' }),
    },
    models: { chat: ['first/gpt-4o', 'second/gpt-4o'], film: 'studio/sora-2' },
    sunsets: { models: { 'sora-2': false } },
    addressable: true,
    prices: { 'gpt-4o': { input: 2, output: 8 } },
    ledger: memoryLedger(),
    retry: { rounds: 0 },
    random: () => 0,
    logger,
    ...own,
  };
  const gateway: Gateway = createGateway(given as GatewayOptions);
  return {
    gateway,
    first,
    second,
    ask: (body, headers = {}, path = '/v1/chat/completions') =>
      gateway.fetch(`http://gateway${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    lines: async () => {
      await expect.poll(() => gateway.stats().active).toBe(0);
      return written.map((line) => JSON.parse(line) as Line);
    },
    text: () => written.join(''),
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await Promise.all([first.close(), second.close()]);
    },
  };
}
