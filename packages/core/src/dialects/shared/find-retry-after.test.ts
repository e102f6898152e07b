import { describe, expect, test } from 'vitest';
import { findRetryAfter } from './find-retry-after.ts';

describe('findRetryAfter', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    ['seconds', { 'retry-after': '2.5' }, 2500],
    [
      'a date, by the clock of whoever wrote it',
      { 'retry-after': 'Wed, 21 Oct 2015 07:28:10 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' },
      10_000,
    ],
    [
      'a date that is over',
      { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT', date: 'Wed, 21 Oct 2015 07:28:10 GMT' },
      0,
    ],
    ['a date without another', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, undefined],
    ['more than a day', { 'retry-after': '86401' }, undefined],
    ['nothing', { 'retry-after': '' }, undefined],
    ['a word', { 'retry-after': 'soon' }, undefined],
    ['less than nothing', { 'retry-after': '-1' }, undefined],
  ])('headers with %s', (_, headers, wait) => {
    expect(findRetryAfter(headers, {})).toBe(wait);
  });

  test.each<[string, number | undefined]>([
    ['Please try again in 20s.', 20_000],
    ['Please try again in 1m7.66s. Visit https://example.com', 67_660],
    ['Please try again in 120ms.', 120],
    ['Please retry after 12 seconds.', 12_000],
    ['Please retry in 48.939935699s.', 48_940],
    ['Too many requests, please wait at least 2 minutes before trying again.', 120_000],
    ['Try again in 6 hours', 21_600_000],
    ['Retry the request with at most 1000 tokens.', undefined],
    ['The server had an error; try again.', undefined],
  ])('%s', (message, wait) => {
    expect(findRetryAfter({}, { message })).toBe(wait);
  });

  test('fields are seconds or durations, and are asked before the words', () => {
    expect(findRetryAfter({}, { fields: [undefined, 3], message: 'retry in 9s' })).toBe(3000);
    expect(findRetryAfter({}, { fields: ['34.5s'] })).toBe(34_500);
    expect(findRetryAfter({}, { fields: ['4'] })).toBe(4000);
    expect(findRetryAfter({}, { fields: [{ seconds: 1 }, true] })).toBeUndefined();
  });

  test('headers are asked first', () => {
    expect(findRetryAfter({ 'retry-after': '1' }, { fields: [3] })).toBe(1000);
  });
});
