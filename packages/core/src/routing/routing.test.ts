import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findNearNames } from './find-near-names.ts';
import { orderTargets } from './order-targets.ts';
import { type RoutedTarget, resolveModel } from './resolve-model.ts';

/** mulberry32: the same numbers from the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const weights = fc.array(fc.option(fc.double({ min: 0.01, max: 100, noNaN: true }), { nil: undefined }), {
  maxLength: 6,
});

describe('orderTargets', () => {
  test('keeps every target, once, whatever the weights and the draws', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (given, drawn) => {
        const targets = given.map((weight, index) => ({ index, weight }));
        const ordered = orderTargets(targets, () => drawn);
        expect(ordered.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(
          targets.map(({ index }) => index),
        );
      }),
    );
  });

  test('keeps the written order where nothing has a weight', () => {
    const targets = [{ weight: undefined }, { weight: undefined }];
    expect(orderTargets(targets, () => 0.99)).toBe(targets);
  });

  test('gives each target its share of the first places, and of the second', () => {
    const targets = [
      { name: 'six', weight: 6 },
      { name: 'three', weight: 3 },
      { name: 'one', weight: undefined },
    ];
    const random = seeded(42);
    const first: Record<string, number> = {};
    const afterSix: Record<string, number> = {};
    for (let draw = 0; draw < 20_000; draw++) {
      const [best, next] = orderTargets(targets, random).map(({ name }) => name);
      first[best ?? ''] = (first[best ?? ''] ?? 0) + 1 / 20_000;
      if (best === 'six') afterSix[next ?? ''] = (afterSix[next ?? ''] ?? 0) + 1;
    }
    expect(first['six']).toBeCloseTo(0.6, 1);
    expect(first['three']).toBeCloseTo(0.3, 1);
    expect(first['one']).toBeCloseTo(0.1, 1);
    expect((afterSix['three'] ?? 0) / (afterSix['one'] ?? 1)).toBeGreaterThan(2.5);
    expect((afterSix['three'] ?? 0) / (afterSix['one'] ?? 1)).toBeLessThan(3.5);
  });
});

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

const target = (upstream: string, model: string): RoutedTarget => ({ upstream, model, weight: undefined });

describe('resolveModel', () => {
  const table = {
    models: new Map([
      ['gpt-4o', [target('openai', 'gpt-4o')]],
      ['openai/own', [target('azure', 'own')]],
    ]),
    addressable: new Set(['openai']),
  };

  test('a named model has the targets it was given, a slash in its name or not', () => {
    expect(resolveModel(table, 'gpt-4o')).toEqual([target('openai', 'gpt-4o')]);
    expect(resolveModel(table, 'openai/own')).toEqual([target('azure', 'own')]);
  });

  test('an addressable upstream takes any model, slashes included', () => {
    expect(resolveModel(table, 'openai/ft:gpt/x')).toEqual([target('openai', 'ft:gpt/x')]);
  });

  test.each(['gpt4o', 'azure/gpt-4o', 'openai/', '/gpt-4o', 'openai', '', '__proto__', 'constructor'])(
    '%j is not there',
    (name) => {
      const resolve = (): unknown => resolveModel(table, name);
      expect(resolve).toThrow(expect.objectContaining({ code: 'VE_MODEL_NOT_FOUND' }));
    },
  );

  test('says what may have been meant', () => {
    expect(() => resolveModel(table, 'gpt4o')).toThrow(
      expect.objectContaining({ details: { model: 'gpt4o', suggestions: ['gpt-4o'] } }),
    );
  });
});
