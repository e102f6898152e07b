import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkAccounts, checkKeys, checkLedger } from '@vector-engine/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentRecord, ledgerEntry } from '../../../test/ledger-world.ts';
import { Confidential } from '../../protocol/confidential.ts';
import { sqliteStorage } from '../../tasks/sqlite-storage.ts';
import { sqlite } from './sqlite.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vector-ledger-'));
  path = join(folder, 'gateway.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const confidential = (text: string): Confidential => new Confidential(text);
const line = { account: 'acme month', period: '2026-11', limit: 1000 } as const;
const wish = { holder: undefined, amount: 100, minimum: 100, lines: [line], expiresAt: 1e15 };
const failed = { code: 'VE_STORE_FAILED' };

/** Runs statements by another connection. */
function execute(sql: string): void {
  const own = new DatabaseSync(path);
  own.exec(sql);
  own.close();
}

function read(sql: string): unknown[] {
  const own = new DatabaseSync(path);
  const rows = own.prepare(sql).all();
  own.close();
  return rows.map((row) => ({ ...row }));
}

describe('sqlite', () => {
  test('is a ledger, with accounts and keys, by all checks of them, also as another process has it', async () => {
    const [one, other] = [sqlite(path), sqlite(path)];
    const findings = [
      ...(await checkAccounts(one.accounts, { other: other.accounts })),
      ...(await checkKeys(one.keys, { other: other.keys })),
      ...(await checkLedger(one, { other, confidential })),
    ];
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(27);
    await Promise.all([one.close(), other.close()]);
  });

  test('what is in it is there after it was closed, and what is done to it then rejects', async () => {
    const first = sqlite(path);
    await first.append([ledgerEntry()], [contentRecord('request-1', 'Hello')]);
    await first.accounts.hold({ ...wish, id: 'a' });
    await first.close();
    await first.close();
    await expect(first.query({})).rejects.toMatchObject(failed);
    await expect(first.keys.get('a')).rejects.toMatchObject(failed);
    await expect(first.append([ledgerEntry()])).rejects.toMatchObject(failed);
    await expect(first.accounts.hold({ ...wish, id: 'b' })).rejects.toMatchObject(failed);
    await expect(first.accounts.read([line])).rejects.toMatchObject(failed);
    const second = sqlite(path);
    expect((await second.query({})).entries).toEqual([ledgerEntry()]);
    expect((await second.content('request-1'))?.question.reveal()).toBe('Hello');
    expect(await second.accounts.read([line])).toEqual([{ spent: 0, held: 100, limit: 1000 }]);
    await second.close();
  });

  test('one of many calls at once that is refused disturbs no other', async () => {
    const ledger = sqlite(path);
    const holds = Array.from({ length: 50 }, (_, index) =>
      ledger.accounts.hold({ ...wish, id: `${index}`, amount: index === 7 ? -1 : 10, minimum: 1 }),
    );
    const results = await Promise.allSettled(holds);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await ledger.accounts.read([line])).toEqual([{ spent: 0, held: 490, limit: 1000 }]);
    await ledger.close();
  });

  test('a file that cannot be written rejects, and nothing is half-written', async () => {
    const ledger = sqlite(path);
    await ledger.append([ledgerEntry({ id: 'before' })]);
    await ledger.accounts.hold({ ...wish, id: 'before' });
    // As a disk that is full.
    execute("CREATE TRIGGER full BEFORE INSERT ON vector_days BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    execute(
      "CREATE TRIGGER full_too BEFORE INSERT ON vector_holds BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const entries = [ledgerEntry({ id: 'one', principal: 'bob' }), ledgerEntry({ id: 'two' })];
    await expect(ledger.append(entries)).rejects.toMatchObject(failed);
    const holds = [ledger.accounts.hold({ ...wish, id: 'a' }), ledger.accounts.resize('before', 50)];
    for (const hold of holds) await expect(hold).rejects.toMatchObject(failed);
    expect((await ledger.query({})).entries.map(({ id }) => id)).toEqual(['before']);
    expect(await ledger.totals({}, ['principal'])).toMatchObject([
      { calls: 1, group: { principal: 'alice' } },
    ]);
    expect(await ledger.accounts.read([line])).toEqual([{ spent: 0, held: 100, limit: 1000 }]);
    execute('DROP TRIGGER full; DROP TRIGGER full_too');
    await ledger.append(entries);
    expect(await ledger.totals({}, ['principal'])).toHaveLength(2);
    expect(await ledger.accounts.resize('before', 50)).toBe(50);
    await ledger.close();
  });

  test('another process may forget names that this one remembers', async () => {
    const [one, other] = [sqlite(path), sqlite(path)];
    await one.append([ledgerEntry({ id: 'a' })]);
    expect(await other.prune({ entries: 0 })).toBe(1);
    await one.append([ledgerEntry({ id: 'b' })]);
    expect((await other.query({ principal: 'alice' })).entries.map(({ id }) => id)).toEqual(['b']);
    // Of several, some.
    await one.append([ledgerEntry({ id: 'c', principal: 'bob', time: ledgerEntry().time + 1 })]);
    expect(await other.prune({ entries: 1 })).toBe(1);
    await one.append([ledgerEntry({ id: 'd' }), ledgerEntry({ id: 'e', principal: 'bob' })]);
    expect(
      (await other.totals({}, ['principal'])).map(({ group, calls }) => [group.principal, calls]),
    ).toEqual([
      ['bob', 2],
      ['alice', 1],
    ]);
    expect(read('PRAGMA foreign_key_check')).toEqual([]);
    await Promise.all([one.close(), other.close()]);
  });

  test('what it has pruned itself it has forgotten, and the tags with it', async () => {
    const ledger = sqlite(path);
    const day = 86_400_000;
    const { time } = ledgerEntry();
    await ledger.append([ledgerEntry({ id: 'a', tags: ['x', 'y'] })]);
    const [gone] = await Promise.all([
      ledger.prune({ before: time + day }),
      ledger.append([ledgerEntry({ id: 'b', time: time + day, tags: ['x'] })]),
    ]);
    expect(gone).toBe(1);
    await ledger.append([ledgerEntry({ id: 'c', time: time + day })]);
    expect((await ledger.query({ principal: 'alice' })).entries.map(({ id }) => id)).toEqual(['c', 'b']);
    expect(read('SELECT tag FROM vector_tags')).toEqual([{ tag: 'x' }]);
    expect(read('PRAGMA foreign_key_check')).toEqual([]);
    await ledger.close();
  });

  test('many at once, some of them twice and some there already: the last of each counts, and counts once', async () => {
    const ledger = sqlite(path);
    const entries = Array.from({ length: 100 }, (_, index) =>
      ledgerEntry({ id: `${index}`, principal: `user-${index % 7}`, cost: 1, tags: [`tag-${index % 3}`] }),
    );
    await ledger.append(entries.filter((_, index) => index % 10 === 3));
    const again = entries.map((entry) => ({ ...entry, cost: 2, tags: ['again'] }));
    await ledger.append([...entries, ...again.slice(40, 60)]);
    const expected = entries.map((entry, index) => (index >= 40 && index < 60 ? again[index] : entry));
    const { entries: found } = await ledger.query({ limit: 100 });
    const byNumber = found.toSorted((one, other) => Number(one.id) - Number(other.id));
    expect(byNumber).toEqual(expected);
    const [total] = await ledger.totals({}, []);
    expect(total).toMatchObject({ calls: 100, cost: 120 });
    expect(await ledger.totals({ principal: 'user-3' }, [])).toMatchObject([{ calls: 14 }]);
    expect((await ledger.query({ tag: 'again', limit: 100 })).entries).toHaveLength(20);
    expect((await ledger.query({ tag: 'tag-0', limit: 100 })).entries).toHaveLength(28);
    await ledger.close();
  });

  test('names are what they were, whatever is in them', async () => {
    const ledger = sqlite(path);
    const odd = ['a b', 'a', '', undefined, 'b c', 'c', '\ud800', '\ud801', 'x\u0000', 'long'.repeat(200)];
    const entries = odd.flatMap((tenant, one) =>
      odd.map((model, two) =>
        ledgerEntry({ id: `${one} ${two}`, tenant, model, key: tenant, served: model }),
      ),
    );
    // As they are found for the first time, and as they are remembered.
    for (const prefix of ['first', 'second']) {
      const written = entries.map((entry) => ({ ...entry, id: `${prefix} ${entry.id}` }));
      await ledger.append(written);
      for (const entry of written) expect(await ledger.find(entry.id)).toEqual(entry);
    }
    expect(read('SELECT count(*) AS count FROM vector_callers')).toEqual([{ count: 8 }]);
    await ledger.close();
  });

  test('what cannot be counted is written down as far as it can', async () => {
    const ledger = sqlite(path);
    const entry = ledgerEntry({
      cost: Number.NaN,
      inputTokens: 1.6,
      milliseconds: Infinity,
      outputTokens: 2 ** 60,
    });
    await ledger.append([entry]);
    const { entries } = await ledger.query({});
    expect(entries).toEqual([
      { ...entry, cost: undefined, inputTokens: 2, milliseconds: 0, outputTokens: Number.MAX_SAFE_INTEGER },
    ]);
    await ledger.close();
  });

  test('a question that takes a while is asked in pieces, and others have their turn between them', async () => {
    const ledger = sqlite(path);
    const hour = 3_600_000;
    const { time } = ledgerEntry();
    await ledger.append(
      Array.from({ length: 24 }, (_, index) => ledgerEntry({ id: `${index}`, time: time + index * hour })),
    );
    let turns = 0;
    let isAsking = true;
    const immediate = (): void => {
      turns++;
      if (isAsking) setImmediate(immediate);
    };
    setImmediate(immediate);
    // Of who asked there are no sums by the hour: these are read call by call.
    const totals = await ledger.totals({ from: time, to: time + 23 * hour + 1 }, ['tenant', 'hour']);
    isAsking = false;
    expect(totals).toHaveLength(24);
    expect(turns).toBeGreaterThanOrEqual(6);
    await ledger.close();
  });

  test('a day that is over is summed up, and what comes for it later is in the sums', async () => {
    const [one, other] = [sqlite(path), sqlite(path)];
    const day = 86_400_000;
    const { time } = ledgerEntry();
    const calls = async (): Promise<unknown> =>
      (await other.totals({}, ['principal'])).map(({ calls: count, firstByteP50 }) => [count, firstByteP50]);
    await one.append([ledgerEntry({ id: 'a' })]);
    const before = (await one.totals({}, []))[0]?.firstByteP50;
    expect(before).toBeGreaterThan(270);
    await one.append([ledgerEntry({ id: 'b', time: time + day, firstByteMilliseconds: undefined })]);
    expect(await calls()).toEqual([[2, before]]);
    // As another process that has not seen the day end.
    await other.append([ledgerEntry({ id: 'c', time: time + 1 }), ledgerEntry({ id: 'a', cost: 1 })]);
    expect(await calls()).toEqual([[3, before]]);
    expect((await one.totals({ to: time + day / 2 }, ['key']))[0]).toMatchObject({ calls: 2, cost: 5001 });
    expect(read('SELECT calls, cost FROM vector_caller_days')).toEqual([{ calls: 2, cost: 5001 }]);
    await Promise.all([one.close(), other.close()]);
  });

  test('its files are for the eyes of their owner only', async () => {
    const ledger = sqlite(path);
    await ledger.append([ledgerEntry()]);
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(1);
    expect(modes.every((mode) => mode === 0o600)).toBe(true);
    await ledger.close();
  });

  test('one file may have the ledger, tasks and what is the operator’s own', async () => {
    execute("CREATE TABLE entries (x); INSERT INTO entries VALUES ('theirs')");
    const [storage, ledger] = [sqliteStorage({ path }), sqlite(path)];
    await ledger.append([ledgerEntry()]);
    await storage.blobs.put('a', Buffer.from('media'), { type: 'video/mp4', now: 0, expiresAt: 1000 });
    expect((await ledger.query({})).entries).toHaveLength(1);
    await Promise.all([storage.close(), ledger.close()]);
    execute('UPDATE entries SET x = 1');
  });

  test('what is wrong with the file is told when it is opened', async () => {
    await sqlite(path).close();
    execute('UPDATE vector_ledger_schema SET version = 99');
    expect(() => sqlite(path)).toThrow(/gateway\.db was written by a later version/);
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'not a database, and long enough to be taken for one '.repeat(100));
    expect(() => sqlite(text)).toThrow(/notes\.txt cannot be opened as a database: .*not a database/);
    expect(() => sqlite(join(folder, 'none', 'x.db'))).toThrow(/ENOENT/);
    expect(() => sqlite(':memory:')).toThrow(/memoryLedger/);
  });
});
