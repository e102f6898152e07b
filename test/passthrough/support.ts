import { createGateway, type Gateway, type GatewayOptions, memoryStore, openai } from '@vector-engine/core';
import { type SimulatedOpenAI, simulatedOpenAI } from '@vector-engine/testing';
import { OpenAI, toFile } from 'openai';

/** What an upstream must never be told of by callers, and callers by it. */
export const upstreamKey = 'sk-upstream-canary-0123456789abcdef';

export interface World extends AsyncDisposable {
  readonly upstream: SimulatedOpenAI;
  readonly gateway: Gateway;
  /** OpenAI's own SDK, as this tenant, with no socket between it and the gateway. */
  as(tenant: string): OpenAI;
}

/** Who calls says so in a header, as a host's own login would. */
export const byHeader = (request: unknown): { tenant: string } | undefined => {
  const tenant =
    request instanceof Request
      ? request.headers.get('x-tenant')
      : (request as { headers: Record<string, string | undefined> }).headers['x-tenant'];
  return tenant === null || tenant === undefined ? undefined : { tenant };
};

/** A gateway in front of OpenAI, that serves the families of OpenAI's there. */
export async function openWorld(
  options: Partial<GatewayOptions> = {},
  keys?: readonly string[],
): Promise<World> {
  const upstream = await simulatedOpenAI({ apiKeys: [upstreamKey, ...(keys ?? [])] });
  const gateway = createGateway({
    upstreams: { openai: openai({ baseURL: upstream.baseURL, apiKey: keys ?? upstreamKey }) },
    passthrough: 'openai',
    memory: memoryStore(),
    ...(options.open === true ? {} : { identify: byHeader }),
    ...options,
  } as GatewayOptions);
  return {
    upstream,
    gateway,
    as: (tenant) =>
      new OpenAI({
        baseURL: 'http://gateway/v1',
        apiKey: 'sk-caller-canary',
        maxRetries: 0,
        fetch: gateway.fetch,
        defaultHeaders: { 'x-tenant': tenant },
      }),
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await upstream.close();
    },
  };
}

export const question: object = {
  custom_id: 'one',
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] },
};

/** The input of a batch. */
export function inputFile(name = 'input.jsonl'): Promise<File> {
  return toFile(Buffer.from(JSON.stringify(question)), name);
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What was thrown; a test that expects it fails where nothing is. */
export async function failure(attempt: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await attempt;
  } catch (error) {
    return error;
  }
  throw new Error(`nothing was thrown, but ${String(value)} came`);
}
