import { describe, expect, test } from 'vitest';
import { fill } from './fill.ts';
import { createFormat, nothing } from './format.ts';

const [english, chinese] = [createFormat('en', 'UTC'), createFormat('zh', 'UTC')];
const at = Date.UTC(2026, 10, 21, 9, 5, 7);

describe('numbers and money', () => {
  test.each([
    [0, '0'],
    [1234.5, '1,234.5'],
    [12_345_678, '12,345,678'],
  ])('%d is %s', (value, text) => {
    expect(english.number(value)).toBe(text);
  });

  test.each([
    [9999, '9,999'],
    [12_345, '12.3K'],
    [12_345_678, '12.3M'],
  ])('%d is %s for short', (value, text) => {
    expect(english.compact(value)).toBe(text);
  });

  test.each([
    [0, '$0.00'],
    [0.000_012_34, '$0.0000123'],
    [0.4, '$0.4'],
    [0.999, '$1.00'],
    [12.3, '$12.30'],
    [-4, '-$4.00'],
    [12_345.678, '$12,345.68'],
  ])('%d dollars are %s', (value, text) => {
    expect(english.money(value)).toBe(text);
  });

  test('costs are nano-dollars', () => {
    expect(english.cost(4_200_000)).toBe('$0.0042');
    expect(english.compactMoney(12_345)).toBe('$12.3K');
  });

  test.each([
    [0, '0%'],
    [0.0004, '0.04%'],
    [0.1234, '12.3%'],
    [1, '100%'],
  ])('the share %d is %s', (value, text) => {
    expect(english.percent(value)).toBe(text);
  });

  test('what is not known is a dash', () => {
    const { number, money, cost, percent, duration, dateTime, ago } = english;
    for (const write of [number, money, cost, percent, duration, dateTime])
      expect([write(undefined), write(null), write(Number.NaN)]).toEqual([nothing, nothing, nothing]);
    expect(ago(null, at)).toBe(nothing);
    expect(dateTime('nonsense')).toBe(nothing);
  });
});

describe('times', () => {
  test.each([
    [0, '0ms'],
    [840.4, '840ms'],
    [1240, '1.24s'],
    [59_990, '59.99s'],
    [185_000, '3m 5s'],
    [7_260_000, '2h 1m'],
  ])('%d milliseconds are %s', (value, text) => {
    expect(english.duration(value)).toBe(text);
  });

  test('moments are told with the day where it is another', () => {
    expect(english.moment(at, at + 60_000)).toBe('09:05:07');
    expect(english.moment(at, at + 86_400_000)).toBe('Nov 21, 09:05');
    expect(english.moment(at)).toBe('Nov 21, 09:05');
    expect(english.dateTime(new Date(at).toISOString())).toBe('Nov 21, 2026, 09:05:07');
    expect([english.shortDay(at), english.clock(at), english.day(at)]).toEqual([
      'Nov 21',
      '09:05',
      'Nov 21, 2026',
    ]);
  });

  test.each([
    [-30_000, '30 seconds ago'],
    [-185_000, '3 minutes ago'],
    [7_200_000, 'in 2 hours'],
    [-86_400_000, 'yesterday'],
  ])('%d milliseconds from now are %s', (difference, text) => {
    expect(english.ago(at + difference, at)).toBe(text);
  });

  test('are written as the language writes them', () => {
    expect(chinese.dateTime(at)).toBe('2026年11月21日 09:05:07');
    expect(chinese.ago(at - 185_000, at)).toBe('3分钟前');
    expect(chinese.compact(12_345_678)).toBe('1230万');
    expect(chinese.list(['a', 'b', 'c'])).toBe('a、b和c');
  });
});

describe('values in texts', () => {
  const tools = { rules: new Intl.PluralRules('en'), number: english.number };
  const put = (text: string, values: Record<string, string | number>): string => fill(text, values, tools);

  test('are put in their places', () => {
    expect(put('{name}: {count}', { name: '{count}', count: 1234 })).toBe('{count}: 1,234');
    expect(put('{gone} stays', {})).toBe('{gone} stays');
  });

  test('choose between one and many', () => {
    const text = '{count} call|{count} calls';
    expect([0, 1, 2].map((count) => put(text, { count }))).toEqual(['0 calls', '1 call', '2 calls']);
  });
});
