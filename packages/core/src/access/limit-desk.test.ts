import { type ManualClock, manualClock } from '@vector-engine/testing';
import { expect, test, vi } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { LimitStore } from '../protocol/limits.ts';
import type { Admission } from './admission.ts';
import type { LimitTrouble } from './guarded-limits.ts';
import { LimitDesk } from './limit-desk.ts';
import type { LimitSettings } from './limit-settings.ts';
import { memoryLimits } from './memory-limits.ts';

const noLimits: LimitSettings = {
  gateway: undefined,
  tenant: undefined,
  principal: undefined,
  key: undefined,
  models: new Map(),
  paths: new Map(),
  store: undefined,
};

function setUp(settings: Partial<LimitSettings>) {
  const clock: ManualClock = manualClock();
  const onTrouble = vi.fn<LimitTrouble>();
  const desk = new LimitDesk({ settings: { ...noLimits, ...settings }, clock, lease: 60_000, onTrouble });
  return { clock, desk, onTrouble };
}

function opened(admission: Admission | undefined): Admission {
  if (admission === undefined) throw new Error('nothing limits this caller');
  return admission;
}

/** The details of the refusal, or undefined. */
async function refusal(entering: Promise<void> | undefined): Promise<unknown> {
  try {
    await entering;
    return undefined;
  } catch (error) {
    if (GatewayError.isInstance(error) && error.code === 'VE_RATE_LIMITED') return error.details;
    throw error;
  }
}

const withKey = (key: string) => ({ tenant: 'acme', id: key, key, limits: { rpm: 1 } });

const alice = { tenant: 'acme', id: 'alice' };
const bob = { tenant: 'acme', id: 'bob' };

test('where nothing limits a caller there is nothing', () => {
  const { desk } = setUp({});
  expect(desk.open(undefined)).toBeUndefined();
  expect(desk.open(alice)).toBeUndefined();
  expect(desk.open({ ...alice, limits: { rpm: 1 } })).toBeDefined();
});

test('requests of a minute are counted, and the one too many is told of which limit, whose, and when to come back', async () => {
  const { desk, clock } = setUp({ tenant: { rpm: 2 } });
  for (const who of [alice, bob]) await opened(desk.open(who)).enter();
  await clock.advance(10_000);
  expect(await refusal(opened(desk.open(alice)).enter())).toEqual({
    rateLimit: { counted: 'rpm', of: 'tenant', limit: 2, remaining: 0 },
    retryAfter: 50_000,
  });
  expect(await refusal(opened(desk.open({ tenant: 'other' })).enter())).toBeUndefined();
  await clock.advance(50_000);
  expect(await refusal(opened(desk.open(alice)).enter())).toBeUndefined();
});

test('a day that is used up is no use to ask for again by itself', async () => {
  const { desk } = setUp({ gateway: { rpd: 1 } });
  await opened(desk.open(undefined)).enter();
  expect(await refusal(opened(desk.open(undefined)).enter())).toMatchObject({
    rateLimit: { of: 'gateway', counted: 'rpd' },
    retryAfter: 86_400_000,
    isFinal: true,
  });
});

test("a caller's own limits and those of each count as one, the smaller of both", async () => {
  const { desk, clock } = setUp({ principal: { rpm: 5, rpd: 10 } });
  const admission = opened(desk.open({ ...alice, limits: { rpm: 1, tpm: 7 } }));
  await admission.enter();
  expect(admission.tell({}, 'openai-chat', clock.now())).toEqual({
    'x-ratelimit-limit-requests': '1',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '1m0s',
  });
  expect(await refusal(opened(desk.open({ ...alice, limits: { rpm: 1 } })).enter())).toMatchObject({
    rateLimit: { of: 'principal' },
  });
  expect(await refusal(opened(desk.open(bob)).enter())).toBeUndefined();
});

test('what a key says holds for the key, whoever has it', async () => {
  const { desk } = setUp({ key: { rpm: 5 } });
  await opened(desk.open(withKey('key_1'))).enter();
  expect(await refusal(opened(desk.open(withKey('key_1'))).enter())).toMatchObject({
    rateLimit: { of: 'key', limit: 1 },
  });
  expect(await refusal(opened(desk.open(withKey('key_2'))).enter())).toBeUndefined();
});

test('a path holds for all that is at it and below it, and for nothing that only begins like it', async () => {
  const { desk } = setUp({ paths: new Map([['acme/research', { rpm: 1 }]]) });
  const at = (path: string) => opened(desk.open({ tenant: 'acme', path })).enter();
  await at('acme/research/alice');
  expect(await refusal(at('acme/research'))).toMatchObject({
    rateLimit: { of: 'path', name: 'acme/research' },
  });
  expect(await refusal(at('acme/research2'))).toBeUndefined();
  expect(await refusal(at('acme'))).toBeUndefined();
});

test('one that is refused by one limit has taken nothing of the others', async () => {
  const { desk } = setUp({ tenant: { rpm: 2 }, principal: { rpm: 1 } });
  await opened(desk.open(alice)).enter();
  await refusal(opened(desk.open(alice)).enter());
  expect(await refusal(opened(desk.open(bob)).enter())).toBeUndefined();
});

