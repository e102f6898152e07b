import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PrincipalBook } from './principal-book.ts';
import { readPrincipal } from './read-principal.ts';

const given = {
  tenant: 'acme',
  id: 7,
  path: 'acme/research/alice',
  roles: ['admin'],
  limits: { rpm: 60, tpm: null },
  budgets: [{ limit: 12.5, window: 'month' }],
  traceless: false,
};
const names = fc.constantFrom('acme', 'globex', undefined, null);
const list = fc.option(fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }), { nil: undefined });
const figure = fc.option(fc.integer({ min: 1, max: 2 }), { nil: null });
const said = fc.record(
  {
    tenant: names,
    id: fc.constantFrom('u', 7, '7', undefined),
    path: fc.constantFrom('acme/u', 'globex/u', undefined),
    roles: list,
    models: list,
    regions: list,
    limits: fc.option(fc.record({ rpm: figure, tpd: figure }, { requiredKeys: [] }), { nil: undefined }),
    budgets: fc.option(
      fc.array(fc.record({ limit: fc.constantFrom(1, 2), window: fc.constantFrom('day', 'month') }), {
        maxLength: 2,
      }),
      { nil: undefined },
    ),
    traceless: fc.constantFrom(true, false, null),
  },
  { requiredKeys: [] },
);

describe('PrincipalBook', () => {
  test('a caller who is said anew, and the same, is the same object', () => {
    const book = new PrincipalBook();
    const first = book.read(given);
    expect(book.read(structuredClone(given))).toBe(first);
    expect(first).toEqual(readPrincipal(given));
  });

  test('whatever was said before, a caller is what is said of it now', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 2, maxLength: 12 }), (all) => {
        const book = new PrincipalBook();
        for (const one of all) expect(book.read(one)).toEqual(readPrincipal(one));
      }),
    );
  });

  test('what a host changes in its own object counts from the next call on', () => {
    const book = new PrincipalBook();
    const mine = structuredClone(given);
    book.read(mine);
    mine.limits.rpm = 5;
    mine.roles.push('owner');
    expect(book.read(mine)).toMatchObject({ limits: { rpm: 5 }, roles: ['admin', 'owner'] });
  });

  test('what is wrong is told each time, also of somebody who was known', () => {
    const book = new PrincipalBook();
    book.read(given);
    for (const wrong of [{ limits: { rpm: 0 } }, { limits: { rps: 1, rpm: 60 } }, { roles: 'admin' }])
      for (let time = 0; time < 2; time++)
        expect(() => book.read({ ...given, ...wrong })).toThrow(/limits|roles/);
  });

  test('nobody can change who somebody is', () => {
    const principal = new PrincipalBook().read(given);
    expect(Object.isFrozen(principal)).toBe(true);
    for (const member of [principal.limits, principal.roles, principal.budgets?.[0]])
      expect(Object.isFrozen(member)).toBe(true);
  });
});
