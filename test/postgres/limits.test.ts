import { postgresLimits } from '@vector-engine/postgres';
import { checkLimits, manualClock } from '@vector-engine/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, postgresServer, startPostgres } from './postgres-server.ts';

describe.skipIf(postgresServer === undefined)('postgresLimits', () => {
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgres();
  });

  afterAll(async () => {
    await postgres[Symbol.asyncDispose]();
  });

  test('passes every check of a store of limits, as two processes', async () => {
    const clock = manualClock();
    const { connectionString } = postgres;
    const [store, other] = [
      postgresLimits({ connectionString, clock }),
      postgresLimits({ connectionString, clock }),
    ];
    const pass = (milliseconds: number): Promise<void> => clock.advance(milliseconds);
    const findings = await checkLimits(store, { other, pass });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(15);
    await Promise.all([store.close(), other.close()]);
  });
});
