import { type ManualClock, manualClock } from '@vector-engine/testing';
import { BudgetDesk, type BudgetDeskParts } from '../src/access/budget-desk.ts';
import type { BudgetHold } from '../src/access/held.ts';
import type { BudgetWarning } from '../src/access/soft-limits.ts';
import { GatewayError } from '../src/errors.ts';
import type {
  AccountLine,
  AccountState,
  AccountStore,
  HoldRequest,
  LostHold,
} from '../src/protocol/account.ts';
import type { Principal } from '../src/protocol/principal.ts';
import { type BudgetTree, resolveBudgets } from '../src/settings/resolve-budgets.ts';

interface Account {
  spent: number;
  held: number;
  limit: number;
}

/** A store of budgets as simple as can be, to test what stands on one; what it is asked can be made to fail, or to wait. */
export class PlainAccounts implements AccountStore {
  readonly #accounts = new Map<string, Account>();
  readonly #holds = new Map<string, { request: HoldRequest; amount: number }>();
  readonly #holders = new Map<string, number>();
  readonly #paid = new Set<string>();
  /** How often each method was asked. */
  readonly asked: Record<string, number> = {};
  /** Sizes of what was settled at once. */
  readonly batches: number[] = [];
  /** Before anything is done: throw, or wait. */
  gate: (method: string) => Promise<void> | void = () => {};
  /** After it was done, and before that is told. */
  after: (method: string) => Promise<void> | void = () => {};

  get holds(): number {
    return this.#holds.size;
  }

  /** All accounts, by name and period; throws where one is passed. */
  check(): Record<string, AccountState> {
    const all: Record<string, AccountState> = {};
    for (const [key, account] of this.#accounts) {
      const held = [...this.#holds.values()]
        .filter(({ request }) => request.lines.some((line) => keyOf(line) === key))
        .reduce((sum, { amount }) => sum + amount, 0);
      if (held !== account.held) throw new Error(`${key} holds ${account.held}, and its holds ${held}`);
      if (account.spent < 0 || held < 0) throw new Error(`${key} is below 0`);
      if (account.spent + held > account.limit)
        throw new Error(`${key}: ${account.spent} + ${held} > ${account.limit}`);
      all[key] = { ...account };
    }
    return all;
  }

  hold(request: HoldRequest): ReturnType<AccountStore['hold']> {
    return this.#do('hold', () => {
      const states = request.lines.map((line) => this.#of(line));
      if (this.#holds.has(request.id)) throw new Error(`a second hold ${request.id}`);
      const rooms = states.map(({ limit, spent, held }) => limit - spent - held);
      const room = Math.min(...rooms);
      if (room < request.minimum) return { refusedBy: rooms.indexOf(room), states: states.map(copy) };
      const amount = Math.min(room, request.amount);
      this.#holds.set(request.id, { request, amount });
      for (const state of states) state.held += amount;
      return { granted: amount, states: states.map(copy) };
    });
  }

  resize(id: string, amount: number): Promise<number> {
    return this.#do('resize', () => {
      const hold = this.#holds.get(id);
      if (hold === undefined) return 0;
      const states = hold.request.lines.map((line) => this.#of(line));
      const room = Math.min(...states.map(({ limit, spent, held }) => limit - spent - held));
      const next = Math.min(amount, hold.amount + Math.max(0, room));
      for (const state of states) state.held += next - hold.amount;
      hold.amount = next;
      return next;
    });
  }

  settle(settlements: Parameters<AccountStore['settle']>[0]): ReturnType<AccountStore['settle']> {
    return this.#do('settle', () => {
      this.batches.push(settlements.length);
      const lines = new Map<string, AccountLine>();
      for (const { id, cost } of settlements)
        for (const line of this.#end(id, cost) ?? []) lines.set(keyOf(line), line);
      return [...lines.values()].map((line) => ({ ...line, ...this.#of(line) }));
    });
  }

  renew(holder: string, until: number): Promise<void> {
    return this.#do('renew', () => {
      this.#holders.set(holder, until);
    });
  }

