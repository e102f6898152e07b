import { describe, expect, test } from 'vitest';
import { dollar, openDesk } from '../../test/account-world.ts';
import { ledgerEntry } from '../../test/ledger-world.ts';
import type { KeyInfo } from '../access/key-desk.ts';
import { memoryLedger } from '../ledger/memory/memory-ledger.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import { type BudgetTree as Budgets, resolveBudgets } from '../settings/resolve-budgets.ts';
import { BudgetTree } from './budget-tree.ts';

interface Given {
  readonly budgets?: Budgets;
  readonly keys?: readonly Partial<KeyInfo>[];
  /** What was spent: where, and how many dollars. */
  readonly spent?: readonly (readonly [path: string, dollars: number, key?: string])[];
}

const now = Date.UTC(2026, 10, 21);

/** The tree in the middle of November, with what was spent in the ledger and in the accounts. */
async function setUp({ budgets, keys, spent = [] }: Given) {
  const { desk, accounts, clock, hold, logged } = openDesk(budgets);
  const ledger = memoryLedger({ entries: 5000 });
  const entries = spent.map(
    ([path, dollars, key], index): LedgerEntry =>
      ledgerEntry({ id: `call-${index}`, time: now - index, path, cost: dollars * dollar, key }),
  );
  await ledger.append([
    ...entries,
    ledgerEntry({ id: 'old', time: now - 40 * 86_400_000, path: 'acme/old' }),
  ]);
  const infos = (keys ?? []).map(
    (info, index): KeyInfo => ({
      id: `key_${index}`,
      hint: '…abcd',
      name: `key ${index}`,
      createdAt: 1,
      updatedAt: 1,
      version: 1,
      ...info,
    }),
  );
  const down = { isIt: false };
  let listed = 0;
  let summed = 0;
  for (const [path, dollars, key] of spent) {
    const own = infos.find(({ id }) => id === key)?.budgets;
    const held = await hold({ path, key, budgets: own }, 0, dollars);
    held?.settle(dollars * dollar);
  }
  await desk.flush();
  const tree = new BudgetTree({
    rules: resolveBudgets(budgets, false),
    desk,
    ledger: {
      totals: (filter, groups) => {
        summed++;
        if (down.isIt) return Promise.reject(new Error('down'));
        return ledger.totals(filter, groups);
      },
    },
    keys: keys && {
      list: ({ limit = 100, after, path, tenant } = {}) => {
        listed++;
        const meant = infos.filter((info) => {
          if (tenant !== undefined && info.tenant !== tenant) return false;
          return path === undefined || info.path === path || info.path?.startsWith(`${path}/`) === true;
        });
        const start = after === undefined ? 0 : meant.findIndex(({ id }) => id === after) + 1;
        return Promise.resolve(meant.slice(start, start + limit));
      },
    },
    clock,
  });
  accounts.asked['read'] = 0;
  const asked = () => ({ read: accounts.asked['read'], listed, summed });
  return { tree, asked, accounts, logged, clock, down };
}

