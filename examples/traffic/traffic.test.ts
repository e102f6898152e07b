import { memoryLedger } from '@vector-engine/express';
import { expect, test } from 'vitest';
import { buildApp } from '../express/app.ts';
import { openServer } from '../open-server.ts';
import { startUpstreams } from '../upstreams.ts';
import { mark, programs } from './cast.ts';
import { seeded } from './chance.ts';
import { handOutKeys } from './hand-out-keys.ts';
import { play } from './play.ts';
import { seedHistory } from './seed-history.ts';

const secret = 'a secret of 32 characters or more';
const day = 86_400_000;

test('a ledger that has no calls yet is given a past, marked as what it is, and once', async () => {
  const ledger = memoryLedger();
  const now = Date.UTC(2026, 10, 20, 12);
  const keyed = programs.map((program, index) => ({ program, keyId: `key_${index}`, key: '' }));
  const options = { programs: keyed, now, days: 40, calls: 500, random: seeded(3) };
  const written = await seedHistory(ledger, options);
  expect(written).toBeGreaterThan(150);
  const { entries } = await ledger.query({ limit: 1000 });
  expect(entries).toHaveLength(written);
  for (const { time, tags } of entries) {
    expect(tags).toContain(mark);
    expect([time <= now, time >= now - 40 * day]).toEqual([true, true]);
  }
  expect(await seedHistory(ledger, options)).toBe(0);
});

test('programs call, each with its own key, until they are stopped', async () => {
  await using upstreams = await startUpstreams({}, { jobTime: 60, spare: true });
  const ledger = memoryLedger();
  const { gateway } = buildApp(upstreams, { ledger, secret });
  await using _ = gateway;
  const traffic = await play({ gateway, ledger, upstreams, random: seeded(5), rate: 200, calls: 0 });
  await expect
    .poll(async () => (await ledger.query({ limit: 100 })).entries.length, { timeout: 15_000 })
    .toBeGreaterThan(30);
  await traffic.stop();
  await expect.poll(() => gateway.stats().active).toBe(0);
  const { entries } = await ledger.query({ limit: 1000 });
  const known = new Set((await gateway.keys.list()).map(({ id }) => id));
  expect(known.size).toBe(programs.length);
  for (const { key, tags } of entries)
    expect([known.has(key ?? ''), tags.includes(mark)]).toEqual([true, true]);
  // After a restart nobody knows the keys any more: there are others in their place, and not more.
  await handOutKeys(gateway);
  expect(await gateway.keys.list()).toHaveLength(programs.length);
});

test('with a real vendor nothing is played', async () => {
  await using upstreams = await startUpstreams({ OPENAI_API_KEY: 'sk-test' });
  const ledger = memoryLedger();
  const { gateway } = buildApp(upstreams, { ledger, secret });
  await using _ = gateway;
  await expect(play({ gateway, ledger, upstreams, random: seeded(1) })).rejects.toThrow(/real upstreams/);
  expect(await gateway.keys.list()).toEqual([]);
});

test('the page is for whoever is at this machine, and means it', async () => {
  await using upstreams = await startUpstreams({});
  const { app, gateway } = buildApp(upstreams, { secret });
  await using _ = gateway;
  await using server = await openServer(app);
  const read = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(server.origin + path, { headers })).status;
  for (const path of ['/gateway/', '/gateway/admin/keys', '/admin/keys']) {
    expect([path, await read(path)]).toEqual([path, 200]);
    expect([path, await read(path, { 'x-forwarded-for': '203.0.113.7' })]).toEqual([path, 403]);
  }
  expect(await read('/health', { 'x-forwarded-for': '203.0.113.7' })).toBe(200);
});
