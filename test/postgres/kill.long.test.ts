import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AccountState } from '@vector-engine/core';
import { postgres } from '@vector-engine/postgres';
import { expect, onTestFinished, test } from 'vitest';
import { postgresServer, startPostgres } from './postgres-server.ts';

const kills = 50;
/** Nano-dollars: less than all of them together spend. */
const limit = 300_000;
const lines = ['acme', 'acme/research'].map((name) => ({
  account: `${name} month`,
  period: '2026-11',
  limit,
}));

async function start(connectionString: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'mortal-process.ts'), [connectionString, String(limit)], {
    execArgv: ['--conditions=@vector-engine/source'],
  });
  await once(child, 'message');
  return child;
}

/** Lets a process work until it has told of so many entries, and kills it. */
async function workAndDie(connectionString: string, entries: number): Promise<readonly string[]> {
  const child = await start(connectionString);
  const told: string[] = [];
  const gone = once(child, 'exit');
  child.on('message', (id: string) => {
    told.push(id);
    if (told.length >= entries) child.kill('SIGKILL');
  });
  child.send('go');
  expect(await gone).toEqual([null, 'SIGKILL']);
  return told;
}

test.skipIf(postgresServer === undefined)(
  'fifty processes killed at work: no entry is lost that was acknowledged, no budget is passed, nothing stays held',
  { timeout: 120_000 },
  async () => {
    await using server = await startPostgres();
    const { connectionString } = server;
    const ledger = postgres({ connectionString });
    onTestFinished(() => ledger.close());
    const told: string[] = [];
    const seen: AccountState[] = [];
    let left = kills;
    const lane = async (): Promise<void> => {
      while (left-- > 0) {
        told.push(...(await workAndDie(connectionString, 5 + ((left * 37) % 40))));
        seen.push(...(await ledger.accounts.read(lines)));
      }
    };
    // Two at a time: while one dies the other goes on.
    await Promise.all([lane(), lane()]);

    expect(seen).toHaveLength(2 * kills);
    for (const { spent, held } of seen) expect(spent + held).toBeLessThanOrEqual(limit);
    const { rows } = await server.connect().query<{ id: string }>('SELECT id FROM vector_entries');
    const kept = new Set(rows.map(({ id }) => id));
    expect(told.filter((id) => !kept.has(id))).toEqual([]);
    const totals = await ledger.totals({}, ['status']);
    expect(totals.reduce((sum, { calls }) => sum + calls, 0)).toBe(kept.size);
    const paid = totals.find(({ group }) => group.status === '200');

    // Those that died are not heard of any more.
    const lost = await ledger.accounts.sweep(Date.now() + 7_200_000);
    const [one, other] = await ledger.accounts.read(lines);
    const swept = lost.reduce((sum, { cost }) => sum + cost, 0);
    console.info(`${told.length} entries told of, ${kept.size} kept, ${lost.length} holds lost`, one);
    expect(swept).toBe(lost.length * 1000);
    expect(other).toEqual(one);
    expect(one).toMatchObject({ held: 0 });
    const spent = one?.spent ?? 0;
    expect(spent).toBeLessThanOrEqual(limit);
    expect(spent).toBeGreaterThan(limit - 1000);
    // Whatever is spent was settled, or lost; a process may have died between settling and writing down.
    expect((spent - swept) % 400).toBe(0);
    expect(spent - swept).toBeGreaterThanOrEqual(paid?.cost ?? 0);
    expect(await ledger.accounts.sweep(Date.now() + 7_200_000)).toEqual([]);
  },
);
