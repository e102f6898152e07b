import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import {
  byCost,
  byHour,
  bySize,
  byTag,
  byTask,
  byTenant,
  createGateway,
  type Gateway,
  type GatewayOptions,
  type RouteRequest,
} from '@vector-engine/core';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { startHost, upstreamAt } from './support.ts';

const known = ['coder', 'writer', 'general', 'cheap', 'strong'];
const say = (content: string) => [{ role: 'user' as const, content }];
const clientOf = ({ fetch }: Pick<Gateway, 'fetch'>): OpenAI =>
  new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 });

/** A gateway whose model `auto` is the router. */
async function open(auto: unknown, more: Partial<GatewayOptions> = {}) {
  const upstream = await simulatedOpenAI({ models: known });
  const logged: unknown[] = [];
  const log = (facts: unknown): void => void logged.push(facts);
  const gateway = createGateway({
    open: true,
    upstreams: { openai: upstreamAt(upstream) },
    models: {
      auto,
      ...Object.fromEntries(known.map((name) => [name, `openai/${name}`])),
    },
    logger: { debug: log, info: log, warn: log, error: log },
    ...more,
  } as GatewayOptions);
  return {
    upstream,
    gateway,
    logged,
    /** Who served. */
    async ask(content: string, body: object = {}, headers: Record<string, string> = {}) {
      const asked = { model: 'auto', messages: say(content), ...body };
      const { response } = await clientOf(gateway).chat.completions.create(asked, { headers }).withResponse();
      return response.headers.get('x-vector-model');
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await upstream.close();
    },
  };
}

const identify = (request: unknown) =>
  request instanceof Request ? { tenant: request.headers.get('x-company') ?? 'none', id: '1' } : undefined;

describe('the routers', () => {
  it('byTask: by a look, a header, or metadata', async () => {
    await using world = await open(byTask({ coding: 'coder', writing: 'writer', default: 'general' }));
    expect(await world.ask('Refactor this TypeScript class')).toBe('coder');
    expect(await world.ask('Hello')).toBe('general');
    expect(await world.ask('Hello', {}, { 'x-vector-task': 'writing' })).toBe('writer');
    expect(await world.ask('Hello', { metadata: { task: 'writing' } })).toBe('writer');
    // The upstream is asked for its own model, and nothing of our headers reaches it.
    expect(world.upstream.requests.map(({ body }) => Reflect.get(Object(body), 'model'))).toEqual([
      'coder',
      'general',
      'writer',
      'writer',
    ]);
    expect(JSON.stringify(world.upstream.requests.map(({ headers }) => headers))).not.toContain('x-vector');
  });

  it('bySize, byTag, byCost', async () => {
    await using size = await open(bySize([{ upTo: 100, model: 'cheap' }, { model: 'strong' }]));
    expect(await size.ask('Hello')).toBe('cheap');
    expect(await size.ask('Hello '.repeat(1000))).toBe('strong');
    await using tag = await open(byTag('tier', { gold: 'strong', default: 'cheap' }));
    expect(await tag.ask('Hello', {}, { 'x-vector-tier': 'gold' })).toBe('strong');
    expect(await tag.ask('Hello')).toBe('cheap');
    await using cost = await open(byCost({ simple: 'cheap', hard: 'strong' }));
    expect(await cost.ask('Hello', { metadata: { tier: 'hard' } })).toBe('strong');
    expect(await cost.ask('Hello', { metadata: { tier: 'simple' } })).toBe('cheap');
  });

  it('byHour: by the clock of the gateway', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1, 17));
    await using world = await open(byHour({ '16:30-00:30': 'cheap', default: 'strong' }), { clock });
    expect(await world.ask('Hello')).toBe('cheap');
    await clock.advance(8 * 3_600_000);
    expect(await world.ask('Hello')).toBe('strong');
  });

  it('byTenant: by whom the host knows', async () => {
    const options = { identify, open: undefined } as never;
    await using world = await open(byTenant({ acme: 'strong', default: 'cheap' }), options);
    expect(await world.ask('Hello', {}, { 'x-company': 'acme' })).toBe('strong');
    expect(await world.ask('Hello', {}, { 'x-company': 'other' })).toBe('cheap');
  });

  it('one that sends to another', async () => {
    await using world = await open(byTag('tier', { gold: 'tasks', default: 'cheap' }), {
      models: {
        auto: byTag('tier', { gold: 'tasks', default: 'cheap' }),
        tasks: byTask({ coding: 'coder', default: 'general' }),
        ...Object.fromEntries(known.map((name) => [name, `openai/${name}`])),
      },
    });
    expect(await world.ask('Refactor this class', {}, { 'x-vector-tier': 'gold' })).toBe('coder');
    expect(await world.ask('Refactor this class')).toBe('cheap');
  });
});

