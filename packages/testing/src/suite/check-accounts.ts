import type { AccountLine, AccountState, AccountStore, HoldRequest, HoldResult } from '@vector-engine/core';
import { type Check, checkEach, expectSame } from './check-each.ts';
import type { MountFinding } from './check-mount.ts';
import { expectThat } from './expect-answer.ts';

export interface AccountCheckOptions {
  /** The same accounts, as another process has them. Given, what one process does is looked for in the other. */
  readonly other?: AccountStore;
}

interface Trial {
  readonly store: AccountStore;
  /** As another process has it; the same one where none was given. */
  readonly other: AccountStore;
  /** A name that no other check uses. */
  readonly name: (word: string) => string;
  /** A line that no other check has. */
  readonly line: (limit: number | 'credit', word?: string, period?: string) => AccountLine;
}

/** Long before anything that a store in use may hold. */
const start = 1_000_000;

type Wish = Pick<HoldRequest, 'id' | 'amount' | 'lines'> & Partial<HoldRequest>;

function hold(store: AccountStore, wish: Wish): Promise<HoldResult> {
  return store.hold({ holder: undefined, minimum: wish.amount, expiresAt: start * 1000, ...wish });
}

/** What is held, 0 where it was refused. */
const held = (result: HoldResult): number => ('granted' in result ? result.granted : 0);

async function expectState(
  store: AccountStore,
  line: AccountLine,
  expected: Partial<AccountState>,
): Promise<void> {
  const [state, ...more] = await store.read([line]);
  expectThat(state !== undefined && more.length === 0, 'read() must give one state for each line');
  const found = { spent: state.spent, held: state.held, limit: state.limit };
  expectSame(found, { ...found, ...expected }, `read() of ${line.account}`);
}

