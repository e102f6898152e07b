import { once } from 'node:events';
import { createServer } from 'node:net';
import type { HoldRequest, Ledger } from '@vector-engine/core';
import { type PostgresOptions, postgres, postgresLimits } from '@vector-engine/postgres';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { timeUntil } from '../redis/fleet.ts';
import { startSlowProxy } from '../redis/slow-proxy.ts';
import { type PostgresServer, postgresServer, startPostgres } from './postgres-server.ts';

const failed = { code: 'VE_STORE_FAILED' };
let holds = 0;

function wish(account: string): HoldRequest {
  const lines = [{ account, period: '2026-11', limit: 1000 }];
  return { id: `hold-${holds++}`, holder: undefined, amount: 10, minimum: 10, lines, expiresAt: 1e12 };
}

/** Everything that a ledger and its limits may be asked. */
function askAll(options: PostgresOptions): readonly (() => Promise<unknown>)[] {
  const ledger = postgres(options);
  const limits = postgresLimits(options);
  onTestFinished(async () => {
    await Promise.all([ledger.close(), limits.close()]);
  });
  const { accounts, keys } = ledger;
  const counter = { key: 'a', limit: 5, window: 1000 };
  return [
    () => accounts.hold(wish('all')),
    () => accounts.settle([{ id: 'a', cost: 1 }]),
    () => accounts.resize('a', 1),
    () => accounts.renew('a', 1),
    () => accounts.sweep(1),
    () => accounts.read([]),
    () => accounts.topUp('a', 1, 'a'),
    () => keys.findDigest('a'),
    () => keys.list({ limit: 1 }),
    () => ledger.query({}),
    () => ledger.totals({}, ['model']),
    () => ledger.content('a'),
    () => ledger.append([]),
    () => ledger.prune({ before: 1 }),
    () => limits.take([{ ...counter, amount: 1 }]),
    () => limits.adjust([{ ...counter, change: 1, endsWithin: 1000 }]),
    () => limits.enter([counter], 'a', 1000),
    () => limits.leave([counter], 'a'),
  ];
}

async function expectFailures(asks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const results = await Promise.allSettled(asks.map((ask) => ask()));
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: failed });
}