  sweep(now: number): Promise<readonly LostHold[]> {
    return this.#do('sweep', () => {
      const lost: LostHold[] = [];
      for (const [id, { request, amount }] of this.#holds) {
        const { holder, expiresAt } = request;
        const isDead = holder !== undefined && (this.#holders.get(holder) ?? 0) <= now;
        if (!isDead && expiresAt > now) continue;
        this.#end(id, amount);
        lost.push({ id, cost: amount });
      }
      return lost;
    });
  }

  read(lines: readonly AccountLine[]): Promise<readonly AccountState[]> {
    return this.#do('read', () => lines.map((line) => copy(this.#of(line))));
  }

  topUp(account: string, amount: number, id: string): Promise<AccountState> {
    return this.#do('topUp', () => {
      const found = this.#of({ account, period: 'ever', limit: 'credit' });
      if (!this.#paid.has(id)) found.limit += amount;
      this.#paid.add(id);
      return copy(found);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #do<Result>(method: string, work: () => Result): Promise<Result> {
    this.asked[method] = (this.asked[method] ?? 0) + 1;
    await this.gate(method);
    const result = work();
    await this.after(method);
    return result;
  }

  #of(line: AccountLine): Account {
    const key = keyOf(line);
    const account = this.#accounts.get(key) ?? { spent: 0, held: 0, limit: 0 };
    if (line.limit !== 'credit') account.limit = line.limit;
    this.#accounts.set(key, account);
    return account;
  }

  #end(id: string, cost: number): readonly AccountLine[] | undefined {
    const hold = this.#holds.get(id);
    if (hold === undefined) return undefined;
    this.#holds.delete(id);
    for (const line of hold.request.lines) {
      const account = this.#of(line);
      account.held -= hold.amount;
      account.spent += cost;
    }
    return hold.request.lines;
  }
}

const keyOf = ({ account, period }: AccountLine): string => `${account} ${period}`;
const copy = (account: Account): AccountState => ({ ...account });

export const dollar = 1_000_000_000;

export interface DeskWorld {
  readonly clock: ManualClock;
  readonly accounts: PlainAccounts;
  readonly desk: BudgetDesk;
  readonly warned: BudgetWarning[];
  readonly lost: LostHold[];
  readonly logged: string[];
  /** A call that costs so many dollars at least and at most; undefined where nothing is limited. */
  readonly hold: (principal: Principal, prompt: number, most?: number) => Promise<BudgetHold | undefined>;
  /** The code of the error that it is refused with, and all else about it. */
  readonly refused: (principal: Principal, prompt: number, most?: number) => Promise<GatewayError>;
}

/** A desk as the gateway has it, on 2026-11-21, over a store of its own if none is given. */
export function openDesk(
  budgets: BudgetTree | undefined,
  given: Partial<Pick<DeskWorld, 'clock' | 'accounts'>> & Partial<BudgetDeskParts> = {},
): DeskWorld {
  const clock = given.clock ?? manualClock(Date.UTC(2026, 10, 21));
  const accounts = given.accounts ?? new PlainAccounts();
  const warned: BudgetWarning[] = [];
  const lost: LostHold[] = [];
  const logged: string[] = [];
  const log = (_: object, message: string): void => void logged.push(message);
  const desk = new BudgetDesk({
    rules: resolveBudgets(budgets, false),
    clock,
    holder: 'here',
    logger: { debug: log, info: log, warn: log, error: log },
    onSoft: (warning) => warned.push(warning),
    onLost: (holds) => lost.push(...holds),
    ...given,
    accounts,
  });
  let count = 0;
  const hold: DeskWorld['hold'] = async (principal, prompt, most = prompt) =>
    await desk.hold({
      id: `${given.holder ?? 'here'} ${count++}`,
      principal,
      prompt: prompt * dollar,
      most: most * dollar,
      expiresAt: clock.now() + 3_600_000,
    });
  const refused: DeskWorld['refused'] = async (...parameters) => {
    try {
      await hold(...parameters);
    } catch (error) {
      if (GatewayError.isInstance(error)) return error;
      throw error;
    }
    throw new Error('it was not refused');
  };
  return { clock, accounts, desk, warned, lost, logged, hold, refused };
}
