import { expect, test } from 'vitest';
import { emptyBudgetField, readNumber } from './budget-fields.ts';
import { emptyKeyForm, formOf, type KeyForm, localTime } from './key-form.ts';
import type { KeyInfo } from './key-shapes.ts';
import { changesOf, fieldOfParameter, readKeyForm, stateOfKey } from './read-key-form.ts';

const now = Date.UTC(2026, 10, 22);
const full: KeyForm = {
  ...emptyKeyForm,
  name: ' CI ',
  tenant: 'acme',
  path: 'acme/ci',
  models: 'gpt-5*, claude-opus-4-6\nwriter',
  operations: 'chat、embeddings',
  addresses: '10.0.0.0/8',
  expiresAt: localTime(now + 86_400_000),
  limits: { rpm: '60', rpd: '', tpm: '1,000,000', tpd: '', concurrency: '4' },
  budgets: [
    { ...emptyBudgetField(7), limit: '$20.50', timeZone: 'Europe/Berlin', startDay: '15', soft: '90' },
    { ...emptyBudgetField(8), window: 'credit', limit: 'is not asked' },
  ],
  traceless: true,
};
const key: KeyInfo = {
  id: 'key_1',
  hint: '…a1b2',
  name: 'CI',
  createdAt: 0,
  updatedAt: 0,
  version: 3,
};

test('a form says what a key is to be', () => {
  expect(readKeyForm(full, now)).toEqual({
    errors: {},
    spec: {
      name: 'CI',
      tenant: 'acme',
      path: 'acme/ci',
      models: ['gpt-5*', 'claude-opus-4-6', 'writer'],
      operations: ['chat', 'embeddings'],
      addresses: ['10.0.0.0/8'],
      limits: { rpm: 60, tpm: 1_000_000, concurrency: 4 },
      budgets: [
        { window: 'month', limit: 20.5, timeZone: 'Europe/Berlin', startDay: 15, soft: 0.9 },
        { window: 'credit' },
      ],
      traceless: true,
      expiresAt: now + 86_400_000,
    },
  });
});

test('each field that is wrong is named', () => {
  const wrong: KeyForm = {
    ...full,
    name: ' ',
    path: 'acme//ci',
    expiresAt: localTime(now - 60_000),
    limits: { ...full.limits, rpm: '0', tpd: 'many' },
    budgets: [
      { ...emptyBudgetField(1), limit: '' },
      { ...emptyBudgetField(2), limit: '5', soft: '101' },
      { ...emptyBudgetField(3), limit: '5', window: 'week', startDay: '8' },
    ],
  };
  expect(readKeyForm(wrong, now).errors).toEqual({
    name: 'errorName',
    path: 'errorPath',
    expiresAt: 'errorPast',
    'limits.rpm': 'errorWhole',
    'limits.tpd': 'errorWhole',
    'budgets.1': 'errorDollars',
    'budgets.2': 'errorSoft',
    'budgets.3': 'errorStartDay',
  });
});

test('a key that is edited and left as it is has no changes', () => {
  const { spec } = readKeyForm(full, now);
  const again = readKeyForm(formOf({ ...key, ...spec }), now).spec;
  expect(changesOf(spec, again)).toEqual({});
});

test('only what is another is changed, and null takes away what was said', () => {
  const before = readKeyForm(full, now).spec;
  const after = readKeyForm(
    { ...full, name: 'CI 2', models: '', budgets: [], expiresAt: '', traceless: false },
    now,
  ).spec;
  expect(changesOf(before, after)).toEqual({
    name: 'CI 2',
    models: null,
    budgets: null,
    expiresAt: null,
    traceless: null,
  });
});

test('what the gateway refuses is told at its field', () => {
  expect(fieldOfParameter('addresses', full)).toBe('addresses');
  expect(fieldOfParameter('limits.tpm that', full)).toBe('limits.tpm');
  expect(fieldOfParameter('budgets[1].soft', full)).toBe('budgets.8');
  expect(fieldOfParameter('body', full)).toBeUndefined();
});

test('a key that is disabled or past its end cannot be used', () => {
  expect(stateOfKey({}, now)).toBe('active');
  expect(stateOfKey({ expiresAt: now }, now)).toBe('expired');
  expect(stateOfKey({ expiresAt: now, disabledAt: 1 }, now)).toBe('disabled');
});

test('numbers are read as people write them', () => {
  expect(['1,000', '1,5', '1 000', '$2.5', '', 'x'].map(readNumber)).toEqual([
    1000,
    1.5,
    1000,
    2.5,
    undefined,
    Number.NaN,
  ]);
});
