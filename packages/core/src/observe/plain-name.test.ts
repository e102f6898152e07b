import { expect, test } from 'vitest';
import { plainName } from './plain-name.ts';

test('what does not show in a name is replaced, and the name is cut', () => {
  expect(plainName('gpt-5.2 é中')).toBe('gpt-5.2 é中');
  expect(plainName('a\r\nb\u0000\u0085\u2028\u2029\u202e\u200b\u001b[31m')).toBe(
    'a\ufffd\ufffdb\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd[31m',
  );
  expect(plainName('\ud83d\ude00')).toBe('\ud83d\ude00');
  expect(plainName('\ud83d')).toBe('\ufffd');
  expect(plainName('x'.repeat(1000))).toHaveLength(256);
});
