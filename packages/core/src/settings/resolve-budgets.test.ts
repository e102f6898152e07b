import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import { resolveBudgets } from './resolve-budgets.ts';

const limitsAt = (given: unknown, path: string): (number | undefined)[] =>
  resolveBudgets(given, false)
    ?.at(path)
    .map(({ limit }) => limit) ?? [];

describe('which budgets hold', () => {
  const given = {
    acme: [{ limit: 1 }, { limit: 2, window: 'day' }],
    'acme/*': { limit: 3 },
    'acme/research': { limit: 4 },
    'acme/free': [],
    '*': { limit: 5 },
    '*/research/*': { limit: 6 },
    'acme/*/*': { limit: 7 },
  };

  test.each<[string, number[]]>([
    ['acme', [1, 2]],
    ['globex', [5]],
    ['acme/sales', [3]],
    ['acme/research', [4]],
    ['acme/free', []],
    ['globex/research/alice', [6]],
    ['acme/research/alice', [7]],
    ['globex/sales', []],
    ['acme/research/alice/laptop', []],
    ['constructor', [5]],
  ])('%s', (path, limits) => {
    expect(limitsAt(given, path)).toEqual(limits);
  });

  test('a function is asked with every call', () => {
    let limit = 1;
    const rules = resolveBudgets((path: string) => (path === 'acme' ? { limit: limit++ } : undefined), false);
    expect([1, 2].map(() => rules?.at('acme')[0]?.limit)).toEqual([1, 2]);
    expect(rules?.at('globex')).toEqual([]);
    expect(rules?.isFixed).toBe(false);
  });

  test('nothing is said where nothing was', () => {
    expect(resolveBudgets(undefined, true)).toBeUndefined();
  });
});

const wrong: [what: unknown, told: string | RegExp][] = [
  [{ limit: -1 }, 'budgets["acme"].limit: it must be a number of dollars, not negative'],
  [{ limit: Number.NaN }, '(given: NaN)'],
  [{ limit: Infinity }, '(given: Infinity)'],
  [{ limit: '5' }, '(given: string)'],
  [{}, 'budgets["acme"].limit: it is missing; give a number of dollars'],
  [[{ limit: 1 }, { limit: -1 }], 'budgets["acme"][1].limit'],
  [{ limit: 1, soft: 1.2 }, 'budgets["acme"].soft: it must be a share of the limit, from 0 to 1'],
  [{ limit: 1, soft: -0.1 }, '.soft'],
  [{ limit: 1, window: 'year' }, '.window: it must be one of day, week, month, total, credit'],
  [{ limit: 1, startDay: 29 }, '.startDay: it must be a day of the month, from 1 to 28 (given: 29)'],
  [{ limit: 1, startDay: 0 }, '.startDay'],
  [{ limit: 1, startDay: 1.5 }, '.startDay'],
  [{ limit: 1, window: 'week', startDay: 8 }, 'a day of the week, from 1 to 7'],
  [{ limit: 1, window: 'day', startDay: 2 }, 'only a week or a month has one'],
  [
    { limit: 1, timeZone: 'Europe/Berlim' },
    'no time zone "Europe/Berlim"; it is named as in "Europe/Berlin"',
  ],
  [{ limit: 1, timeZone: 2 }, '.timeZone'],
  [
    { limit: 1, window: 'credit' },
    'a credit is what was paid in, by gateway.budgets.topUp(); leave the limit out',
  ],
  [
    { limit: 1, windows: 'day' },
    'there is no "windows"; there can be limit, window, timeZone, startDay, soft. Did',
  ],
  [5, 'it must be { limit, window'],
  [undefined, 'it must be { limit, window'],
];

describe('mistakes are told with their cure', () => {
  test.each(wrong)('%j', (value, told) => {
    expect(() => resolveBudgets({ acme: value }, false)).toThrow(told);
    expect(() => resolveBudgets({ acme: value }, false)).toThrow(GatewayError);
  });

  test.each(wrong.slice(0, -1))('%j, of a function', (value, told) => {
    const inCall = typeof told === 'string' ? told.replace('budgets["acme"]', 'budgets("acme")') : told;
    expect(() => resolveBudgets(() => value, false)?.at('acme')).toThrow(inCall);
  });

  test.each(['', '/acme', 'acme/', 'acme//research'])('the path "%s" has an empty step', (path) => {
    expect(() => resolveBudgets({ [path]: { limit: 1 } }, false)).toThrow(
      `budgets["${path}"]: a path is made of names with a slash between them`,
    );
  });

  test.each([[5], ['acme'], [null], [[]]])('%j is no object', (given) => {
    expect(() => resolveBudgets(given, false)).toThrow('budgets: it must be an object of budgets by path');
  });

  test('an open gateway knows nobody who could have one', () => {
    expect(() => resolveBudgets({ acme: { limit: 1 } }, true)).toThrow('give identify');
  });

  test('a function that throws gives no budget', () => {
    const cause = new Error('no database');
    const rules = resolveBudgets(() => {
      throw cause;
    }, false);
    expect(() => rules?.at('acme')).toThrow(
      expect.objectContaining({ code: 'VE_OPTIONS_INVALID', cause, message: 'budgets("acme"): it threw' }),
    );
  });

  test('a function that gives a promise gives no budget', () => {
    const rules = resolveBudgets(() => Promise.resolve({ limit: 5 }), false);
    expect(() => rules?.at('acme')).toThrow('budgets("acme").limit: it is missing');
  });
});
