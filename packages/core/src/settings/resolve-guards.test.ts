import { expect, test } from 'vitest';
import { resolveGuards } from './resolve-guards.ts';

const before = (): undefined => undefined;

test('guards are taken as they are, methods of a class of one’s own, too', () => {
  class Own {
    readonly name = 'own';
    after(): undefined {
      return undefined;
    }
  }
  const own = new Own();
  const plain = { name: 'plain', before };
  expect(resolveGuards([plain, own])).toEqual([plain, own]);
  expect(resolveGuards(undefined)).toEqual([]);
});

test.each([
  [{ name: 'a', before }, 'guards: must be an array'],
  [[before], 'guards[0]: must be an object'],
  [[{ before }], 'guards[0].name: must be a text'],
  [[{ name: 'x'.repeat(65), before }], 'guards[0].name: must be a text of at most 64'],
  [[{ name: 'a' }], 'guards[0]: before and after must be functions, and one of them must be there'],
  [[{ name: 'a', before: true }], 'guards[0]: before and after must be functions'],
  [[{ name: 'a', befor: before }], 'guards[0]: there is no "befor"; there can be name, before, after'],
  [
    [
      { name: 'a', before },
      { name: 'a', after: before },
    ],
    'guards: two are called "a"',
  ],
])('%j is refused: %s', (given, words) => {
  expect(() => resolveGuards(given)).toThrow(words);
});