test('places are free again once each call is over, however often it is said', async () => {
  const { desk, clock } = setUp({ principal: { concurrency: 1, rpm: 10 } });
  const first = opened(desk.open(alice));
  await first.enter();
  const second = opened(desk.open(alice));
  expect(await refusal(second.enter())).toEqual({
    rateLimit: { counted: 'concurrency', of: 'principal', limit: 1, remaining: 0 },
    retryAfter: 1000,
  });
  second.leave();
  expect(await refusal(opened(desk.open(alice)).enter())).toBeDefined();
  first.leave();
  const third = opened(desk.open(alice));
  await third.enter();
  first.leave();
  expect(await refusal(opened(desk.open(alice)).enter())).toBeDefined();
  expect(third.tell({}, 'openai-chat', clock.now())).toMatchObject({ 'x-ratelimit-remaining-requests': '8' });
});

test('who has gone before a place was found leaves none taken, and no tokens', async () => {
  const store = memoryLimits();
  const { desk } = setUp({ principal: { concurrency: 1, tpm: 10 }, store });
  const gone = opened(desk.open(alice));
  const entering = gone.enter();
  gone.leave();
  await entering;
  const next = opened(desk.open(alice));
  await next.enter();
  const taking = next.takeTokens('chat', 10);
  next.leave();
  await taking;
  const last = opened(desk.open(alice));
  await last.enter();
  expect(await refusal(last.takeTokens('chat', 10))).toBeUndefined();
});

test('tokens are taken by estimate and counted as they were used', async () => {
  const { desk, clock } = setUp({ tenant: { tpm: 1000 } });
  const admission = opened(desk.open(alice));
  await admission.takeTokens('chat', 600);
  const refused = opened(desk.open(bob));
  expect(await refusal(refused.takeTokens('chat', 500))).toMatchObject({
    rateLimit: { counted: 'tpm', limit: 1000, remaining: 400 },
  });
  expect(refused.tell({}, 'openai-responses', clock.now())).toEqual({
    'x-ratelimit-limit-tokens': '1000',
    'x-ratelimit-remaining-tokens': '400',
    'x-ratelimit-reset-tokens': '1m0s',
  });
  await clock.advance(1000);
  admission.settleTokens(100);
  admission.settleTokens(0);
  const next = opened(desk.open(bob));
  await next.takeTokens('chat', 900);
  expect(next.tell({}, 'openai-chat', clock.now())).toMatchObject({ 'x-ratelimit-remaining-tokens': '0' });
  next.settleTokens(0);
  expect(await refusal(opened(desk.open(bob)).takeTokens('chat', 900))).toBeUndefined();
});

test('a first call is let through whatever it is thought to need, and counted as it was', async () => {
  const { desk } = setUp({ tenant: { tpm: 1000 } });
  const first = opened(desk.open(alice));
  await first.takeTokens('chat', 128_000);
  expect(await refusal(opened(desk.open(alice)).takeTokens('chat', 1))).toBeDefined();
  first.settleTokens(300);
  expect(await refusal(opened(desk.open(alice)).takeTokens('chat', 700))).toBeUndefined();
});

test('what was used beyond the limit is counted, too', async () => {
  const { desk, clock } = setUp({ tenant: { tpm: 100 } });
  const first = opened(desk.open(alice));
  await first.takeTokens('chat', 10);
  first.settleTokens(500);
  expect(await refusal(opened(desk.open(alice)).takeTokens('chat', 0))).toBeDefined();
  await clock.advance(60_000);
  expect(await refusal(opened(desk.open(alice)).takeTokens('chat', 1))).toBeUndefined();
});

test('what is given back after its window has ended is no gift to the next', async () => {
  const { desk, clock } = setUp({ tenant: { tpm: 100 } });
  const long = opened(desk.open(alice));
  await long.takeTokens('chat', 100);
  await clock.advance(60_000);
  await opened(desk.open(bob)).takeTokens('chat', 90);
  long.settleTokens(0);
  expect(await refusal(opened(desk.open(bob)).takeTokens('chat', 20))).toBeDefined();
});

test('a model is limited for all together, or for each', async () => {
  const models = new Map([
    ['all', { rpm: 1, per: undefined }],
    ['each', { rpm: 1, concurrency: 1, per: 'tenant' as const }],
  ]);
  const { desk } = setUp({ models });
  const other = { tenant: 'other' };
  const ask = (who: { tenant: string }, model: string) => opened(desk.open(who)).takeTokens(model, 5);
  await ask(alice, 'all');
  expect(await refusal(ask(other, 'all'))).toMatchObject({ rateLimit: { of: 'model', name: 'all' } });
  await ask(alice, 'each');
  expect(await refusal(ask(other, 'each'))).toBeUndefined();
  expect(await refusal(ask(bob, 'each'))).toMatchObject({ rateLimit: { of: 'model', name: 'each' } });
  expect(ask(alice, 'free')).toBeUndefined();
});

