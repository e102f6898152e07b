import {
  createGateway,
  type Ledger,
  type LedgerEntry,
  memoryLedger,
  openai,
  type Upstream,
} from '@vector-engine/core';
import { manualClock, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { at } from '../redaction/faces.ts';
import { chat, openWorld, question, rowsOf, until, type WorldOptions } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: ['sk-1', 'sk-2'], baseURL });
const steady = { ...question, temperature: 0 };

/** What a row says of each kind of end. */
interface Ending {
  readonly name: string;
  readonly options?: Partial<WorldOptions>;
  readonly path?: string;
  readonly body?: object;
  readonly user?: string;
  readonly before?: (upstream: SimulatedUpstream) => void;
  readonly row: object;
}

const ann = { tenant: 'acme', path: 'acme/ann', principal: 'ann', tags: ['eu', 'nightly'] };

const endings: readonly Ending[] = [
  {
    name: 'an answer',
    row: {
      ...ann,
      model: 'made',
      served: 'gpt-4o',
      upstream: 'only',
      upstreamKey: expect.stringMatching(/^#[12]$/),
      operation: 'chat',
      status: 200,
      error: undefined,
      attempts: 1,
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
      cost: expect.any(Number),
      priceSource: 'options',
      isEstimated: false,
      cache: undefined,
      stream: false,
    },
  },
  {
    name: 'a stream',
    body: { ...question, stream: true },
    row: {
      ...ann,
      status: 200,
      stream: true,
      cost: expect.any(Number),
      firstByteMilliseconds: expect.any(Number),
    },
  },
  {
    name: 'a model that is not the caller’s',
    user: 'bob',
    row: {
      principal: 'bob',
      status: 403,
      error: 'VE_FORBIDDEN',
      model: 'made',
      attempts: 0,
      cost: undefined,
    },
  },
  {
    name: 'a model that there is not',
    body: { ...question, model: 'no such' },
    row: { ...ann, status: 404, error: 'VE_MODEL_NOT_FOUND', model: 'no such', upstream: undefined },
  },
  {
    name: 'a body that is none',
    body: { messages: 7 },
    row: { ...ann, status: 400, error: 'VE_PARAMETER_MISSING', attempts: 0 },
  },
  {
    name: 'a limit',
    options: { limits: { principal: { rpm: 1 } } },
    row: { ...ann, status: 429, error: 'VE_RATE_LIMITED', attempts: 0 },
  },
  {
    name: 'a budget, in Anthropic’s words',
    options: { budgets: { acme: { limit: 0 } } },
    path: '/v1/messages',
    body: { ...question, max_tokens: 50 },
    row: { ...ann, status: 402, error: 'VE_BUDGET_EXCEEDED', model: 'made', attempts: 0, cost: undefined },
  },
  {
    name: 'what the upstream refuses',
    before: (upstream) => upstream.fail({ type: 'status', status: 400 }),
    row: { ...ann, status: 400, error: 'VE_UPSTREAM_STATUS', upstream: 'only', attempts: 1 },
  },
  {
    name: 'an upstream that is down',
    before: (upstream) => upstream.fail({ type: 'reset-before-headers' }),
    row: { ...ann, status: 502, upstream: 'only', error: expect.stringMatching(/^VE_UPSTREAM_/) },
  },
  {
    name: 'a call in the vendor’s own words',
    options: { native: ['only'] },
    path: '/only/v1/chat/completions',
    body: { ...question, model: 'gpt-4o' },
    row: {
      ...ann,
      status: 200,
      operation: 'native',
      upstream: 'only',
      attempts: 1,
      inputTokens: expect.any(Number),
    },
  },
];

describe('a row says how it ended', () => {
  test.each(endings.map((ending) => [ending.name, ending] as const))(
    '%s',
    async (_, { options = {}, path = chat, body = question, user = 'ann', before, row }) => {
      await using upstream = await simulatedOpenAI();
      await using world = openWorld({
        upstreams: { only: reach(upstream) },
        people: (id) =>
          id === 'nobody'
            ? undefined
            : { tenant: 'acme', id, ...(id === 'bob' ? { models: ['other'] } : {}) },
        ...options,
      });
      const headers = { 'x-vector-tags': 'nightly, eu' };
      const isSecond = options.limits !== undefined;
      if (isSecond) await (await world.ask(path, body, { user, headers })).text();
      before?.(upstream);
      const response = await world.ask(path, body, { user, headers });
      await response.text();
      const rows = await rowsOf(world, isSecond ? 2 : 1);
      expect(rows.at(-1)).toMatchObject(row);
      expect(response.status).toBe(rows.at(-1)?.status);
      expect(response.headers.get('x-request-id')).toBe(rows.at(-1)?.id);
    },
  );

  test('a stranger leaves none', async () => {
    await using upstream = await simulatedOpenAI();
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      people: (id) => (id === 'nobody' ? undefined : { id }),
    });
    expect((await world.ask(chat, question, { user: 'nobody' })).status).toBe(401);
    await (await world.ask(chat, question, { user: 'ann' })).text();
    expect(await rowsOf(world, 1)).toMatchObject([{ principal: 'ann' }]);
  });

  test('a caller who left, and one who was served from the cache', async () => {
    await using upstream = await simulatedOpenAI();
    await using world = openWorld({ upstreams: { only: reach(upstream) }, cache: {} });
    await (await world.ask(chat, steady)).text();
    await until(() => (world.gateway.stats().cache?.entries ?? 0) > 0, 'it is kept');
    await (await world.ask(chat, steady)).text();
    upstream.fail({ type: 'hang' });
    const leaving = new AbortController();
    const asked = world.ask(chat, question, { signal: leaving.signal });
    await upstream.waitForRequests(2);
    leaving.abort();
    await asked.catch(() => {});
    expect(await rowsOf(world, 3)).toMatchObject([
      { cache: 'miss', status: 200, attempts: 1 },
      { cache: 'hit', status: 200, attempts: 0, cost: undefined, upstream: 'only' },
      { status: 499, error: 'VE_CLIENT_CLOSED', attempts: 1 },
    ]);
  });
});