describe('in every dialect', () => {
  const route = byTask({ coding: 'coder', writing: 'writer', default: 'general' });
  const headers = { 'x-vector-task': 'coding' };

  it('responses, messages and gemini calls are looked at, and tagged, like chats', async () => {
    await using world = await open(route);
    await using host = await startHost(world.gateway);
    const { fetch } = world.gateway;
    const openai = clientOf(world.gateway);
    const anthropic = new Anthropic({ apiKey: 'x', baseURL: 'http://gateway', fetch, maxRetries: 0 });
    const google = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: host.origin } });
    const response = (input: string, more: object = {}, options = {}) =>
      openai.responses.create({ model: 'auto', input, ...more }, options);
    const message = (content: string, options = {}) =>
      anthropic.messages.create({ model: 'auto', max_tokens: 50, messages: say(content) }, options);
    const generate = (contents: string, config = {}) =>
      google.models.generateContent({ model: 'auto', contents, config });

    await response('Draft an email to my landlord');
    await response('Hello', {}, { headers });
    await response('Hello', { metadata: { task: 'writing' } });
    await message('Draft an email to my landlord');
    await message('Hello', { headers });
    await generate('Draft an email to my landlord');
    await generate('Hello', { httpOptions: { headers } });
    await generate('Hello');
    expect(world.upstream.requests.map(({ body }) => Reflect.get(Object(body), 'model'))).toEqual([
      'writer',
      'coder',
      'writer',
      'writer',
      'coder',
      'writer',
      'coder',
      'general',
    ]);
  });

  it('streams, too', async () => {
    await using world = await open(route);
    const stream = await clientOf(world.gateway).chat.completions.create(
      { model: 'auto', messages: say('Hello'), stream: true },
      { headers },
    );
    for await (const chunk of stream) expect(chunk.model).toBeTypeOf('string');
    expect(Reflect.get(Object(world.upstream.requests[0]?.body), 'model')).toBe('coder');
  });
});