test('where a model has no place, what it counted is given back', async () => {
  const models = new Map([['chat', { rpm: 2, concurrency: 1, per: undefined }]]);
  const { desk } = setUp({ models, tenant: { tpm: 100 } });
  const first = opened(desk.open(alice));
  await first.takeTokens('chat', 50);
  expect(await refusal(opened(desk.open(alice)).takeTokens('chat', 50))).toMatchObject({
    rateLimit: { counted: 'concurrency', of: 'model' },
  });
  first.leave();
  expect(await refusal(opened(desk.open(alice)).takeTokens('chat', 50))).toBeUndefined();
});

test('two hundred calls at once on a limit of fifty: fifty', async () => {
  const { desk } = setUp({ tenant: { rpm: 50, concurrency: 60 }, gateway: { rpm: 1000 } });
  const found = await Promise.all(
    Array.from({ length: 200 }, () => refusal(opened(desk.open(alice)).enter())),
  );
  expect(found.filter((details) => details === undefined)).toHaveLength(50);
});

test('a store that is down is told once; this process counts for itself until it is well again', async () => {
  const clock = manualClock();
  const store = memoryLimits({ clock });
  let isDown = true;
  const failing: LimitStore = {
    take: (takes) => (isDown ? Promise.reject(new Error('down')) : store.take(takes)),
    adjust: (changes) => store.adjust(changes),
    enter: (places, id, lease) => store.enter(places, id, lease),
    leave: (places, id) => store.leave(places, id),
    close: () => store.close(),
  };
  const onTrouble = vi.fn<LimitTrouble>();
  const settings = { ...noLimits, tenant: { rpm: 2 }, store: failing };
  const desk = new LimitDesk({ settings, clock, lease: 1000, onTrouble });
  const enter = () => refusal(opened(desk.open(alice)).enter());
  expect([await enter(), await enter(), await enter()].map((details) => details === undefined)).toEqual([
    true,
    true,
    false,
  ]);
  expect(onTrouble.mock.calls).toEqual([['failing', 'down']]);
  isDown = false;
  expect(await enter()).toBeDefined();
  await clock.advance(5000);
  expect(await enter()).toBeUndefined();
  expect(onTrouble.mock.calls).toEqual([['failing', 'down'], ['well']]);
});

test('a store that hangs is waited for a second, once; what it does too late is undone', async () => {
  const clock = manualClock();
  const store = memoryLimits({ clock });
  const hung: (() => void)[] = [];
  const slow = <Result>(act: () => Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      hung.push(() => void act().then(resolve, reject));
    });
  const hanging: LimitStore = {
    take: (takes) => slow(() => store.take(takes)),
    adjust: (changes) => store.adjust(changes),
    enter: (places, id, lease) => slow(() => store.enter(places, id, lease)),
    leave: (places, id) => store.leave(places, id),
    close: () => store.close(),
  };
  const onTrouble = vi.fn<LimitTrouble>();
  const settings = { ...noLimits, tenant: { rpm: 5, concurrency: 5 }, store: hanging };
  const desk = new LimitDesk({ settings, clock, lease: 100_000, onTrouble });
  const onIn = vi.fn<() => void>();
  const entering = opened(desk.open(alice)).enter()?.then(onIn);
  await clock.advance(999);
  expect(onIn).not.toHaveBeenCalled();
  await clock.advance(1);
  await entering;
  await opened(desk.open(alice)).enter();
  expect(onTrouble.mock.calls).toEqual([
    ['failing', 'the store of limits took longer than 1000 milliseconds'],
  ]);
  for (const act of hung.splice(0)) act();
  await clock.advance(0);
  const [counter] = [{ key: 'rpm tenant acme', limit: 5, window: 60_000, amount: 0 }];
  expect(await store.take([counter])).toMatchObject({ states: [{ remaining: 5 }] });
  expect(clock.pending).toBe(0);
});

test.each([
  ['no states', { refusedBy: -1, states: [] }],
  ['a place that is not there', { refusedBy: 7, states: [{ remaining: 0, resetsAfter: 0 }] }],
  ['no numbers', { refusedBy: -1, states: [{ remaining: Number.NaN, resetsAfter: 0 }] }],
])('a store that gives %s has failed', async (_, taking) => {
  const clock = manualClock();
  const store = { ...noStore, take: () => Promise.resolve(taking) };
  const onTrouble = vi.fn<LimitTrouble>();
  const desk = new LimitDesk({
    settings: { ...noLimits, tenant: { rpm: 1 }, store },
    clock,
    lease: 1000,
    onTrouble,
  });
  await opened(desk.open(alice)).enter();
  expect(onTrouble).toHaveBeenCalledWith('failing', expect.stringContaining('the store of limits gave'));
  expect(await refusal(opened(desk.open(alice)).enter())).toBeDefined();
});

const noStore: LimitStore = {
  take: () => Promise.reject(new Error('unused')),
  adjust: () => Promise.resolve(),
  enter: () => Promise.resolve(-1),
  leave: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