describe('one level of the tree of budgets', () => {
  const spent = [
    ['acme/research/ann', 2],
    ['acme/sales/bob', 1],
    ['globex', 0.5],
  ] as const;

  test('is what the options name and what the ledger has seen this month, the dearest first', async () => {
    const { tree } = await setUp({ budgets: { acme: { limit: 10 }, initech: { limit: 1 } }, spent });
    const { data, under, isWhole } = await tree.children('');
    expect({ under, isWhole }).toEqual({ under: '', isWhole: true });
    expect(data).toEqual([
      {
        path: 'acme',
        name: 'acme',
        hasMore: true,
        budgets: [expect.objectContaining({ path: 'acme', window: 'month', limit: 10, spent: 3, left: 7 })],
        share: 0.3,
        isNear: false,
        spentThisMonth: 3,
      },
      {
        path: 'globex',
        name: 'globex',
        hasMore: false,
        budgets: [],
        share: null,
        isNear: false,
        spentThisMonth: 0.5,
      },
      expect.objectContaining({ path: 'initech', hasMore: false, share: 0, spentThisMonth: 0 }),
    ]);
  });

  test('shows budgets of exactly each place, and those of places that share a rule', async () => {
    const { tree } = await setUp({
      budgets: { acme: { limit: 10 }, 'acme/*': { limit: 2, window: 'day' } },
      spent,
    });
    const { data } = await tree.children('acme');
    expect(data.map(({ path, share, isNear, budgets }) => [path, share, isNear, budgets.length])).toEqual([
      ['acme/research', 1, true, 1],
      ['acme/sales', 0.5, false, 1],
    ]);
    expect((await tree.children('acme/research')).data).toMatchObject([
      { path: 'acme/research/ann', name: 'ann', hasMore: false, budgets: [], spentThisMonth: 2 },
    ]);
    expect((await tree.children('nobody')).data).toEqual([]);
  });

  test('has the keys that hang there: at their path, at their tenant, or at the root', async () => {
    const { tree } = await setUp({
      budgets: { acme: { limit: 10 } },
      keys: [
        { id: 'key_a', path: 'acme/research', budgets: [{ limit: 1 }] },
        { id: 'key_b', tenant: 'acme', disabledAt: 5, expiresAt: 9 },
        { id: 'key_c' },
      ],
      spent: [
        ['acme/research', 0.9, 'key_a'],
        ['acme/key_b', 0.25, 'key_b'],
        ['key_c', 0.125, 'key_c'],
      ],
    });
    const root = await tree.children();
    expect(root.data.map(({ path, spentThisMonth }) => [path, spentThisMonth])).toEqual([['acme', 1.15]]);
    expect(root.keys).toMatchObject([{ id: 'key_c', spentThisMonth: 0.125, budgets: [], share: null }]);
    const acme = await tree.children('acme');
    expect(acme.data.map(({ path, hasMore }) => [path, hasMore])).toEqual([['acme/research', true]]);
    expect(acme.keys).toEqual([
      {
        id: 'key_b',
        name: 'key 1',
        hint: '…abcd',
        budgets: [],
        share: null,
        isNear: false,
        spentThisMonth: 0.25,
        isDisabled: true,
        expiresAt: 9,
      },
    ]);
    expect((await tree.children('acme/research')).keys).toMatchObject([
      { id: 'key_a', share: 0.9, isNear: true, budgets: [{ key: 'key_a', limit: 1, spent: 0.9 }] },
    ]);
  });

  test('asks the ledger, the accounts and the keys once each, however many there are', async () => {
    const { tree, asked } = await setUp({
      budgets: { '*': { limit: 1 } },
      keys: Array.from({ length: 20 }, () => ({ budgets: [{ limit: 1 }] })),
      spent: Array.from({ length: 40 }, (_, index) => [`tenant-${index}/a`, 0.1] as const),
    });
    const { data, keys } = await tree.children('');
    expect([data.length, keys.length]).toEqual([40, 20]);
    expect(asked()).toEqual({ read: 1, listed: 1, summed: 1 });
  });

  test('asks the ledger no more often than every quarter of a minute, and again at once where it failed', async () => {
    const { tree, asked, clock, down } = await setUp({ spent });
    down.isIt = true;
    await expect(tree.children('')).rejects.toThrow('down');
    down.isIt = false;
    await Promise.all([tree.children(''), tree.children(''), tree.near()]);
    expect(asked().summed).toBe(2);
    await clock.advance(14_999);
    await tree.children('');
    expect(asked().summed).toBe(2);
    await clock.advance(1);
    expect((await tree.children('')).data).toHaveLength(2);
    expect(asked().summed).toBe(3);
  });

  test('shows a name as it is said, whatever is in it', async () => {
    const { tree } = await setUp({ spent: [['a%2Fb/%zz', 1]] });
    expect((await tree.children('')).data).toMatchObject([{ path: 'a%2Fb', name: 'a/b' }]);
    expect((await tree.children('a%2Fb')).data).toMatchObject([{ path: 'a%2Fb/%zz', name: '%zz' }]);
  });

  test('leaves those out that have spent least, where there are too many, and says so', async () => {
    const { tree } = await setUp({
      spent: Array.from({ length: 1001 }, (_, index) => [`t${index}`, index === 7 ? 0.001 : 1] as const),
      budgets: { t7: { limit: 1 } },
    });
    const { data, isWhole } = await tree.children('');
    expect([data.length, isWhole]).toEqual([1000, false]);
  });

  test.each(['/', 'acme//x', 'acme/', '/acme'])('is refused of what is no path: %s', async (under) => {
    const { tree } = await setUp({});
    await expect(tree.children(under)).rejects.toMatchObject({
      code: 'VE_PARAMETER_INVALID',
      details: { parameter: 'under' },
    });
  });

  test('of a function of the operator’s is what that says; one that throws is told in the log', async () => {
    const { tree, logged } = await setUp({
      budgets: (path) => {
        if (path === 'bad') throw new Error('down');
        return path === 'acme' ? { limit: 2 } : undefined;
      },
      spent: [['acme/ann', 1]],
      keys: [{ path: 'bad' }],
    });
    expect((await tree.children('')).data).toMatchObject([
      { path: 'acme', share: 0.5 },
      { path: 'bad', budgets: [], hasMore: true },
    ]);
    expect(logged).toContain('a budget cannot be read');
  });
});

describe('who is near a limit', () => {
  test('are the places and keys that have spent four fifths or more, the nearest first', async () => {
    const { tree } = await setUp({
      budgets: {
        acme: { limit: 10 },
        'acme/research': { limit: 1 },
        '*/*/ann': { limit: 0.5 },
        idle: { limit: 1 },
      },
      keys: [{ id: 'key_a', path: 'globex', name: 'robot', budgets: [{ limit: 1 }] }, { id: 'key_b' }],
      spent: [
        ['acme/research/ann', 0.45],
        ['acme/research/bob', 0.35],
        ['globex', 0.99, 'key_a'],
      ],
    });
    const { data, isWhole } = await tree.near();
    expect(isWhole).toBe(true);
    expect(data.map(({ of, id, name, share }) => [of, id, name, share])).toEqual([
      ['key', 'key_a', 'robot', 0.99],
      ['path', 'acme/research/ann', 'ann', 0.9],
      ['path', 'acme/research', 'research', 0.8],
    ]);
  });

  test('where nothing may be spent, it is all spent', async () => {
    const { tree } = await setUp({ budgets: { blocked: { limit: 0 }, prepaid: { window: 'credit' } } });
    expect((await tree.near()).data.map(({ id, share }) => [id, share])).toEqual([
      ['blocked', 1],
      ['prepaid', 1],
    ]);
  });

  test('are twenty at most, of five thousand that are looked at, a thousand at a time', async () => {
    const { tree, asked } = await setUp({
      budgets: Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`t${index}`, { limit: 0 }])),
      keys: Array.from({ length: 6000 }, () => ({ budgets: [{ limit: 1 }] })),
    });
    const { data, isWhole } = await tree.near();
    expect([data.length, isWhole]).toEqual([20, false]);
    expect(asked()).toEqual({ read: 5, listed: 5, summed: 1 });
  });
});