describe('a Postgres that is not there', () => {
  test('nobody listens: all that is asked is refused at once', async () => {
    const start = performance.now();
    await expectFailures(askAll({ connectionString: 'postgres://postgres@127.0.0.1:1/postgres' }));
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('somebody listens who never says a word: all that is asked is refused in time', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`;
    // A pool that somebody else has made knows no time-outs.
    const pool = new Pool({ connectionString, max: 30 });
    for (const options of [{ connectionString }, { pool }]) {
      const start = performance.now();
      await expectFailures(askAll({ ...options, patience: 150 }));
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });

  test('a mistake in the options is told at once', () => {
    expect(() => postgres({})).toThrow('give a connectionString');
    expect(() => postgres({ connectionString: 'x', schema: 'a"b' })).toThrow('schema must be');
    expect(() => postgres({ connectionString: 'x', patience: 0 })).toThrow('patience must be');
    expect(() => postgres({ connectionString: 'x', connections: 0.5 })).toThrow('connections must be');
  });
});

describe.skipIf(postgresServer === undefined)('a Postgres in trouble', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  function open(options: PostgresOptions = {}): Ledger {
    const { connectionString } = server;
    const ledger = postgres(options.pool === undefined ? { connectionString, ...options } : options);
    onTestFinished(() => ledger.close());
    return ledger;
  }

  test('slow by seconds: holds are refused in time; quick again: they are granted', async () => {
    await using proxy = await startSlowProxy(server.port);
    const connectionString = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    // The first needs all that there is to make.
    await open().accounts.read([]);
    const { accounts } = open({ connectionString, patience: 500 });
    await accounts.hold(wish('slow'));
    proxy.delay = 5000;
    const start = performance.now();
    const tries = Array.from({ length: 20 }, () => accounts.hold(wish('slow')));
    for (const result of await Promise.allSettled(tries))
      expect(result).toMatchObject({ status: 'rejected', reason: failed });
    expect(performance.now() - start).toBeLessThan(1500);
    // Once a question of its own was late, too, nobody waits any more.
    await timeUntil(async () => {
      const asked = performance.now();
      await expect(accounts.hold(wish('slow'))).rejects.toMatchObject(failed);
      return performance.now() - asked < 100;
    });
    proxy.delay = 0;
    await timeUntil(() => accounts.hold(wish('quick')).then(Boolean, () => false));
    expect(await accounts.hold(wish('quick'))).toMatchObject({ granted: 10 });
  });

  test('a line that somebody else has locked: who needs it is refused in time, and holds nothing', async () => {
    const { accounts } = open({ patience: 300 });
    const [locked, other] = [wish('locked'), wish('other')];
    await accounts.settle([]);
    await accounts.hold({ ...locked, id: 'first' });
    const client = await server.connect().connect();
    await client.query("BEGIN; SELECT 1 FROM vector_accounts WHERE account = 'locked' FOR UPDATE");
    await expect(accounts.hold({ ...locked, id: 'second' })).rejects.toMatchObject(failed);
    expect(await accounts.hold(other)).toMatchObject({ granted: 10 });
    await client.query('ROLLBACK');
    client.release();
    expect(await accounts.hold({ ...locked, id: 'third' })).toMatchObject({ granted: 10 });
    expect(await accounts.read(locked.lines)).toMatchObject([{ held: 20 }]);
  });

  test('connections that are ended by the server are made anew', async () => {
    const pool = server.connect();
    const ledger = open({ pool });
    await ledger.accounts.hold(wish('ended'));
    const ends = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()';
    await server.connect().query(`${ends} AND usename = 'postgres'`);
    const again = await Promise.allSettled([ledger.accounts.hold(wish('ended')), ledger.query({})]);
    const refused = again.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(refused).toEqual(refused.map(() => expect.objectContaining(failed)));
    expect(await ledger.accounts.hold(wish('ended'))).toMatchObject({ granted: 10 });
    expect((await ledger.query({})).entries).toEqual([]);
  });

  test('one that cannot be granted spoils no other that is asked at the same time', async () => {
    const { accounts } = open();
    const twice = { ...wish('twice'), id: 'the same' };
    const results = await Promise.allSettled([
      accounts.hold(twice),
      accounts.hold(twice),
      accounts.hold({ ...wish('twice'), expiresAt: Number.NaN }),
      accounts.hold({ ...wish('twice'), amount: 0.5 }),
      accounts.hold(wish('twice')),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await accounts.read(twice.lines)).toMatchObject([{ held: 30 }]);
  });

  test('tables that are gone are made anew', async () => {
    const ledger = open({ schema: 'gone' });
    await ledger.query({});
    await server.connect().query('DROP SCHEMA gone CASCADE');
    await expect(ledger.accounts.hold(wish('a'))).rejects.toMatchObject(failed);
    expect(await ledger.accounts.hold(wish('a'))).toMatchObject({ granted: 10 });
  });

  test('ten that begin at once make the tables once', async () => {
    const ledgers = Array.from({ length: 10 }, () => open({ schema: 'ten', connections: 1 }));
    const results = await Promise.all(ledgers.map(({ accounts }) => accounts.hold(wish('ten'))));
    expect(results.filter((result) => 'granted' in result)).toHaveLength(10);
    const { rows } = await server.connect().query('SELECT name FROM ten.vector_migrations ORDER BY name');
    expect(rows.map(({ name }: { name: string }) => name)).toEqual([
      'accounts 1',
      'ledger 1',
      'ledger 2',
      'limits 1',
    ]);
  });

  test('what a later version has added is left alone', async () => {
    const pool = server.connect();
    await open({ schema: 'later' }).query({});
    await pool.query("INSERT INTO later.vector_migrations (name) VALUES ('accounts 99')");
    expect((await open({ schema: 'later' }).query({})).entries).toEqual([]);
  });

  test('four connections are enough for a thousand that ask at once', async () => {
    const ledger = open({ connectionString: `${server.connectionString}?application_name=many` });
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        index % 2 === 0 ? ledger.accounts.hold(wish(`many ${index}`)) : ledger.query({ limit: 1 }),
      ),
    );
    expect(results).toHaveLength(1000);
    const { rows } = await server
      .connect()
      .query("SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = 'many'");
    expect(rows).toEqual([{ open: 4 }]);
  });

  test('closed, it refuses; a pool of somebody else stays open', async () => {
    const pool = server.connect();
    const ledger = postgres({ pool });
    await ledger.query({});
    await ledger.close();
    await ledger.close();
    await expect(ledger.query({})).rejects.toMatchObject(failed);
    await expect(ledger.accounts.hold(wish('closed'))).rejects.toMatchObject(failed);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
