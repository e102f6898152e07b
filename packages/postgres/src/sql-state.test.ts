import { expect, test } from 'vitest';
import { isConflict, isDataError, isMissing, isRefusal, sqlState } from './sql-state.ts';

const errorOf = (code: string): Error =>
  new Error('wrapped', { cause: Object.assign(new Error(), { code }) });

test('what Postgres says is found below what wraps it; what a socket says is none', () => {
  expect(sqlState(errorOf('40001'))).toBe('40001');
  expect(sqlState(errorOf('ECONNREFUSED'))).toBe(undefined);
  expect(sqlState('40001')).toBe(undefined);
});

test.each<[string, readonly boolean[]]>([
  // Refused, data, conflict, missing.
  ['22003', [true, true, false, false]],
  ['23505', [true, true, false, false]],
  ['40P01', [true, false, true, false]],
  ['42P01', [true, false, false, true]],
  ['57014', [true, false, false, false]],
  ['57P01', [false, false, false, false]],
  ['08006', [false, false, false, false]],
  ['53300', [false, false, false, false]],
  ['EPIPE', [false, false, false, false]],
])('%s', (code, expected) => {
  const error = errorOf(code);
  expect([isRefusal(error), isDataError(error), isConflict(error), isMissing(error)]).toEqual(expected);
});
