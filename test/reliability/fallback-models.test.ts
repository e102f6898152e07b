import { createGateway } from '@vector-engine/core';
import { type Fault, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { APIError, OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { upstreamAt } from './support.ts';

const messages = [{ role: 'user' as const, content: 'Say hello' }];
const models = ['small', 'large', 'mild', 'spare', 'last'];

const refusal = (code: string, message: string, status = 400): Fault => ({
  type: 'status',
  status,
  body: { error: { message, type: 'invalid_request_error', param: 'messages', code } },
});
const tooLong = refusal(
  'context_length_exceeded',
  "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
);
const filtered = refusal(
  'content_policy_violation',
  'Your request was rejected as a result of our safety system.',
);

/** Each model at an upstream of its own. */
async function open(fallback: object | string | readonly string[], more: object = {}) {
  const at: Record<string, SimulatedUpstream> = {};
  for (const name of models) at[name] = await simulatedOpenAI({ models });
  const gateway = createGateway({
    open: true,
    upstreams: Object.fromEntries(
      Object.entries(at).map(([name, upstream]) => [`at-${name}`, upstreamAt(upstream)]),
    ),
    models: {
      small: { targets: ['at-small/small'], fallback },
      large: { targets: ['at-large/large'], ...more },
      mild: 'at-mild/mild',
      spare: 'at-spare/spare',
    } as never,
    retry: { rounds: 0 },
  });
  const { fetch } = gateway;
  const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 });
  return {
    gateway,
    fail: (name: string, fault: Fault) => at[name]?.fail(fault),
    requests: () => models.filter((name) => (at[name]?.requests.length ?? 0) > 0),
    /** Who served. */
    async ask(stream = false): Promise<string | null> {
      const call = client.chat.completions.create({ model: 'small', messages, stream });
      const { data, response } = await call.withResponse();
      let said = 'choices' in data ? data.choices[0]?.message.content : '';
      if (!('choices' in data)) for await (const { choices } of data) said += choices[0]?.delta.content ?? '';
      expect(said).toContain('Say hello');
      return response.headers.get('x-vector-model');
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await Promise.all(Object.values(at).map((upstream) => upstream.close()));
    },
  };
}

const each = { contextLength: 'large', contentFilter: 'mild', outage: ['spare', 'at-last/last'] };

describe('a model that cannot do it goes on to another', () => {
  it.each<[reason: string, fault: Fault, served: string]>([
    ['the question is too long', tooLong, 'large'],
    ['the vendor refuses what is said', filtered, 'mild'],
    ['it answers 503', { type: 'status', status: 503 }, 'spare'],
    ['it is over its limit', { type: 'status', status: 429, headers: { 'retry-after': '60' } }, 'spare'],
    ['its key is refused', { type: 'status', status: 401 }, 'spare'],
    ['its connection breaks', { type: 'reset-before-headers' }, 'spare'],
    ['it answers nonsense', { type: 'garbage', content: 'html' }, 'spare'],
  ])('when %s, and the answer says who served', async (_, fault, served) => {
    await using world = await open(each);
    world.fail('small', fault);
    for (const stream of [false, true]) expect(await world.ask(stream)).toBe(served);
    expect(world.requests()).toEqual(['small', served]);
  });

  it('when nobody is there', async () => {
    await using world = await open(each);
    world.fail('small', { type: 'refuse' });
    expect(await world.ask()).toBe('spare');
  });

  it('while it does well, nobody else is asked', async () => {
    await using world = await open(each);
    expect(await world.ask()).toBe('small');
    expect(world.requests()).toEqual(['small']);
  });

  it('and on to the next of several, upstream/model among them', async () => {
    await using world = await open(each);
    for (const name of ['small', 'spare']) world.fail(name, { type: 'status', status: 500 });
    expect(await world.ask()).toBe('last');
    expect(world.requests()).toEqual(['small', 'spare', 'last']);
  });

  it('for any reason, where only a name is given', async () => {
    for (const fault of [tooLong, filtered, { type: 'status', status: 500 } as const]) {
      await using world = await open('large');
      world.fail('small', fault);
      expect(await world.ask()).toBe('large');
    }
  });

  it("for the reason of each failure: the outage of a context's fallback is an outage", async () => {
    await using world = await open(each);
    world.fail('small', tooLong);
    world.fail('large', { type: 'status', status: 500 });
    expect(await world.ask()).toBe('spare');
  });
});

