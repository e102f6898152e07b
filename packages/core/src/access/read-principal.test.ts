import { describe, expect, test } from 'vitest';
import { readPrincipal } from './read-principal.ts';

describe('readPrincipal', () => {
  test('copies all that a principal has, and nothing else', () => {
    const given = {
      tenant: 'acme',
      id: 7,
      path: 'acme/research/alice',
      roles: ['admin'],
      limits: { rpm: 60, concurrency: 2 },
      budgets: [{ limit: 12.5, window: 'month', timeZone: 'Europe/Berlin', startDay: 28, soft: 0.5 }],
      models: ['gpt-*'],
      operations: ['chat'],
      regions: ['eu'],
      tags: ['no-retention'],
      traceless: true,
      key: 'key_of_somebody_else',
      password: 'canary',
    };
    const read = readPrincipal(given);
    const { key: _key, password: _password, ...expected } = given;
    expect(read).toEqual({ ...expected, id: '7' });
    expect(read.roles).not.toBe(given.roles);
    expect(read.budgets?.[0]).not.toBe(given.budgets[0]);
  });

  test('what is null is as if it were not there', () => {
    const nulls = { tenant: null, id: 'u', path: null, roles: null, limits: { rpm: null }, traceless: null };
    expect(readPrincipal(nulls)).toEqual({ id: 'u', limits: {} });
  });

  test('a path says the tenant where none is given, and both stay as they are', () => {
    expect(readPrincipal({ path: 'acme/x' })).toEqual({ path: 'acme/x', tenant: 'acme' });
    expect(readPrincipal({ path: 'acme/x', tenant: 't' })).toEqual({ path: 'acme/x', tenant: 't' });
  });

  test.each<[given: object, message: RegExp]>([
    [[], /an array/],
    [{ tenant: {} }, /a tenant that is a object/],
    [{ id: true }, /an? id that is a boolean/],
    [{ path: 7 }, /a path that is a number/],
    [{ path: '' }, /empty step/],
    [{ path: '/acme' }, /empty step/],
    [{ path: 'acme/' }, /empty step/],
    [{ path: 'a//b' }, /empty step/],
    [{ path: 'a\n/b' }, /a path/],
    [{ path: 'x'.repeat(513) }, /more than 512/],
    [{ roles: 'admin' }, /roles that are no array/],
    [{ roles: ['a', 1] }, /roles with something/],
    [{ models: [''] }, /models with something/],
    [{ models: { 0: 'a' } }, /models that are no array/],
    [{ traceless: 'yes' }, /a traceless that is a string/],
    [{ limits: 5 }, /limits that is no object/],
    [{ limits: [] }, /limits that is no object/],
    [{ limits: { rpm: 0 } }, /limits\.rpm that is not a whole number above 0/],
    [{ limits: { rpm: '60' } }, /limits\.rpm/],
    [{ limits: { tpm: 1.5 } }, /limits\.tpm/],
    [{ limits: { concurrency: Number.POSITIVE_INFINITY } }, /limits\.concurrency/],
    [{ limits: { rps: 1 } }, /limits\.rps, which is not known; known: rpm/],
    [{ budgets: { limit: 1 } }, /budgets that are no array/],
    [{ budgets: [{ limit: -1 }] }, /budgets\[0\]\.limit that is not a number from 0/],
    [{ budgets: [{ limit: Number.NaN }] }, /budgets\[0\]\.limit/],
    [{ budgets: [{}] }, /budgets\[0\] without a limit/],
    [{ budgets: [{ limit: 1, window: 'year' }] }, /budgets\[0\]\.window that is none of day/],
    [{ budgets: [{ limit: 1, window: 'credit' }] }, /which a credit does not have/],
    [{ budgets: [{ limit: 1, timeZone: 'Berlin' }] }, /budgets\[0\]\.timeZone that is no time zone/],
    [{ budgets: [{ limit: 1, timeZone: 5 }] }, /timeZone/],
    [{ budgets: [{ limit: 1, startDay: 29 }] }, /startDay that is not a number from 1 to 28/],
    [{ budgets: [{ limit: 1, startDay: 1.5 }] }, /startDay that is no whole number/],
    [{ budgets: [{ limit: 1, window: 'week', startDay: 8 }] }, /from 1 to 7/],
    [{ budgets: [{ limit: 1, soft: 2 }] }, /soft that is not a number from 0 to 1/],
    [{ budgets: [{ limit: 1, hard: 2 }] }, /budgets\[0\]\.hard, which is not known/],
  ])('%j is no principal', (given, message) => {
    expect(() => readPrincipal(given)).toThrow(TypeError);
    expect(() => readPrincipal(given)).toThrow(message);
  });
});
