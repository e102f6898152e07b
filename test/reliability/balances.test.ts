import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type BalanceEvent,
  createGateway,
  deepseek,
  defineUpstream,
  type Gateway,
  moonshot,
  openaiCompatible,
  openrouter,
  siliconflow,
  type Upstream,
  xai,
} from '@vector-engine/core';
import { type ManualClock, manualClock } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, passTime, until, wholeAnswer } from './support.ts';

interface Vendor extends AsyncDisposable {
  readonly origin: string;
  /** `GET /user/balance sk-one`: what was asked, and with which key. */
  readonly asked: string[];
}

type Accounts = (path: string, key: string) => unknown;

/** Answers questions, and what is asked about accounts as the test says: JSON, or a number for a status. */
async function startVendor(accounts: Accounts): Promise<Vendor> {
  const asked: string[] = [];
  const answer = ({ method, url = '', headers }: IncomingMessage, response: ServerResponse): void => {
    const key = (headers.authorization ?? '').slice('Bearer '.length);
    asked.push(`${String(method)} ${url} ${key}`);
    const found = method === 'GET' ? accounts(url, key) : undefined;
    const status = typeof found === 'number' ? found : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(method === 'GET' ? JSON.stringify(found) : wholeAnswer.body);
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface World {
  readonly gateway: Gateway;
  readonly clock: ManualClock;
  readonly events: BalanceEvent[];
  readonly logged: string[];
  readonly use: (count: number) => Promise<string[]>;
}

function open(upstream: Upstream, vendor: Vendor): World {
  const clock = manualClock();
  const logged: string[] = [];
  const log = (fields: object, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const gateway = createGateway({
    upstreams: { paid: upstream },
    models: { chat: 'paid/model' },
    open: true,
    random: () => 0.5,
    logger: { debug: log, info: log, warn: log, error: log },
    clock,
  });
  const events: BalanceEvent[] = [];
  gateway.on('balance', (event) => events.push(event));
  const use = async (count: number): Promise<string[]> => {
    const before = vendor.asked.length;
    for (let index = 0; index < count; index++) {
      const response = await passTime(clock, ask(gateway), 1);
      await response.arrayBuffer();
    }
    return vendor.asked
      .slice(before)
      .filter((each) => each.startsWith('POST'))
      .map((each) => each.split(' ')[2] ?? '');
  };
  return { gateway, clock, events, logged, use };
}

/** Moves time on, and waits until so many balances were read in all. */
async function read(world: World, milliseconds: number, isRead: () => boolean): Promise<void> {
  await world.clock.advance(milliseconds);
  await until(isRead, 'the balances are read');
  await world.clock.advance(0);
}

const apiKey = 'sk-one';
const soon = 1000;
const nothing = (): void => {};

describe('what vendors tell of their accounts', () => {
  const inDollars = { left: 12.5, currency: 'USD' };
  it.each<
    [
      string,
      (origin: string) => Upstream,
      Record<string, unknown>,
      { left: number; currency: string | undefined; state?: 'empty' },
    ]
  >([
    [
      'DeepSeek',
      (origin) => deepseek({ apiKey, baseURL: `${origin}/v1`, balance: true }),
      {
        '/user/balance': {
          is_available: true,
          balance_infos: [
            { currency: 'USD', total_balance: '0.00', granted_balance: '0.00', topped_up_balance: '0.00' },
            {
              currency: 'CNY',
              total_balance: '110.00',
              granted_balance: '10.00',
              topped_up_balance: '100.00',
            },
          ],
        },
      },
      { left: 110, currency: 'CNY' },
    ],
    [
      'DeepSeek with too little for a call',
      (origin) => deepseek({ apiKey, baseURL: origin, balance: { low: 0 } }),
      {
        '/user/balance': {
          is_available: false,
          balance_infos: [{ currency: 'USD', total_balance: '0.01', granted_balance: '0.01' }],
        },
      },
      { left: 0, currency: 'USD', state: 'empty' },
    ],
    [
      'Moonshot',
      (origin) => moonshot({ apiKey, baseURL: `${origin}/v1`, balance: true }),
      {
        '/v1/users/me/balance': {
          code: 0,
          data: { available_balance: 12.5, voucher_balance: 10, cash_balance: 2.5 },
          scode: '0x0',
          status: true,
        },
      },
      inDollars,
    ],
    [
      'OpenRouter with a limit of the key',
      (origin) => openrouter({ apiKey, baseURL: `${origin}/api/v1`, balance: true }),
      {
        '/api/v1/key': { data: { label: 'sk', limit: 20, limit_remaining: 12.5, usage: 7.5 } },
        '/api/v1/credits': 403,
      },
      inDollars,
    ],
    [
      'OpenRouter with the credits of the account',
      (origin) => openrouter({ apiKey, baseURL: `${origin}/api/v1`, balance: true }),
      {
        '/api/v1/key': { data: { label: 'sk', limit: null, limit_remaining: null, usage: 7.5 } },
        '/api/v1/credits': { data: { total_credits: 20, total_usage: 7.5 } },
      },
      inDollars,
    ],
    [
      'SiliconFlow',
      (origin) => siliconflow({ apiKey, baseURL: `${origin}/v1`, balance: true }),
      {
        '/v1/user/info': {
          code: 20_000,
          message: 'OK',
          status: true,
          data: { id: 'user', balance: '0.50', chargeBalance: '12.00', totalBalance: '12.50' },
        },
      },
      inDollars,
    ],
    [
      'an aggregator',
      (origin) => openaiCompatible({ apiKey, baseURL: `${origin}/v1`, balance: { shape: 'billing' } }),
      {
        '/v1/dashboard/billing/subscription': { object: 'billing_subscription', hard_limit_usd: 20 },
        '/v1/dashboard/billing/usage?start_date=2025-09-24&end_date=2026-01-02': {
          object: 'list',
          total_usage: 750,
        },
      },
      inDollars,
    ],
    [
      'any other, by a function',
      (origin) =>
        defineUpstream({
          vendor: 'stepfun',
          apiKey,
          baseURL: `${origin}/v1`,
          balance: { path: '/accounts', read: (answer) => ({ left: Number(Object(answer).balance) }) },
        }),
      { '/v1/accounts': { object: 'account', type: 'prepaid', balance: 12.5 } },
      { left: 12.5, currency: undefined },
    ],
  ])('%s', async (_, make, accounts, expected) => {
    await using vendor = await startVendor((path) => accounts[path] ?? 404);
    const world = open(make(vendor.origin), vendor);
    await using gateway = world.gateway;
    expect(gateway.stats().balances).toEqual([]);
    await read(world, soon, () => gateway.stats().balances.length === 1);
    const [balance] = gateway.stats().balances;
    expect(balance).toEqual({
      upstream: 'paid',
      key: 0,
      state: 'fine',
      ...expected,
      readAt: world.clock.now(),
    });
    expect(vendor.asked).toEqual(Object.keys(accounts).map((path) => `GET ${path} sk-one`));
    expect(world.events).toHaveLength(expected.state === undefined ? 0 : 1);
  });
});

/** As Moonshot tells it. */
const info = (left: number): unknown => ({ data: { available_balance: left } });

describe('a key whose account is empty', () => {
  it('is passed over until a later reading, with an event for every change', async () => {
    const left: Record<string, number> = { 'sk-one': 100, 'sk-two': 100 };
    await using vendor = await startVendor((_, key) => info(left[key] ?? 0));
    const baseURL = `${vendor.origin}/v1`;
    const world = open(
      moonshot({ apiKey: ['sk-one', 'sk-two'], baseURL, balance: { every: 60_000, low: 10 } }),
      vendor,
    );
    await using gateway = world.gateway;
    let readings = 0;
    const next = async (milliseconds = 60_000): Promise<void> => {
      readings += 2;
      await read(
        world,
        milliseconds,
        () => vendor.asked.filter((each) => each.startsWith('GET')).length === readings,
      );
      await until(
        () =>
          gateway
            .stats()
            .balances.every(({ key, left: known }) => known === left[`sk-${key === 0 ? 'one' : 'two'}`]),
        'known',
      );
    };
    await next(soon);
    expect(await world.use(4)).toEqual(['sk-one', 'sk-two', 'sk-one', 'sk-two']);
    left['sk-one'] = 5;
    await next();
    expect(await world.use(4)).toEqual(['sk-one', 'sk-two', 'sk-one', 'sk-two']);
    left['sk-one'] = 0;
    await next();
    expect(await world.use(3)).toEqual(['sk-two', 'sk-two', 'sk-two']);
    expect(gateway.stats().targets[0]).toMatchObject({ restingKeys: 1 });
    left['sk-one'] = 50;
    await next();
    expect(new Set(await world.use(4))).toEqual(new Set(['sk-one', 'sk-two']));
    expect(world.events).toEqual([
      { upstream: 'paid', key: 0, state: 'low', left: 5, currency: 'USD' },
      { upstream: 'paid', key: 0, state: 'empty', left: 0, currency: 'USD' },
      { upstream: 'paid', key: 0, state: 'fine', left: 50, currency: 'USD' },
    ]);
    expect(JSON.stringify([gateway.stats(), world.events, world.logged])).not.toContain('sk-');
  });

  it('is tried all the same where there is no other: the reading may be old', async () => {
    await using vendor = await startVendor(() => info(0));
    const world = open(moonshot({ apiKey, baseURL: `${vendor.origin}/v1`, balance: true }), vendor);
    await using gateway = world.gateway;
    await read(world, soon, () => gateway.stats().balances.length === 1);
    expect(world.events).toMatchObject([{ state: 'empty' }]);
    expect(await world.use(1)).toEqual(['sk-one']);
  });

  it('another target is asked first', async () => {
    await using vendor = await startVendor(() => info(0));
    await using other = await startVendor(() => 404);
    const clock = manualClock();
    await using gateway = createGateway({
      upstreams: {
        paid: moonshot({ apiKey, baseURL: `${vendor.origin}/v1`, balance: true }),
        other: openaiCompatible({ baseURL: `${other.origin}/v1` }),
      },
      models: { chat: ['paid/kimi-k2.5', 'other/kimi-k2.5'] },
      open: true,
      clock,
    });
    await clock.advance(soon);
    await until(() => gateway.stats().balances.length === 1, 'read');
    const response = await passTime(clock, ask(gateway), 1);
    expect(response.headers.get('x-vector-upstream')).toBe('other');
    await response.arrayBuffer();
  });
});

describe('a balance that cannot be read', () => {
  it.each<[string, unknown, string]>([
    ['is refused', 401, 'does not say what is left'],
    ['is not what it should be', { data: { available_balance: 'plenty' } }, 'does not say what is left'],
    ['is null', { data: null }, 'does not say what is left'],
    ['is endless', { data: 'x'.repeat(100_000) }, 'the answer is too long'],
    ['is no JSON', undefined, 'the answer is not JSON'],
  ])('changes nothing but the log when it %s', async (_, answer, reason) => {
    let isWell = true;
    await using vendor = await startVendor(() => (isWell ? { data: { available_balance: 0 } } : answer));
    const world = open(
      moonshot({ apiKey: ['sk-one', 'sk-two'], baseURL: `${vendor.origin}/v1`, balance: true }),
      vendor,
    );
    await using gateway = world.gateway;
    await read(world, soon, () => gateway.stats().balances.length === 2);
    const before = gateway.stats().balances;
    isWell = false;
    await world.clock.advance(600_000);
    await until(() => world.logged.length === 2, 'both are logged');
    expect(gateway.stats().balances).toEqual(before);
    for (const line of world.logged) {
      expect(line).toContain('the balance of an account cannot be read');
      expect(line).toContain(reason);
      expect(line).not.toContain('sk-');
    }
    // It is read again after the usual time.
    isWell = true;
    const readings = vendor.asked.length;
    await world.clock.advance(600_000);
    await until(() => vendor.asked.length === readings + 2, 'read again');
  });

  it('is given up after a while when it does not come, and when the gateway closes', async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const clock = manualClock();
    const logged: string[] = [];
    const log = (_: object, message: string): void => void logged.push(message);
    const gateway = createGateway({
      upstreams: {
        paid: moonshot({ apiKey, baseURL: `http://127.0.0.1:${port}/v1`, balance: { every: 60_000 } }),
      },
      models: { chat: 'paid/model' },
      open: true,
      random: () => 0.5,
      logger: { debug: log, info: log, warn: log, error: log },
      clock,
    });
    const connections = (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    await clock.advance(soon);
    await expect.poll(connections).toBe(1);
    await clock.advance(16_000);
    await until(() => logged.length === 1, 'it is given up');
    await clock.advance(61_000);
    await expect.poll(connections).toBe(1);
    await gateway.close();
    await expect.poll(connections).toBe(0);
    expect(logged).toHaveLength(1);
    expect(clock.pending).toBe(0);
    server.close();
  });

  it('is given up, too, where the function for the key never answers, and read again later', async () => {
    const clock = manualClock();
    const warned: unknown[] = [];
    let asked = 0;
    const never = (): Promise<string> => {
      asked++;
      return new Promise(() => {});
    };
    await using _ = createGateway({
      open: true,
      clock,
      upstreams: { vendor: deepseek({ apiKey: never, balance: { every: 60_000 } }) },
      models: { chat: 'vendor/deepseek-chat' },
      logger: { debug: nothing, info: nothing, warn: (fields) => void warned.push(fields), error: nothing },
    });
    await clock.advance(200_000);
    expect(asked).toBeGreaterThan(1);
    expect(warned).toContainEqual({ upstream: 'vendor', reason: 'it took too long to get the key' });
  });
});

describe('the option', () => {
  const baseURL = 'http://127.0.0.1:1/v1';
  it.each<[string, () => unknown, RegExp]>([
    [
      'a vendor that tells nothing',
      () => xai({ apiKey, balance: true }),
      /xai: it is not known how .* balance: \{ shape \}/,
    ],
    [
      'an interval in seconds',
      () => deepseek({ apiKey, balance: { every: 60 } }),
      /balance\.every is 60; .* 1000 or more/,
    ],
    ['a negative amount', () => deepseek({ apiKey, balance: { low: -1 } }), /balance\.low is -1/],
    [
      'a shape that is none',
      () => openaiCompatible({ baseURL, balance: { shape: 'paypal' as 'billing' } }),
      /one of billing, deepseek/,
    ],
    [
      'shape and read',
      () => openaiCompatible({ baseURL, balance: { shape: 'billing', path: '/x' } }),
      /not both/,
    ],
    [
      'a path without read',
      () => openaiCompatible({ baseURL, balance: { path: '/x' } }),
      /balance: \{ path, read \}/,
    ],
    [
      'an address elsewhere',
      () => openaiCompatible({ baseURL, balance: { path: 'https://x', read: () => undefined } }),
      /below the base URL/,
    ],
    [
      'a word that is mistyped',
      () => deepseek({ apiKey, balance: { evry: 1 } as object }),
      /no option "evry"/,
    ],
  ])('%s is told at construction', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
