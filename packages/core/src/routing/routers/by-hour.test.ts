import { describe, expect, test } from 'vitest';
import { wish } from '../../../test/route-requests.ts';
import { byHour, type HourRoutes } from './by-hour.ts';

const at = (route: ReturnType<typeof byHour>, time: string): unknown =>
  route(wish('Hello', {}, { now: Date.parse(time) }));
const night = { '22:00-06:30': 'night', default: 'day' };

describe('the hour', () => {
  test.each([
    ['2026-01-01T21:59:59Z', 'day'],
    ['2026-01-01T22:00:00Z', 'night'],
    ['2026-01-01T23:59:59Z', 'night'],
    ['2026-01-02T00:00:00Z', 'night'],
    ['2026-01-02T06:29:59Z', 'night'],
    ['2026-01-02T06:30:00Z', 'day'],
  ])('%s is %s, over midnight', (time, model) => {
    expect(at(byHour(night), time)).toBe(model);
  });

  test('of the first span that holds it counts', () => {
    const route = byHour({ '08:00-12:00': 'a', '10:00-14:00': 'b', '00:00-24:00': 'c', default: 'd' });
    expect(at(route, '2026-01-01T11:00:00Z')).toBe('a');
    expect(at(route, '2026-01-01T13:00:00Z')).toBe('b');
    expect(at(route, '2026-01-01T00:00:00Z')).toBe('c');
    expect(at(route, '2026-01-01T23:59:00Z')).toBe('c');
  });

  test('is that of the time zone, with its fractions of an hour', () => {
    const noon: HourRoutes = { '12:00-13:00': 'noon', default: 'other' };
    expect(at(byHour(noon, { timeZone: 'Asia/Shanghai' }), '2026-07-01T04:30:00Z')).toBe('noon');
    expect(at(byHour(noon, { timeZone: 'Asia/Kathmandu' }), '2026-07-01T06:15:00Z')).toBe('noon');
    expect(at(byHour(noon, { timeZone: 'Asia/Kathmandu' }), '2026-07-01T06:14:59Z')).toBe('other');
  });

  test('follows summer time', () => {
    const route = byHour({ '09:00-17:00': 'office', default: 'home' }, { timeZone: 'Europe/Berlin' });
    expect(at(route, '2026-01-15T07:30:00Z')).toBe('home');
    expect(at(route, '2026-07-15T07:30:00Z')).toBe('office');
    // In the night when clocks are set back, half past two is twice; when they are put forward, it is not at all.
    const twice = byHour({ '02:00-03:00': 'small hours', default: 'other' }, { timeZone: 'Europe/Berlin' });
    expect(['00:30', '01:30', '02:30'].map((time) => at(twice, `2026-10-25T${time}:00Z`))).toEqual([
      'small hours',
      'small hours',
      'other',
    ]);
    expect(['00:30', '01:00', '01:30'].map((time) => at(twice, `2026-03-29T${time}:00Z`))).toEqual([
      'other',
      'other',
      'other',
    ]);
  });
});

describe('the options', () => {
  test.each<[routes: HourRoutes, timeZone: string | undefined, message: string]>([
    [
      { '9-17': 'a', default: 'b' },
      undefined,
      'byHour: "9-17" is no span of the day; write it as "16:30-00:30"',
    ],
    [{ '24:00-08:00': 'a', default: 'b' }, undefined, 'is no span of the day'],
    [{ '08:00-24:30': 'a', default: 'b' }, undefined, 'is no span of the day'],
    [{ '08:00-08:00': 'a', default: 'b' }, undefined, 'is no span of the day'],
    [{ '08:60-09:00': 'a', default: 'b' }, undefined, 'is no span of the day'],
    [
      night,
      'Mars/Olympus',
      'byHour: there is no time zone "Mars/Olympus"; write an IANA name, "Asia/Shanghai" say',
    ],
  ])('%j in %s is a mistake', (routes, timeZone, message) => {
    expect(() => byHour(routes, timeZone === undefined ? {} : { timeZone })).toThrow(message);
  });

  test('tell where it may send', () => {
    expect(byHour(night).destinations).toEqual(['night', 'day']);
  });
});
