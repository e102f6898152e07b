import { manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dollar, openDesk, PlainAccounts } from '../../test/account-world.ts';
import { GatewayError } from '../errors.ts';
import type { BudgetOptions } from '../protocol/budget.ts';
import type { BudgetDesk } from './budget-desk.ts';
import type { BudgetHold } from './held.ts';

/* Whoever holds, settles, gives back, forgets and dies, and whenever the store fails: no budget is passed, and in the end
   nothing is held. */

const budgets: Record<string, BudgetOptions | BudgetOptions[]> = {
  acme: [{ limit: 20 }, { limit: 12, window: 'day', timeZone: 'Europe/Berlin' }],
  'acme/*': { limit: 9, window: 'week', startDay: 7 },
  'acme/research/alice': { window: 'credit' },
};
const paths = ['acme/research/alice', 'acme/research/bob', 'acme/sales/eve'];

type Step =
  | {
      readonly do: 'hold';
      readonly desk: number;
      readonly path: number;
      readonly prompt: number;
      readonly most: number;
    }
  | {
      readonly do: 'settle' | 'refund' | 'expire' | 'elsewhere';
      readonly which: number;
      readonly share: number;
    }
  | {
      readonly do: 'burst';
      readonly desk: number;
      readonly path: number;
      readonly count: number;
      readonly most: number;
    }
  | { readonly do: 'crash'; readonly desk: number }
  | { readonly do: 'fail'; readonly times: number; readonly isLate: boolean }
  | { readonly do: 'pay'; readonly amount: number }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'turn' };

const desk = fc.nat({ max: 2 });
const which = fc.nat({ max: 20 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      desk,
      path: fc.nat({ max: paths.length - 1 }),
      prompt: fc.integer({ min: 0, max: 3 * dollar }),
      most: fc.integer({ min: 0, max: 12 * dollar }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('settle', 'refund', 'expire', 'elsewhere'), which, share }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('burst' as const),
      desk,
      path: fc.nat({ max: paths.length - 1 }),
      count: fc.integer({ min: 4, max: 12 }),
      most: fc.integer({ min: 0, max: dollar / 100 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), desk }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      times: fc.nat({ max: 4 }),
      isLate: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pay' as const), amount: fc.nat({ max: 5 * dollar }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(5, 10, 50, 100, 1000, 20_000, 90_000, 900_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

function isRefusal(error: unknown): boolean {
  return GatewayError.isInstance(error) && ['VE_BUDGET_EXCEEDED', 'VE_STORE_FAILED'].includes(error.code);
}

interface Process {
  readonly desk: BudgetDesk;
  isDead: boolean;
  /** What it was told that its calls have cost. */
  spent: number;
  readonly death: PromiseWithResolvers<void>;
}

const never = (): Promise<never> => Promise.withResolvers<never>().promise;

class World {
  readonly clock = manualClock(Date.UTC(2026, 9, 24, 21, 50));
  readonly accounts = new PlainAccounts();
  readonly holds: { readonly hold: BudgetHold; readonly by: Process; isOver: boolean }[] = [];
  readonly asking: Promise<void>[] = [];
  /** What must not be. */
  readonly wrongs: string[] = [];
  processes: Process[] = [];
  /** The dead ones, too. */
  readonly everybody: Process[] = [];
  #started = 0;
  #count = 0;
  #failures = 0;

  constructor() {
    for (let index = 0; index < 3; index++) this.processes.push(this.start());
  }

  /** A process of its own; a dead one does nothing any more, and is answered nothing. */
  start(): Process {
    const { accounts, clock } = this;
    const life = { isDead: false, spent: 0, death: Promise.withResolvers<void>() };
    const mine = new Proxy(accounts, {
      get: (_, name) => {
        const value: unknown = Reflect.get(accounts, name);
        if (typeof value !== 'function') return value;
        return async (...parameters: unknown[]): Promise<unknown> => {
          if (life.isDead) return never();
          const result: unknown = await Reflect.apply(value, accounts, parameters);
          return life.isDead ? never() : result;
        };
      },
    });
    const opened = openDesk(budgets, {
      accounts: mine,
      holder: `process ${this.#started++}`,
      clock: {
        ...clock,
        now: () => clock.now(),
        setTimeout: (callback, milliseconds) =>
          clock.setTimeout(() => life.isDead || callback(), milliseconds),
      },
    });
    const process = Object.assign(life, { desk: opened.desk });
    this.everybody.push(process);
    return process;
  }

  async run(now: Step): Promise<void> {
    if (now.do === 'hold') this.hold(now);
    else if (now.do === 'burst')
      for (let left = now.count; left > 0; left--) this.hold({ ...now, do: 'hold', prompt: now.most });
    else if (now.do === 'crash') this.crash(now.desk);
    else if (now.do === 'wait') await this.clock.advance(now.milliseconds);
    else if (now.do === 'turn') await new Promise((resolve) => setImmediate(resolve));
    else if (now.do === 'pay') await this.pay(now.amount);
    else if (now.do === 'fail') this.fail(now.times, now.isLate);
    else this.end(now.do, now.which, now.share);
    this.accounts.check();
  }

  hold({ desk: index, path, prompt, most }: Extract<Step, { do: 'hold' }>): void {
    const by = this.processes[index];
    if (by === undefined) return;
    const id = `hold ${this.#count++}`;
    const expiresAt = this.clock.now() + 100_000;
    const asked = by.desk.hold({ id, principal: { path: paths[path] }, prompt, most, expiresAt });
    if (asked === undefined) throw new Error('nothing is limited');
    const told = this.#await(asked, by, { prompt, most });
    // Who asks a dead process waits for ever.
    this.asking.push(Promise.race([told, by.death.promise]));
  }

  async #await(
    asked: Promise<BudgetHold> | BudgetHold,
    by: Process,
    { prompt, most }: { readonly prompt: number; readonly most: number },
  ): Promise<void> {
    try {
      const hold = await asked;
      if (hold.granted < prompt || hold.granted > Math.max(prompt, most))
        this.wrongs.push(`${hold.granted} of ${prompt} to ${most}`);
      this.holds.push({ hold, by, isOver: false });
    } catch (error) {
      if (!isRefusal(error)) this.wrongs.push(String(error));
    }
  }

  end(how: 'settle' | 'refund' | 'expire' | 'elsewhere', index: number, part: number): void {
    const open = this.holds.filter(({ isOver, by }) => !isOver && !by.isDead);
    const one = open[index % Math.max(1, open.length)];
    if (one === undefined) return;
    one.isOver = true;
    const cost = Math.floor(one.hold.granted * part);
    if (how === 'settle') {
      one.hold.settle(cost);
      one.by.spent += cost;
    }
    if (how === 'refund') one.hold.refund();
    if (how === 'elsewhere') this.processes[index % 3]?.desk.settleById(one.hold.id ?? 'none', cost);
    // Twice is once.
    if (how === 'settle') one.hold.settle(cost);
  }

  crash(index: number): void {
    const dying = this.processes[index];
    if (dying === undefined) return;
    dying.isDead = true;
    dying.death.resolve();
    this.processes[index] = this.start();
  }

  fail(times: number, isLate: boolean): void {
    this.#failures = times;
    const trip = (): void => {
      if (this.#failures <= 0) return;
      this.#failures--;
      throw new Error('the store failed');
    };
    this.accounts.gate = isLate ? () => {} : trip;
    this.accounts.after = isLate ? trip : () => {};
  }

  async pay(amount: number): Promise<void> {
    const id = `payment ${this.#count++}`;
    const topUp = this.processes[0]?.desk.topUp({ path: 'acme/research/alice' }, amount, id);
    await topUp?.catch(() => {});
  }
}

test('no budget is passed, and in the end nothing is held', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const world = new World();
      await world.pay(8 * dollar);
      for (const one of steps) await world.run(one);
      world.fail(0, false);
      await Promise.all(world.asking);
      // Who forgot to settle is found out.
      await world.clock.advance(200_000);
      const accounts = world.accounts.check();
      expect(Object.values(accounts).map(({ held }) => held)).toEqual(Object.keys(accounts).map(() => 0));
      expect(world.accounts.holds).toBe(0);
      expect(world.wrongs).toEqual([]);
      // What a dead process has spent is in it, too: as much as it had held.
      const spent = world.everybody.reduce((sum, one) => sum + one.spent, 0);
      expect(accounts['acme month 2026-10']?.spent ?? 0).toBeGreaterThanOrEqual(spent);
      for (const { desk: one } of world.processes) await one.close();
    }),
    { numRuns: 150 },
  );
});

