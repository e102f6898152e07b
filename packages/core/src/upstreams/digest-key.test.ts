import { expect, test } from 'vitest';
import { digestKey } from './digest-key.ts';

test('a digest says which key it is, and not what it is', () => {
  expect(digestKey('sk-1')).toBe(digestKey('sk-1'));
  expect(digestKey('sk-1')).not.toBe(digestKey('sk-2'));
  expect(digestKey('sk-1')).toMatch(/^[\w-]{22}$/);
  expect(digestKey(undefined)).toBe(digestKey(''));
});