test('nobody sees another’s figures', async () => {
  await using upstream = await simulatedOpenAI();
  await using gateway = createGateway({
    upstreams: { only: reach(upstream) },
    models: { made: 'only/gpt-4o' },
    keys: true,
    secret: 'a secret of 32 characters or more',
  });
  const [one, two, twin] = await Promise.all([
    gateway.keys.create({ name: 'one', path: 'acme/x' }),
    gateway.keys.create({ name: 'two', path: 'acme/x' }),
    gateway.keys.create({ name: 'one' }),
  ]);
  const send = (key: string, path: string, body?: object): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  for (const { key } of [one, one, two]) await (await send(key, chat, question)).text();
  const calls = async (key: string) => at(await (await send(key, '/v1/usage')).json(), 'total', 'calls');
  expect([await calls(one.key), await calls(two.key), await calls(twin.key)]).toEqual([2, 1, 0]);
});

/** A ledger that takes nothing until it is let. */
function stubborn(): Ledger & { isWell: boolean; readonly kept: LedgerEntry[] } {
  const real = memoryLedger({ entries: 1000 });
  const kept: LedgerEntry[] = [];
  const ledger = {
    ...real,
    accounts: real.accounts,
    keys: real.keys,
    kept,
    isWell: false,
    append: async (entries: readonly LedgerEntry[]) => {
      if (!ledger.isWell) throw new Error('the disk is full');
      kept.push(...entries);
    },
    query: real.query.bind(real),
    totals: real.totals.bind(real),
    prune: real.prune.bind(real),
    close: real.close.bind(real),
  };
  return ledger;
}

describe('a ledger that fails', () => {
  test('new requests wait where nothing may be lost, and nothing is', async () => {
    const clock = manualClock();
    const ledger = stubborn();
    await using upstream = await simulatedOpenAI({ clock });
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      ledger,
      clock,
      audit: { queue: 10, whenFull: 'block' },
    });
    let served = 0;
    const ask = async (): Promise<void> => {
      const response = await world.ask(chat, question);
      await response.text();
      served += response.status === 200 ? 1 : 0;
    };
    // Those that were let in before it was full are served.
    for (let call = 0; call < 10; call++) await ask();
    const late = Array.from({ length: 5 }, ask);
    await clock.advance(5000);
    expect(served).toBe(10);
    expect(world.log.some(([level]) => level === 'error')).toBe(true);
    ledger.isWell = true;
    for (let step = 0; step < 20; step++) await clock.advance(2000);
    await Promise.all(late);
    await clock.advance(20_000);
    expect(ledger.kept).toHaveLength(15);
    expect(world.gateway.stats().ledger).toEqual({ queued: 0, dropped: 0 });
  });

  test('what is dropped is counted', async () => {
    const clock = manualClock();
    const ledger = stubborn();
    await using upstream = await simulatedOpenAI({ clock });
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      ledger,
      clock,
      audit: { queue: 10, whenFull: 'drop' },
    });
    for (let call = 0; call < 30; call++) expect((await world.ask(chat, question)).status).toBe(200);
    const { dropped = 0, queued = 0 } = world.gateway.stats().ledger ?? {};
    expect(dropped).toBeGreaterThan(0);
    expect(dropped + queued).toBe(30);
    ledger.isWell = true;
    for (let step = 0; step < 20; step++) await clock.advance(2000);
    expect(ledger.kept).toHaveLength(30 - dropped);
  });
});

test.each([false, true])('where budgets cannot be read nothing is served; streamed: %s', async (stream) => {
  await using upstream = await simulatedOpenAI();
  const { accounts } = memoryLedger({ entries: 1 });
  let isGone = true;
  const guarded = new Proxy(accounts, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return isGone
        ? () => Promise.reject(new Error('the store is gone: password hunter2'))
        : (member.bind(target) as unknown);
    },
  });
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    accounts: guarded,
    budgets: { acme: { limit: 1 } },
  });
  const response = await world.ask(chat, { ...question, stream });
  const text = await response.text();
  expect([response.status, text.includes('hunter2')]).toEqual([503, false]);
  expect(upstream.requests).toHaveLength(0);
  // Who has no budget is served all the same.
  expect((await world.ask(chat, question, { user: 'other/eve' })).status).toBe(200);
  isGone = false;
  expect((await world.ask(chat, question)).status).toBe(200);
  const rows = await rowsOf(world, 3);
  expect(rows[0]).toMatchObject({ status: 503, error: 'VE_STORE_FAILED', attempts: 0 });
});