describe('it does not go on', () => {
  it("for a caller's own mistake", async () => {
    await using world = await open(each);
    world.fail('small', refusal('invalid_type', "Invalid type for 'temperature': expected a number."));
    await expect(world.ask()).rejects.toMatchObject({ status: 400, code: 'invalid_type' });
    expect(world.requests()).toEqual(['small']);
  });

  it('for a reason that is not named', async () => {
    await using world = await open({ contextLength: 'large' });
    world.fail('small', filtered);
    await expect(world.ask()).rejects.toMatchObject({ status: 400, code: 'content_policy_violation' });
    world.fail('small', { type: 'status', status: 500 });
    await expect(world.ask()).rejects.toBeInstanceOf(APIError);
    expect(world.requests()).toEqual(['small']);
  });

  it('in circles: each model is tried once, and then the caller is told', async () => {
    await using world = await open('large', { fallback: 'small' });
    for (const name of ['small', 'large']) world.fail(name, { type: 'status', status: 500 });
    await expect(world.ask()).rejects.toBeInstanceOf(APIError);
    expect(world.requests()).toEqual(['small', 'large']);
  });

  it('once the caller has left', async () => {
    await using world = await open(each);
    world.fail('small', { type: 'hang' });
    const abort = new AbortController();
    const answer = world.gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'small', messages }),
      signal: abort.signal,
    });
    setImmediate(() => abort.abort());
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(world.requests().filter((name) => name !== 'small')).toEqual([]);
  });
});

it('an answer that the filter stopped is told of as it is, where the model after it has none', async () => {
  await using world = await open('large');
  const choice = { index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'content_filter' };
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  const body = { id: 'x', object: 'chat.completion', created: 1, model: 'small', choices: [choice], usage };
  world.fail('small', { type: 'status', status: 200, body });
  world.fail('large', { type: 'status', status: 500 });
  const ends: unknown[] = [];
  world.gateway.on('end', ({ target, attempts, error }) => ends.push([target?.upstream, attempts, error]));
  const answer = await world.gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'small', messages }),
  });
  expect(await answer.json()).toMatchObject({ choices: [{ finish_reason: 'content_filter' }] });
  const told = ['upstream', 'model', 'attempts'].map((name) => answer.headers.get(`x-vector-${name}`));
  expect(told).toEqual(['at-small', 'small', '2']);
  expect(ends).toEqual([['at-small', 2, undefined]]);
});

const make = (fallback: unknown): unknown =>
  createGateway({
    open: true,
    upstreams: { one: upstreamAt({ baseURL: 'http://127.0.0.1:9/v1' }) },
    models: { small: { targets: ['one'], fallback: fallback as string } },
  });

it('a fallback that names nothing is told at construction', () => {
  expect(() => make('lrage')).toThrow('which is neither a model here nor "upstream/model"');
  expect(() => make('small')).toThrow('goes on to itself');
});

describe('where the next model is found out first', () => {
  const body = JSON.stringify({ model: 'small', messages });
  const headers = { 'content-type': 'application/json', 'x-vector-timeout': '1s' };

  /** `small` is down; `auto` is a router, and `well` is well. */
  async function openRouted(auto: () => string | Promise<string>, fallback: readonly string[]) {
    const at = await simulatedOpenAI({ models });
    at.fail((request) =>
      JSON.stringify(request.body).includes('"small"') ? { type: 'status', status: 500 } : undefined,
    );
    const gateway = createGateway({
      open: true,
      upstreams: { at: upstreamAt(at) },
      models: { small: { targets: ['at/small'], fallback }, auto, well: 'at/large' },
      retry: { rounds: 0 },
    });
    return {
      gateway,
      ask: (signal?: AbortSignal) =>
        gateway.fetch('http://gateway/v1/chat/completions', {
          method: 'POST',
          headers,
          body,
          ...(signal && { signal }),
        }),
      async [Symbol.asyncDispose]() {
        await gateway.close({ grace: 0 });
        await at.close();
      },
    };
  }

  let asked = 0;
  const never = (): Promise<string> => {
    asked++;
    return new Promise(() => {});
  };

  it('a router that never says is waited for no longer than the call may take', async () => {
    await using world = await openRouted(never, ['auto']);
    asked = 0;
    const answer = await world.ask();
    expect([answer.status, asked]).toEqual([504, 1]);
    expect(await answer.json()).toMatchObject({ error: { code: 'deadline_exceeded' } });
  });

  it('a caller that leaves meanwhile leaves nothing behind, and the gateway closes', async () => {
    await using world = await openRouted(never, ['auto']);
    const abort = new AbortController();
    const answer = world.ask(abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await world.gateway.close();
    expect(world.gateway.stats().targets[0]).toMatchObject({ active: 0, waiting: 0 });
  });

  it('a router that names nobody is passed over for the next model, or the first failure is told', async () => {
    await using on = await openRouted(() => 'nobody', ['auto', 'well']);
    const answer = await on.ask();
    expect([answer.status, answer.headers.get('x-vector-model')]).toEqual([200, 'large']);
    await using none = await openRouted(() => 'nobody', ['auto']);
    const told = await none.ask();
    expect(await told.json()).toMatchObject({ error: { code: 'upstream_error' } });
  });
});