describe("a user's own", () => {
  it('sees the request, and may take its time', async () => {
    const seen: unknown[] = [];
    await using world = await open(async (request: RouteRequest) => {
      await new Promise((resolve) => setImmediate(resolve));
      const { operation, model, stream, principal, inputTokens, maxTokens, chat, prefix, now } = request;
      seen.push({ operation, model, stream, principal, maxTokens, words: chat?.messages.length });
      expect(inputTokens).toBeGreaterThan(0);
      expect(now).toBeGreaterThan(0);
      expect(prefix).toBeTypeOf('string');
      return request.header('x-own') ?? 'general';
    });
    expect(await world.ask('Hello', { max_tokens: 9 }, { 'x-own': 'openai/writer' })).toBe('writer');
    expect(seen).toEqual([
      { operation: 'chat', model: 'auto', stream: false, principal: undefined, maxTokens: 9, words: 1 },
    ]);
  });

  it.each<[mistake: string, route: unknown, reason: RegExp]>([
    [
      'throws',
      () => {
        throw new Error('out of order');
      },
      /out of order/,
    ],
    ['rejects', () => Promise.reject(new Error('out of order')), /out of order/],
    [
      'returns a number',
      () => 42,
      /the router of "auto" returned number; it must return the name of a model/,
    ],
    ['returns null', () => null, /the router of "auto" returned object/],
    ['sends to itself', () => 'auto', /the routers of "auto" go round in circles/],
  ])('that %s is an error of the gateway, told in the log only', async (_, route, reason) => {
    await using world = await open(route);
    const asked = world.ask('Hello');
    await expect(asked).rejects.toMatchObject({ status: 500, code: 'internal_error' });
    expect(await asked.catch(String)).not.toMatch(reason);
    const told = world.logged.map((facts) => String(Reflect.get(Object(facts), 'err')));
    expect(told.some((text) => reason.test(text))).toBe(true);
    expect(world.upstream.requests).toEqual([]);
  });

  it('that names no model, or nothing, is a model that is not there', async () => {
    for (const route of [() => 'wirter', () => undefined, () => '']) {
      await using world = await open(route);
      await expect(world.ask('Hello')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    }
  });

  it('is given up with its caller', async () => {
    await using world = await open(() => new Promise(() => {}));
    const abort = new AbortController();
    const asked = clientOf(world.gateway).chat.completions.create(
      { model: 'auto', messages: say('Hello') },
      { signal: abort.signal },
    );
    setImmediate(() => abort.abort());
    await expect(asked).rejects.toThrow('aborted');
    await expect.poll(() => world.gateway.stats().active).toBe(0);
  });
});

it.each<[string, object]>([
  ['a router', { auto: byTask({ coding: 'openai/coder', default: 'openai/general' }) }],
  ['the cheapest', { auto: { targets: ['openai/general', 'openai/coder'], strategy: 'cheapest' } }],
  ['affinity', { auto: { targets: ['openai/general', 'openai/coder'], affinity: 'session' } }],
])("what only its upstream can read is its upstream's to refuse: %s", async (_, models) => {
  await using world = await open('unused', { models } as Partial<GatewayOptions>);
  world.upstream.fail({ type: 'status', status: 418 });
  const odd = { metadata: { trace: { id: 1 } } };
  await expect(world.ask('Hello', odd)).rejects.toMatchObject({ status: 418 });
  expect(world.upstream.requests[0]?.body).toMatchObject(odd);
});

it('a router that fails just when its caller leaves is no rejection that nobody hears of', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on('unhandledRejection', hear);
  let left = new AbortController();
  let turns = 0;
  const leaveAfter = (count: number): void =>
    count === 0 ? left.abort() : queueMicrotask(() => leaveAfter(count - 1));
  await using gateway = createGateway({
    open: true,
    upstreams: { nobody: upstreamAt({ baseURL: 'http://127.0.0.1:9/v1' }) },
    models: { auto: () => Promise.reject(new Error('the table of models is away')) },
    memory: {
      get: () => {
        leaveAfter(turns);
        return Promise.resolve(undefined);
      },
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    },
  });
  const body = JSON.stringify({
    model: 'auto',
    input: 'Hello',
    previous_response_id: `resp_${'a'.repeat(46)}`,
  });
  // At one of these moments what was looked up is there, and what follows has not begun.
  for (turns = 0; turns < 40; turns++) {
    left = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, signal: left.signal };
    await gateway.fetch('http://gateway/v1/responses', init).then(
      (answer) => answer.text(),
      () => '',
    );
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});

it('a router is a model like any other in the list', async () => {
  await using world = await open(byTask({ coding: 'coder', default: 'general' }));
  const listed = await clientOf(world.gateway).models.list();
  expect(listed.data.map(({ id }) => id)).toEqual(['auto', ...known]);
  expect(await clientOf(world.gateway).models.retrieve('auto')).toMatchObject({
    id: 'auto',
    object: 'model',
  });
  expect(world.gateway.models()[0]).toEqual({ id: 'auto', modality: 'chat', targets: [] });
});