const checks: readonly Check<Trial>[] = [
  {
    name: 'knows nothing of what was never held',
    async run({ store, line, name }) {
      await expectState(store, line(7), { spent: 0, held: 0, limit: 7 });
      await expectState(store, line('credit'), { spent: 0, held: 0, limit: 0 });
      expectSame(await store.settle([{ id: name('never'), cost: 5 }]), [], 'settle() of no hold');
      expectSame(await store.resize(name('never'), 5), 0, 'resize() of no hold');
      expectSame(await store.read([]), [], 'read() of nothing');
      return 'nothing';
    },
  },
  {
    name: 'holds, and settles what was spent of it, once',
    async run({ store, other, line, name }) {
      const [month, day] = [line(1000), line(300, 'day')];
      const result = await hold(store, { id: name('a'), amount: 200, lines: [month, day] });
      expectSame(held(result), 200, 'hold()');
      expectSame(
        result.states.map((state) => state.held),
        [200, 200],
        'the states of hold()',
      );
      await expectState(other, day, { spent: 0, held: 200, limit: 300 });
      const settled = await other.settle([{ id: name('a'), cost: 150 }]);
      const told = settled.map(({ account, period, limit, spent, held: left }) =>
        JSON.stringify([account, period, limit, spent, left]),
      );
      const expected = [
        [month.account, month.period, 1000, 150, 0],
        [day.account, day.period, 300, 150, 0],
      ].map((one) => JSON.stringify(one));
      expectSame(told.toSorted(), expected.toSorted(), 'settle()');
      expectSame(await store.settle([{ id: name('a'), cost: 150 }]), [], 'settle() a second time');
      await expectState(store, month, { spent: 150, held: 0 });
      await expectState(store, day, { spent: 150, held: 0 });
      return '150 of 200';
    },
  },
  {
    name: 'holds less where there is less room, and nothing below what is of use',
    async run({ store, line, name }) {
      const [wide, narrow] = [line(1000), line(100, 'narrow')];
      const lines = [wide, narrow];
      expectSame(held(await hold(store, { id: name('a'), amount: 70, lines })), 70, 'hold()');
      const partly = await hold(store, { id: name('b'), amount: 70, minimum: 10, lines });
      expectSame(held(partly), 30, 'hold() of 70 where there is room for 30');
      const refused = await hold(store, { id: name('c'), amount: 70, minimum: 10, lines });
      expectThat('refusedBy' in refused, 'hold() must refuse where there is no room');
      expectSame(refused.refusedBy, 1, 'refusedBy');
      expectSame(refused.states[1]?.held, 100, 'what is held there, as a refusal tells it,');
      await expectState(store, wide, { spent: 0, held: 100 });
      await store.settle([{ id: name('c'), cost: 5 }]);
      await expectState(store, wide, { spent: 0, held: 100 });
      return '70, 30, none';
    },
  },
  {
    name: 'knows each window, and each account, by itself',
    async run({ store, line, name }) {
      const lines = ['', 'a b', 'a', '__proto__', 'a:b', 'a\u0000b', '{a}'].flatMap((word) =>
        ['2026-11', '2026-12'].map((period) => line(100, word, period)),
      );
      for (const [index, one] of lines.entries())
        await hold(store, { id: name(`${index}`), amount: index + 1, lines: [one] });
      for (const [index, one] of lines.entries()) await expectState(store, one, { held: index + 1 });
      return `${lines.length} windows`;
    },
  },
  {
    name: 'never holds more than there is room for, however many ask at once',
    async run({ store, other, line, name }) {
      const [all, half] = [line(1000), line(500, 'half')];
      const linesOf = (index: number): readonly AccountLine[] =>
        index % 2 === 0 ? [all, half] : [half, all];
      const results = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          hold(index % 3 === 0 ? store : other, {
            id: name(`${index}`),
            amount: 10,
            lines: linesOf(index),
          }),
        ),
      );
      const granted = results.filter((result) => 'granted' in result).length;
      expectSame(granted, 50, 'of 200 holds of 10 in 500 those that were granted');
      await expectState(store, half, { held: 500, spent: 0 });
      const settlements = results.map((_, index) => ({ id: name(`${index}`), cost: 10 }));
      await Promise.all([
        store.settle(settlements),
        other.settle(settlements),
        ...settlements.map((one) => store.settle([one])),
      ]);
      await expectState(other, half, { held: 0, spent: 500 });
      await expectState(other, all, { held: 0, spent: 500 });
      return '50 of 200';
    },
  },
  {
    name: 'settles more than was held, where more was spent',
    async run({ store, line, name }) {
      const one = line(100);
      await hold(store, { id: name('a'), amount: 60, lines: [one] });
      await store.settle([{ id: name('a'), cost: 130 }]);
      await expectState(store, one, { held: 0, spent: 130, limit: 100 });
      const refused = await hold(store, { id: name('b'), amount: 10, minimum: 1, lines: [one] });
      expectThat('refusedBy' in refused, 'hold() must refuse where more than all is spent');
      // Of a limit that was raised meanwhile.
      const more = { ...one, limit: 200 };
      expectSame(held(await hold(store, { id: name('c'), amount: 70, lines: [more] })), 70, 'hold()');
      return '130 of 60';
    },
  },
  {
    name: 'makes holds larger and smaller, as far as there is room',
    async run({ store, other, line, name }) {
      const lines = [line(100), line(80, 'narrow')];
      await hold(store, { id: name('a'), amount: 20, lines });
      await hold(store, { id: name('b'), amount: 30, lines });
      expectSame(await other.resize(name('a'), 40), 40, 'resize() from 20 to 40');
      expectSame(await store.resize(name('a'), 90), 50, 'resize() to 90 where there is room for 50');
      expectSame(await store.resize(name('b'), 5), 5, 'resize() to 5');
      for (const one of lines) await expectState(store, one, { held: 55, spent: 0 });
      await store.settle([
        { id: name('a'), cost: 50 },
        { id: name('b'), cost: 0 },
      ]);
      for (const one of lines) await expectState(store, one, { held: 0, spent: 50 });
      return '40, 50, 5';
    },
  },
  {
    name: 'counts as spent what was lost: once, and nothing else',
    async run({ store, other, line, name }) {
      const one = line(1000);
      const [alive, dead] = [name('alive'), name('dead')];
      await store.renew(alive, start + 1000);
      await store.renew(dead, start + 100);
      const lines = [one];
      await hold(store, { id: name('alive'), amount: 1, lines, holder: alive });
      await hold(store, { id: name('dead'), amount: 10, lines, holder: dead });
      await hold(store, { id: name('stray'), amount: 100, lines, holder: name('never heard of') });
      await hold(store, { id: name('old'), amount: 200, lines, expiresAt: start + 100 });
      await hold(store, { id: name('nobody’s'), amount: 2, lines });
      await store.renew(dead, start + 200);
      const first = await Promise.all([store.sweep(start + 150), other.sweep(start + 150)]);
      const lost = (all: readonly (readonly { id: string; cost: number }[])[]): string =>
        all
          .flat()
          .filter(({ id }) => id.startsWith(name('')))
          .map(({ id, cost }) => `${id.slice(name('').length)} ${cost}`)
          .toSorted()
          .join();
      expectSame(lost(first), 'old 200,stray 100', 'the first sweep()');
      await expectState(store, one, { held: 13, spent: 300 });
      expectSame(lost([await store.sweep(start + 250)]), 'dead 10', 'the second sweep()');
      expectSame(lost([await other.sweep(start + 250)]), '', 'the third sweep()');
      // They come back, and settle what is settled.
      await store.settle([{ id: name('dead'), cost: 3 }]);
      await expectState(other, one, { held: 3, spent: 310 });
      await store.settle([
        { id: name('alive'), cost: 1 },
        { id: name('nobody’s'), cost: 0 },
      ]);
      await expectState(other, one, { held: 0, spent: 311 });
      return '3 of 5';
    },
  },
  {
    name: 'keeps a credit: what was paid in, once',
    async run({ store, other, line, name }) {
      const credit = line('credit', 'credit', 'ever');
      const refused = await hold(store, { id: name('a'), amount: 10, minimum: 1, lines: [credit] });
      expectThat('refusedBy' in refused, 'hold() must refuse where nothing was paid in');
      const states = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? store : other).topUp(credit.account, 500, name('payment')),
        ),
      );
      expectThat(
        states.every(({ limit }) => limit === 500),
        'topUp() with the same id must pay in once',
      );
      expectSame(
        held(await hold(other, { id: name('b'), amount: 600, minimum: 1, lines: [credit] })),
        500,
        'hold()',
      );
      await store.settle([{ id: name('b'), cost: 400 }]);
      const less = await store.topUp(credit.account, -50, name('back'));
      expectSame([less.limit, less.spent, less.held], [450, 400, 0], 'topUp() of less than 0');
      await expectState(other, credit, { limit: 450, spent: 400, held: 0 });
      const both = await Promise.all([
        hold(store, { id: name('c'), amount: 50, lines: [credit] }),
        hold(other, { id: name('d'), amount: 50, minimum: 1, lines: [credit] }),
      ]);
      const granted = both.filter((result) => 'granted' in result).length;
      expectSame(granted, 1, 'of two holds at once of the same 50 those that were granted');
      return 'once';
    },
  },
  {
    name: 'counts to the last nano-dollar, and no further',
    async run({ store, line, name }) {
      const most = Number.MAX_SAFE_INTEGER;
      const lines = [line(most)];
      expectSame(held(await hold(store, { id: name('a'), amount: most - 1, lines })), most - 1, 'hold()');
      await store.settle([{ id: name('a'), cost: most - 1 }]);
      const rest = await hold(store, { id: name('b'), amount: 5, minimum: 1, lines });
      expectSame(held(rest), 1, 'hold() where there is 1 left');
      await store.settle([{ id: name('b'), cost: 1 }]);
      for (const one of lines) await expectState(store, one, { spent: most, held: 0, limit: most });
      let isRefused = false;
      await hold(store, { id: name('c'), amount: most * 2, lines: [line(100, 'more')] }).catch(() => {
        isRefused = true;
      });
      expectThat(isRefused, 'hold() must reject an amount that cannot be counted exactly');
      return '2^53 - 1';
    },
  },
  {
    name: 'does at once what it does in its own time, where it says that it can',
    async run({ store, other, line, name }) {
      if (store.holdNow === undefined && store.settleNow === undefined) return 'it does not say so';
      const lines = [line(100)];
      const wish = (id: string): HoldRequest => ({
        id: name(id),
        holder: undefined,
        amount: 60,
        minimum: 60,
        lines,
        expiresAt: start * 1000,
      });
      const settle = (cost: number): Promise<readonly AccountState[]> | readonly AccountState[] =>
        store.settleNow?.({ id: name('a'), cost }) ?? store.settle([{ id: name('a'), cost }]);
      const first = store.holdNow?.(wish('a')) ?? (await store.hold(wish('a')));
      expectSame(held(first), 60, 'holdNow()');
      const second = store.holdNow?.(wish('b')) ?? (await store.hold(wish('b')));
      expectThat('refusedBy' in second, 'holdNow() must refuse where there is no room');
      const told = (await settle(40)).map((state) => [state.spent, state.held]);
      expectSame(told, [[40, 0]], 'settleNow()');
      expectSame(await settle(40), [], 'settleNow() a second time');
      for (const one of lines) await expectState(other, one, { spent: 40, held: 0 });
      return '40 of 60';
    },
  },
  {
    name: 'takes no id twice',
    async run({ store, line, name }) {
      const lines = [line(100)];
      await hold(store, { id: name('a'), amount: 10, lines });
      await hold(store, { id: name('a'), amount: 10, lines }).catch(() => {});
      await store.settle([{ id: name('a'), cost: 10 }]);
      for (const one of lines) await expectState(store, one, { spent: 10, held: 0 });
      return 'once';
    },
  },
];

/**
 * Tries a store of accounts of your own on what the gateway will ask of it. What is lost by its own account is counted as spent, so it is
 * not to be one that is in use. Never throws: what fails is a finding.
 */
export function checkAccounts(
  store: AccountStore,
  { other = store }: AccountCheckOptions = {},
): Promise<readonly MountFinding[]> {
  return checkEach(checks, (name) => ({
    store,
    other,
    name,
    line: (limit, word = 'month', period = '2026-11') => ({ account: name(word), period, limit }),
  }));
}
