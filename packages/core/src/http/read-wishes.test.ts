import { describe, expect, test } from 'vitest';
import { readWishes } from './read-wishes.ts';

describe('readWishes', () => {
  test('a caller that says nothing is interactive, and waits as long as the gateway lets it', () => {
    expect(readWishes({})).toEqual({ priority: 'interactive', timeout: undefined });
  });

  test.each([
    ['30', 30_000],
    ['1.5', 1500],
    ['30s', 30_000],
    ['0.25s', 250],
    ['1500ms', 1500],
    ['0.5ms', 0.5],
    ['999999999999', 999_999_999_999_000],
  ])('the time %s is %d milliseconds', (timeout, milliseconds) => {
    expect(readWishes({ 'x-vector-timeout': timeout }).timeout).toBe(milliseconds);
  });

  test.each([
    '',
    '0',
    '0ms',
    '-1',
    '+1',
    '1e3',
    'abc',
    '1 s',
    ' 1',
    '1m',
    '1,5',
    '.5',
    '5.',
    'Infinity',
    '9'.repeat(13),
  ])('the time "%s" is none, and the header is named', (timeout) => {
    expect(() => readWishes({ 'x-vector-timeout': timeout })).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        details: expect.objectContaining({ parameter: 'x-vector-timeout' }),
      }),
    );
  });

  test('two times are none', () => {
    expect(() => readWishes({ 'x-vector-timeout': ['1', '2'] })).toThrow(/above 0/);
  });

  test('a priority is one of two words', () => {
    expect(readWishes({ 'x-vector-priority': 'batch' }).priority).toBe('batch');
    expect(readWishes({ 'x-vector-priority': 'interactive' }).priority).toBe('interactive');
    for (const priority of ['', 'high', 'Batch', ['batch', 'batch']])
      expect(() => readWishes({ 'x-vector-priority': priority })).toThrow(
        expect.objectContaining({
          code: 'VE_PARAMETER_INVALID',
          details: expect.objectContaining({ parameter: 'x-vector-priority' }),
        }),
      );
  });
});
