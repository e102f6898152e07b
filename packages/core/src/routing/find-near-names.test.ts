import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findNearNames } from './find-near-names.ts';

describe('findNearNames', () => {
  const known = ['gpt-4o', 'gpt-4o-mini', 'gpt-5.2', 'claude-opus-4-6', 'text-embedding-3-small'];

  test.each([
    ['gpt4o', ['gpt-4o', 'gpt-4o-mini', 'gpt-5.2']],
    ['GPT_4O', ['gpt-4o', 'gpt-4o-mini', 'gpt-5.2']],
    ['claude-opus', ['claude-opus-4-6']],
    ['embedding', ['text-embedding-3-small']],
    ['llama', []],
    ['', []],
  ])('for %j there are %j', (wanted, near) => {
    expect(findNearNames(wanted, known)).toEqual(near);
  });

  test('finds a name with a slip in it, among any others', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), minLength: 5, maxLength: 20 }),
        fc.nat(),
        (name, at) => {
          const slip = at % name.length;
          const wanted = `${name.slice(0, slip)}z${name.slice(slip + 1)}`;
          expect(findNearNames(wanted, ['completely-different-0123456789', name])).toContain(name);
        },
      ),
    );
  });

  test('takes a name of a megabyte in passing', () => {
    const startedAt = performance.now();
    findNearNames(
      'gpt'.repeat(350_000),
      Array.from({ length: 500 }, (_, index) => `model-${index}`),
    );
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
