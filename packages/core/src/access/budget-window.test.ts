import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BudgetOptions } from '../protocol/budget.ts';
import { BudgetWindow } from './budget-window.ts';

const at = (options: BudgetOptions, time: string): { name: string; start: string; end: string } => {
  const { name, start, end } = new BudgetWindow(options).at(Date.parse(time));
  return { name, start: new Date(start).toISOString(), end: new Date(end).toISOString() };
};

const iso = (text: string): string => new Date(text).toISOString();

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  '+05:45',
];

describe('periods', () => {
  test.each<[BudgetOptions, string, [string, string, string]]>([
    [{}, '2026-11-21T12:00Z', ['2026-11', '2026-11-01T00:00Z', '2026-12-01T00:00Z']],
    [{ startDay: 28 }, '2026-03-27T23:59Z', ['2026-02-28', '2026-02-28T00:00Z', '2026-03-28T00:00Z']],
    [{ startDay: 15 }, '2026-01-03T00:00Z', ['2025-12-15', '2025-12-15T00:00Z', '2026-01-15T00:00Z']],
    [{ window: 'day' }, '2028-02-29T23:59Z', ['2028-02-29', '2028-02-29T00:00Z', '2028-03-01T00:00Z']],
    [{ window: 'week' }, '2026-11-22T23:59Z', ['2026-11-16', '2026-11-16T00:00Z', '2026-11-23T00:00Z']],
    [{ window: 'week' }, '2026-11-23T00:00Z', ['2026-11-23', '2026-11-23T00:00Z', '2026-11-30T00:00Z']],
    [
      { window: 'week', startDay: 7 },
      '2026-11-22T00:00Z',
      ['2026-11-22', '2026-11-22T00:00Z', '2026-11-29T00:00Z'],
    ],
    [
      { timeZone: 'Europe/Berlin' },
      '2026-10-31T23:30Z',
      ['2026-11', '2026-10-31T23:00Z', '2026-11-30T23:00Z'],
    ],
    // Its clocks are set forward within the month, and back within another.
    [
      { timeZone: 'Europe/Berlin' },
      '2026-03-15T00:00Z',
      ['2026-03', '2026-02-28T23:00Z', '2026-03-31T22:00Z'],
    ],
    [
      { window: 'day', timeZone: 'Europe/Berlin' },
      '2026-10-25T12:00Z',
      ['2026-10-25', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ],
    // There was no midnight: 23:59 was followed by 01:00.
    [
      { window: 'day', timeZone: 'America/Sao_Paulo' },
      '2018-11-04T12:00Z',
      ['2018-11-04', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
    ],
    // The hour after midnight came twice.
    [
      { window: 'day', timeZone: 'America/Havana' },
      '2026-11-01T05:30Z',
      ['2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    ],
    // The 30th was left out.
    [
      { window: 'day', timeZone: 'Pacific/Apia' },
      '2011-12-30T10:00Z',
      ['2011-12-31', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
    ],
    // At a minute past midnight it was the day before again.
    [
      { window: 'day', timeZone: 'America/St_Johns' },
      '2010-11-07T02:45Z',
      ['2010-11-07', '2010-11-07T02:30Z', '2010-11-08T03:30Z'],
    ],
  ])('%o at %s', (options, time, [name, start, end]) => {
    expect(at(options, time)).toEqual({ name, start: iso(start), end: iso(end) });
  });

  test('of what never begins anew there is one', () => {
    for (const window of ['total', 'credit'] as const) {
      const one = new BudgetWindow({ window });
      expect(one.at(0)).toBe(one.at(Date.UTC(2100, 0)));
      expect(one.at(0).end).toBe(Infinity);
    }
  });

  test('a clock that jumps back is in the earlier one again', () => {
    const window = new BudgetWindow({ window: 'day' });
    const names = ['2026-03-01', '2026-03-02', '2026-03-01'].map(
      (date) => window.at(Date.parse(`${date}T12:00Z`)).name,
    );
    expect(names).toEqual(['2026-03-01', '2026-03-02', '2026-03-01']);
  });

  test('an unknown time zone is none', () => {
    expect(() => new BudgetWindow({ timeZone: 'Europe/Berlim' })).toThrow(RangeError);
  });
});

const someWindow = fc.record({
  window: fc.constantFrom('day', 'week', 'month'),
  timeZone: fc.constantFrom(...zones),
  startDay: fc.integer({ min: 1, max: 7 }),
});
const longestOf = { day: 1, week: 7, month: 31 };

test('periods follow each other without a gap, and each has a name of its own', () => {
  fc.assert(
    fc.property(
      someWindow,
      fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) }),
      (options, moment) => {
        const fresh = (now: number): ReturnType<BudgetWindow['at']> => new BudgetWindow(options).at(now);
        const kept = new BudgetWindow(options);
        const names = new Set<string>();
        let period = fresh(moment);
        expect(period.start).toBeLessThanOrEqual(moment);
        expect(period.end).toBeGreaterThan(moment);
        for (let round = 0; round < 4; round++) {
          expect(fresh(period.start)).toEqual(period);
          expect(fresh(period.end - 1)).toEqual(period);
          expect(kept.at(period.start)).toEqual(period);
          const lasts = period.end - period.start;
          expect(lasts).toBeGreaterThan(0);
          expect(lasts).toBeLessThanOrEqual((longestOf[options.window] + 1) * 86_400_000);
          expect(names.has(period.name)).toBe(false);
          names.add(period.name);
          const next = fresh(period.end);
          expect(next.start).toBe(period.end);
          period = next;
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the name is the day that the clocks of the zone show', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'America/New_York'),
      fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) }),
      (timeZone, moment) => {
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(moment);
        expect(new BudgetWindow({ window: 'day', timeZone }).at(moment).name).toBe(shown);
      },
    ),
    { numRuns: 300 },
  );
});
