import { expect, test } from 'vitest';
import { memoryLimits } from '../access/memory-limits.ts';
import { resolveLimits } from './resolve-limits.ts';

const closed = { names: ['chat', 'writer'], isOpen: false };

test('what is said of whom is read, and what is left out is not limited', () => {
  const store = memoryLimits();
  const limits = resolveLimits(
    {
      gateway: { rpm: 100 },
      tenant: { tpm: 10_000, concurrency: 5 },
      models: { chat: { rpd: 10, per: 'key' } },
      paths: { 'acme/research': { tpd: 1 } },
      store,
    },
    closed,
  );
  expect(limits).toEqual({
    gateway: { rpm: 100 },
    tenant: { tpm: 10_000, concurrency: 5 },
    principal: undefined,
    key: undefined,
    models: new Map([['chat', { rpd: 10, per: 'key' }]]),
    paths: new Map([['acme/research', { tpd: 1 }]]),
    store,
  });
});

test('a model may have any name where callers can use any', () => {
  const { models } = resolveLimits({ models: { 'up/gpt': { rpm: 1 } } }, { names: undefined, isOpen: true });
  expect([...models.keys()]).toEqual(['up/gpt']);
});

test.each([
  [5, 'limits: it must be an object of gateway, tenant, principal, key, models, paths, store'],
  [
    { tenat: {} },
    'limits: there is no "tenat"; there can be gateway, tenant, principal, key, models, paths, store. Did you mean "tenant"?',
  ],
  [{ tenant: { rps: 5 } }, 'limits.tenant: there is no "rps"; there can be rpm, rpd, tpm, tpd, concurrency.'],
  [
    { key: { rpm: 0 } },
    'limits.key.rpm: it must be a whole number above 0 (given: 0); leave it out where there is no limit',
  ],
  [{ key: { rpm: -1 } }, 'limits.key.rpm: it must be a whole number above 0 (given: -1)'],
  [{ key: { tpm: 1.5 } }, 'limits.key.tpm: it must be a whole number above 0 (given: 1.5)'],
  [{ key: { tpm: Number.NaN } }, '(given: NaN)'],
  [{ key: { tpd: Number.POSITIVE_INFINITY } }, '(given: Infinity)'],
  [{ key: { concurrency: '5' } }, '(given: string)'],
  [{ gateway: [] }, 'limits.gateway: it must be an object of rpm, rpd, tpm, tpd, concurrency'],
  [
    { models: { writr: { rpm: 1 } } },
    'limits.models["writr"]: no model of this name is served; it must be one of models. Did you mean "writer"?',
  ],
  [
    { models: { chat: { per: 'team' } } },
    'limits.models["chat"].per: it must be one of tenant, principal, key, or left out: everybody together',
  ],
  [{ models: 5 }, 'limits.models: it must be an object of limits by name'],
  [
    { paths: { '/acme': { rpm: 1 } } },
    'limits.paths["/acme"]: a path is made of names with a slash between them: "acme/research"',
  ],
  [
    { store: { take: () => {} } },
    'limits.store: it must have the methods take, adjust, enter, leave, close: the result of redisLimits(client), say',
  ],
])('%j is told, with the cure', (given, message) => {
  expect(() => resolveLimits(given, closed)).toThrow(message);
});

test('where nobody is told apart, what is said of somebody is a mistake', () => {
  expect(() => resolveLimits({ tenant: { rpm: 1 } }, { names: undefined, isOpen: true })).toThrow(
    'limits.tenant: nobody is told apart where the gateway is open; give limits.gateway, or identify in place of open',
  );
});
