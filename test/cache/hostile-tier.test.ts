import type { CacheFinding, CacheSelection, CacheTier } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { cacheOf, openWorld, question, read, settle } from './world.ts';

/** Keeps one entry, and gives it to everybody who asks. */
class OneForAll implements CacheTier {
  entry: Uint8Array | undefined;
  /** What the next reply waits for. */
  late: Promise<void> | undefined;

  async get(): Promise<CacheFinding> {
    const { entry } = this;
    await this.late;
    return { entry, generation: 'same' };
  }

  set(_key: unknown, entry: Uint8Array): Promise<void> {
    this.entry = entry;
    return Promise.resolve();
  }

  delete(): Promise<boolean> {
    return Promise.resolve(false);
  }

  invalidate(): Promise<void> {
    return Promise.resolve();
  }
}

const other = { ...question, seed: 7 };

/** The entry with some members of its head replaced. */
function forge(entry: Uint8Array, own: object): Uint8Array {
  const all = Buffer.from(entry);
  const end = 4 + all.readUInt32BE(0);
  const given: unknown = JSON.parse(all.toString('utf8', 4, end));
  const head = Buffer.from(JSON.stringify({ ...Object(given), ...own }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, all.subarray(end)]);
}

/** What a gateway has put into a tier for `question`. */
async function keep(tier: OneForAll): Promise<Uint8Array> {
  await using world = await openWorld({ cache: { tier } });
  await read(world.ask());
  if (tier.entry === undefined) throw new Error('nothing was kept');
  return tier.entry;
}

test("a tier that mixes up its replies gives nobody another's answer", async () => {
  const tier = new OneForAll();
  await keep(tier);
  await using world = await openWorld({ cache: { tier } });
  for (const [body, tenant] of [
    [other, 'acme'],
    [question, 'zeta'],
  ] as const) {
    await keep(tier);
    const { response } = await read(world.ask(body, { headers: { 'x-tenant': tenant } }));
    expect([response.status, cacheOf(response)]).toEqual([200, 'miss']);
  }
  await keep(tier);
  expect(cacheOf((await read(world.ask())).response)).toBe('hit');
});

test.each<[string, object]>([
  ['a line break in a header', { headers: { 'content-type': 'a\r\nset-cookie: b' } }],
  ['a header that is no text', { headers: { 'content-type': 1 } }],
  ['a line break in the name of an upstream', { target: { upstream: 'a\r\nb: c', model: 'gpt-4o' } }],
  ['an upstream that no header can hold', { target: { upstream: '漢', model: 'gpt-4o' } }],
  ['a cost below nothing', { cost: -5 }],
  ['events that end between two bytes', { isStream: true, ends: [0.5], offsets: [0] }],
  ['a time before all times', { storedAt: -1 }],
  ['another status', { status: 500 }],
])('%s in a tier is a miss', async (_what, own) => {
  const tier = new OneForAll();
  const entry = await keep(tier);
  await using world = await openWorld({ cache: { tier } });
  tier.entry = forge(entry, own);
  const { response } = await read(world.ask());
  expect([response.status, cacheOf(response)]).toEqual([200, 'miss']);
  expect(world.stats().saved).toBeGreaterThanOrEqual(0);
});

test('of the headers in a tier only those are given that the gateway keeps itself', async () => {
  const tier = new OneForAll();
  const entry = await keep(tier);
  await using world = await openWorld({ cache: { tier } });
  const headers = {
    'content-type': 'application/json',
    'set-cookie': 'a=b',
    'transfer-encoding': 'chunked',
    'a b': 'c',
  };
  tier.entry = forge(entry, { headers });
  const { response } = await read(world.ask());
  expect([response.status, cacheOf(response)]).toEqual([200, 'hit']);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.has('set-cookie')).toBe(false);
  expect(response.headers.has('transfer-encoding')).toBe(false);
});

test('what is invalidated while a tier looks for it is not given', async () => {
  const tier = new OneForAll();
  await keep(tier);
  await using world = await openWorld({ cache: { tier } });
  const { promise, resolve } = Promise.withResolvers<void>();
  tier.late = promise;
  const asked = world.ask(question, { headers: { 'cache-control': 'only-if-cached' } });
  await settle();
  await world.gateway.cache.invalidate();
  resolve();
  expect((await asked).status).toBe(504);
  expect(world.stats().entries).toBe(0);
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['returns a promise', () => Promise.resolve()],
  [
    'returns what throws',
    () => () => {
      throw new Error('no');
    },
  ],
])('a tier whose onInvalidate %s keeps no gateway from starting, nor from closing', async (_what, act) => {
  const onInvalidate = act as unknown as (listener: (selection: CacheSelection) => void) => () => void;
  const tier = Object.assign(new OneForAll(), { onInvalidate });
  const world = await openWorld({ cache: { tier } });
  expect((await read(world.ask())).response.status).toBe(200);
  await expect(world[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
