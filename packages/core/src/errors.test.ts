import { expect, test } from 'vitest';
import { GatewayError, optionsError, toGatewayError } from './errors.ts';

test('an error of another copy of this package is one, too', () => {
  const foreign = Object.defineProperty(new Error('x'), Symbol.for('vector-engine.error'), { value: true });
  expect(GatewayError.isInstance(foreign)).toBe(true);
  expect(GatewayError.isInstance(new GatewayError('VE_INTERNAL'))).toBe(true);
  for (const other of [new Error('x'), null, undefined, 'VE_INTERNAL', { code: 'VE_INTERNAL' }])
    expect(GatewayError.isInstance(other)).toBe(false);
});

test('what is thrown at the border becomes an internal error, with itself as the cause', () => {
  const thrown = new TypeError('x');
  expect(toGatewayError(thrown)).toMatchObject({ code: 'VE_INTERNAL', cause: thrown });
  const own = new GatewayError('VE_CLOSING');
  expect(toGatewayError(own)).toBe(own);
});

test('a mistake in the options says its reason', () => {
  expect(optionsError('give a key')).toMatchObject({ code: 'VE_OPTIONS_INVALID', message: 'give a key' });
});