test('four desks on one store spend exactly the budget, however many ask', async () => {
  const accounts = new PlainAccounts();
  const { clock } = openDesk(undefined);
  const desks = [1, 2, 3, 4].map((name) =>
    openDesk({ acme: { limit: 5000 } }, { accounts, clock, holder: `process ${name}` }),
  );
  let served = 0;
  let refused = 0;
  const callers = desks.flatMap(({ hold }) => Array.from({ length: 25 }, () => hold));
  await Promise.all(
    callers.map(async (hold) => {
      for (let call = 0; call < 100; call++) {
        try {
          const held = await hold({ path: 'acme/research/alice' }, 1);
          held?.settle(dollar);
          served++;
        } catch (error) {
          if (!isRefusal(error)) throw error;
          refused++;
        }
      }
    }),
  );
  for (const { desk: one } of desks) await one.close();
  expect([served, refused]).toEqual([5000, 5000]);
  expect(accounts.check()).toEqual({
    'acme month 2026-11': { spent: 5000 * dollar, held: 0, limit: 5000 * dollar },
  });
});

test('calls that cost less than was held are refused only while others are under way', async () => {
  const accounts = new PlainAccounts();
  const { clock } = openDesk(undefined);
  const desks = [1, 2, 3, 4].map((name) =>
    openDesk({ acme: { limit: 50 } }, { accounts, clock, holder: `process ${name}` }),
  );
  let spent = 0;
  await Promise.all(
    desks.map(async ({ hold }) => {
      for (let tries = 0; tries < 400; tries++) {
        try {
          const held = await hold({ tenant: 'acme' }, 0.1, 7);
          await Promise.resolve();
          held?.settle(0.1 * dollar);
          spent += 0.1 * dollar;
        } catch (error) {
          if (!GatewayError.isInstance(error)) throw error;
          if (error.details.budget?.isHeld !== true) break;
          await clock.advance(0);
        }
      }
    }),
  );
  for (const { desk: one } of desks) await one.close();
  expect(spent).toBe(50 * dollar);
  expect(accounts.check()['acme month 2026-11']).toMatchObject({ spent, held: 0 });
});
