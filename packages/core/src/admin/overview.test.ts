import { describe, expect, test } from 'vitest';
import { ledgerEntry } from '../../test/ledger-world.ts';
import { memoryLedger } from '../ledger/memory/memory-ledger.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import { readOverview } from './overview.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 21, 9, 30);

async function open(entries: readonly Partial<LedgerEntry>[]) {
  const ledger = memoryLedger();
  await ledger.append(entries.map((fields, index) => ledgerEntry({ id: `${index}`, ...fields })));
  return ledger;
}

describe('the overview', () => {
  test('is of the last 24 hours by model, beside the 24 before, where nothing else is said', async () => {
    const ledger = await open([
      { time: now - 1, model: 'a', cost: 5e9, firstByteMilliseconds: 400 },
      { time: now - 23 * hour, model: 'b', cost: 1e9, error: 'VE_BUSY', status: 503 },
      { time: now - day - 1, model: 'a', cost: 2e9 },
      { time: now - 2 * day - 1, model: 'a' },
    ]);
    const overview = await readOverview(ledger, { now });
    expect(overview).toMatchObject({ from: now - day, to: now, bucket: 'hour', by: 'model' });
    expect(overview.total).toMatchObject({ calls: 2, failed: 1, cost: 6e9, dollars: 6 });
    expect(overview.total.firstByteP50).toBeGreaterThan(360);
    expect(overview.before).toMatchObject({ calls: 1, dollars: 2 });
    expect(overview.groups.map(({ name, dollars }) => [name, dollars])).toEqual([
      ['a', 5],
      ['b', 1],
    ]);
    expect(overview.groupSeries).toMatchObject([
      { name: 'a', points: [{ time: now - hour / 2, calls: 1 }] },
      { name: 'b', points: [{ calls: 1, firstByteP50: null }] },
    ]);
  });

  test('ends before the moment that is said, and reaches until now where none is', async () => {
    const ledger = await open([{ time: now - 2 }, { time: now - 1 }, { time: now }]);
    const countAt = async (to?: number): Promise<number> =>
      (await readOverview(ledger, { now, to })).total.calls;
    expect([await countAt(now - 1), await countAt(now), await countAt()]).toEqual([1, 3, 3]);
  });

  test('has every bucket, also those in which nothing was', async () => {
    const ledger = await open([{ time: now - 2 * hour }]);
    const { series } = await readOverview(ledger, { now });
    expect(series).toHaveLength(25);
    expect(series[0]?.time).toBe(now - day - hour / 2);
    expect(
      series.every(({ time }, index) => index === 0 || time - (series[index - 1]?.time ?? 0) === hour),
    ).toBe(true);
    expect(series.filter(({ calls }) => calls > 0)).toMatchObject([{ time: now - 2.5 * hour }]);
  });

  test.each([
    [3 * hour, {}, 'minute'],
    [3 * hour + 1, {}, 'hour'],
    [8 * day, {}, 'hour'],
    [8 * day + 1, {}, 'day'],
    [2 * day, { by: 'tenant' }, 'hour'],
    [2 * day + 1, { by: 'tenant' }, 'day'],
    [2 * day + 1, { filter: { key: 'key_1' } }, 'day'],
    [8 * day, { filter: { model: 'a' } }, 'hour'],
  ] as const)('of %i ms with %j is by %s', async (span, question, bucket) => {
    const overview = await readOverview(await open([]), { now, from: now - span, ...question });
    expect(overview.bucket).toBe(bucket);
    expect(overview.series.length).toBeGreaterThan(0);
  });

  test('has 50 groups at most, and the first eight through time, each with what is its own', async () => {
    const ledger = await open(
      Array.from({ length: 120 }, (_, index) => ({
        time: now - 1 - (index % 3) * hour,
        path: `acme/${Math.floor(index / 2)}`,
        cost: 1000 - index,
      })),
    );
    await ledger.append([ledgerEntry({ id: 'above', path: 'acme', cost: 5000, time: now - 1 })]);
    const { groups, groupSeries, total } = await readOverview(ledger, { now, by: 'path' });
    expect(groups).toHaveLength(50);
    expect(total.calls).toBe(121);
    expect(groupSeries.map(({ name }) => name)).toEqual(groups.slice(0, 8).map(({ name }) => name));
    for (const [index, { points }] of groupSeries.entries())
      expect(points.reduce((sum, { cost }) => sum + cost, 0)).toBe(groups[index]?.cost);
  });

  test('a filter holds for all of it, and a time that ends before it begins is refused', async () => {
    const ledger = await open([
      { time: now - 1, tenant: 'acme' },
      { time: now - 1, tenant: 'other' },
      { time: now - day - 1, tenant: 'other' },
    ]);
    const { total, before, groups } = await readOverview(ledger, {
      now,
      by: 'tenant',
      filter: { tenant: 'acme' },
    });
    expect([total.calls, before.calls, groups.map(({ name }) => name)]).toEqual([1, 0, ['acme']]);
    await expect(readOverview(ledger, { now, from: now })).rejects.toMatchObject({
      code: 'VE_PARAMETER_INVALID',
    });
  });
});
