import * as fc from 'fast-check';
import type { AccountLine, AccountStore } from '../../packages/core/src/protocol/account.ts';

/* What calls, their processes and time do to budgets, in any order. */

type Step =
  | {
      readonly kind: 'hold';
      readonly holder: number;
      readonly amount: number;
      readonly minimum: number;
      readonly lines: readonly number[];
      readonly lasts: number;
    }
  | { readonly kind: 'resize'; readonly hold: number; readonly amount: number }
  /** `share`: of what is held, in hundredths. */
  | { readonly kind: 'settle'; readonly holds: readonly number[]; readonly share: number }
  | { readonly kind: 'renew'; readonly holder: number; readonly lasts: number }
  | { readonly kind: 'pass'; readonly time: number }
  | { readonly kind: 'sweep' };

const holders = 3;
const amount = fc.nat(400);
const lasts = fc.integer({ min: 1, max: 50 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('hold' as const),
      holder: fc.nat(holders),
      amount,
      minimum: amount,
      lines: fc.uniqueArray(fc.nat(3), { minLength: 1 }),
      lasts,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resize' as const), hold: fc.nat(30), amount }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      holds: fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
      share: fc.nat(100),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('renew' as const), holder: fc.nat(holders), lasts }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), time: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'sweep' as const }) },
);

/** Turns of steps that are asked for at once. */
export const turns: fc.Arbitrary<readonly (readonly Step[])[]> = fc.array(
  fc.array(step, { minLength: 1, maxLength: 6 }),
  { minLength: 1, maxLength: 12 },
);

let plays = 0;

/**
 * Plays turns on a store, as one process or several have it. Throws where more than a limit is spent and held, where money is lost or counted
 * twice, or where something is held when all is over.
 */
export async function playAccounts(
  stores: readonly [AccountStore, ...AccountStore[]],
  all: readonly (readonly Step[])[],
): Promise<void> {
  const [first] = stores;
  const run = `play ${++plays} ${Math.random()}`;
  const lines: readonly AccountLine[] = [1000, 700, 500, 300].map((limit, index) => ({
    account: `${run} ${index}`,
    period: 'now',
    limit,
  }));
  const linesOf = (indices: readonly number[]): AccountLine[] =>
    indices.flatMap((index) => lines[index] ?? []);
  /** What a hold's caller was told that it has: never more than there is. */
  const held = new Map<number, number>();
  const wanted: (readonly number[])[] = [];
  const spent = new Map<number, number>();
  const isSpent = (id: number, cost: number): void => void spent.set(id, cost);
  let now = 1000;
  let asked = 0;

  const act = async (one: Step): Promise<void> => {
    const store = stores[asked++ % stores.length] ?? first;
    if (one.kind === 'hold') {
      const id = wanted.push(one.lines) - 1;
      const result = await store.hold({
        id: `${run} ${id}`,
        holder: one.holder === 0 ? undefined : `${run} holder ${one.holder}`,
        amount: one.amount,
        minimum: Math.min(one.minimum, one.amount),
        lines: linesOf(one.lines),
        expiresAt: now + one.lasts,
      });
      if ('granted' in result) held.set(id, result.granted);
    } else if (one.kind === 'resize') {
      if (!held.has(one.hold)) return;
      const before = held.get(one.hold) ?? 0;
      // Until it is known, no more is spent than is held in any case.
      held.set(one.hold, Math.min(before, one.amount));
      const after = await store.resize(`${run} ${one.hold}`, one.amount);
      if (held.has(one.hold)) held.set(one.hold, after);
    } else if (one.kind === 'settle') {
      const settlements = [...new Set(one.holds)].flatMap((id) => {
        const most = held.get(id);
        held.delete(id);
        return most === undefined ? [] : [{ id, cost: Math.floor((most * one.share) / 100) }];
      });
      await store.settle(settlements.map(({ id, cost }) => ({ id: `${run} ${id}`, cost })));
      // Those that a sweep has counted before are as it has counted them.
      for (const { id, cost } of settlements) if (!spent.has(id)) isSpent(id, cost);
    } else if (one.kind === 'renew') await store.renew(`${run} holder ${one.holder}`, now + one.lasts);
    else if (one.kind === 'pass') now += one.time;
    else await sweep(store);
  };

  const sweep = async (store: AccountStore): Promise<void> => {
    for (const { id, cost } of await store.sweep(now)) {
      if (!id.startsWith(`${run} `)) continue;
      const number = Number(id.slice(run.length + 1));
      isSpent(number, cost);
      held.delete(number);
    }
  };

  for (const turn of all) {
    await Promise.all(turn.map(act));
    for (const [index, state] of (await first.read(lines)).entries())
      if (state.spent + state.held > state.limit || state.held < 0)
        throw new Error(`line ${index}: ${state.spent} spent and ${state.held} held of ${state.limit}`);
  }
  now += 1000;
  await sweep(first);
  for (const [index, state] of (await first.read(lines)).entries()) {
    if (state.held !== 0) throw new Error(`line ${index}: ${state.held} are held when all is over`);
    let sum = 0;
    for (const [id, cost] of spent) if (wanted[id]?.includes(index) === true) sum += cost;
    if (state.spent !== sum) throw new Error(`line ${index}: ${state.spent} spent, where ${sum} were`);
  }
}
