import { Confidential } from '@vector-engine/core';
import { ledgerMigrations } from '@vector-engine/core/sql';
import { postgres, postgresLimits } from '@vector-engine/postgres';
import {
  checkAccounts,
  checkKeys,
  checkLedger,
  checkLimits,
  type MountFinding,
  manualClock,
} from '@vector-engine/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { expectGoesOn, firstVersionRows } from '../ledger/first-version.ts';
import { playAccounts, turns } from '../ledger/play-accounts.ts';
import { type PostgresServer, postgresServer, startPostgres } from './postgres-server.ts';

const confidential = (text: string): Confidential => new Confidential(text);
const failures = (findings: readonly MountFinding[]): readonly MountFinding[] =>
  findings.filter(({ passed }) => !passed);

describe.skipIf(postgresServer === undefined)('Postgres', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  /** Two ledgers, as two processes have them. */
  function openTwo(schema: string) {
    const { connectionString } = server;
    const two = [postgres({ connectionString, schema }), postgres({ connectionString, schema })] as const;
    onTestFinished(async () => {
      await Promise.all(two.map((ledger) => ledger.close()));
    });
    return two;
  }

  test('passes every check of a ledger, as two processes, in a schema of its own', async () => {
    const [one, other] = openTwo('books');
    const findings = await checkLedger(one, { other, confidential });
    expect(failures(findings)).toEqual([]);
    expect(findings).toHaveLength(9);
  });

  test('goes on with the tables that the first version has made', async () => {
    const { connectionString } = server;
    const pool = server.connect();
    await pool.query('CREATE SCHEMA older');
    const client = await pool.connect();
    await client.query('SET search_path TO older');
    const [entryTables = []] = ledgerMigrations('postgres');
    for (const sql of [...entryTables, ...firstVersionRows]) await client.query(sql);
    await client.query(
      "CREATE TABLE vector_migrations (name text PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now()); INSERT INTO vector_migrations VALUES ('ledger 1')",
    );
    client.release(true);
    const ledger = postgres({ connectionString, schema: 'older' });
    onTestFinished(() => ledger.close());
    await expect(expectGoesOn(ledger)).resolves.toBeUndefined();
  });

  test('passes every check of accounts, as two processes, in a schema of its own', async () => {
    const [one, other] = openTwo('books');
    const findings = await checkAccounts(one.accounts, { other: other.accounts });
    expect(failures(findings)).toEqual([]);
    expect(findings).toHaveLength(12);
  });

  test.each(['public', 'books'])(
    'passes every check of keys, as two processes, in the schema %s',
    async (schema) => {
      const [one, other] = openTwo(schema);
      const findings = await checkKeys(one.keys, { other: other.keys });
      expect(failures(findings)).toEqual([]);
      expect(findings).toHaveLength(6);
    },
  );

  test('no order of holds, settlements, losses and crashes spends more than a limit, or leaves anything held: two processes', async () => {
    const [one, other] = openTwo('public');
    const stores = [one.accounts, other.accounts] as const;
    const property = fc.asyncProperty(turns, (all) => playAccounts(stores, all));
    await expect(fc.assert(property, { numRuns: 40 })).resolves.toBeUndefined();
    const { rows } = await server
      .connect()
      .query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
    expect(rows).toEqual([{ deadlocks: '0' }]);
  });

  test('passes every check of limits, as two processes', async () => {
    const clock = manualClock();
    const { connectionString } = server;
    const stores = [0, 1].map(() => postgresLimits({ connectionString, clock }));
    const [store, other] = stores;
    if (store === undefined || other === undefined) throw new Error('there are two');
    const pass = (milliseconds: number): Promise<void> => clock.advance(milliseconds);
    const findings = await checkLimits(store, { other, pass });
    expect(failures(findings)).toEqual([]);
    expect(findings).toHaveLength(15);
    await Promise.all(stores.map((each) => each.close()));
  });
});
