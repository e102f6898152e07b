import { GatewayError } from '../../errors.ts';
import type {
  AccountLine,
  AccountState,
  AccountStore,
  HoldRequest,
  HoldResult,
  LostHold,
  Settlement,
} from '../../protocol/account.ts';
import {
  addSpent,
  checkAmount,
  checkHold,
  checkTopUp,
  distinctLines,
  grantOf,
  roomIn,
} from '../account-rules.ts';

/** Windows of an account that are remembered when they are over. */
const mostPeriods = 12;

interface Window {
  spent: number;
  held: number;
  /** Also those of nothing. */
  holds: number;
}

/** Lines, and where each of them is counted. */
interface Placed {
  /** Of each of the lines. */
  readonly windows: readonly Window[];
  /** Each line once. */
  readonly distinct: readonly AccountLine[];
  readonly distinctWindows: readonly Window[];
  /** How many windows were forgotten before. */
  readonly forgotten: number;
}

interface Hold {
  amount: number;
  readonly holder: string | undefined;
  readonly expiresAt: number;
  readonly lines: readonly AccountLine[];
  /** Of the lines; what is held in is never forgotten. */
  readonly windows: readonly Window[];
}

const nothing: readonly never[] = [];

/** Budgets in this process's memory: with it goes what was spent. */
export class MemoryAccounts implements AccountStore {
  /** Windows of each account, the oldest first. */
  readonly #accounts = new Map<string, Map<string, Window>>();
  readonly #paid = new Map<string, number>();
  readonly #topUps = new Set<string>();
  readonly #holds = new Map<string, Hold>();
  /** A caller's lines are the same array with each call. */
  readonly #placed = new WeakMap<readonly AccountLine[], Placed>();
  /** Windows: what was placed before may be in one of them. */
  #forgotten = 0;
  readonly #holders = new Map<string, number>();

  async hold(request: HoldRequest): Promise<HoldResult> {
    return this.holdNow(request);
  }

  holdNow(request: HoldRequest): HoldResult {
    checkHold(request);
    const { id, holder, expiresAt, lines } = request;
    if (this.#holds.has(id))
      throw new GatewayError('VE_STORE_FAILED', { reason: `there is a hold ${id}`, id });
    const { windows, distinct, distinctWindows } = this.#place(lines);
    const states: { spent: number; held: number; readonly limit: number }[] = [];
    for (let index = 0; index < lines.length; index++) {
      const [line, window] = [lines[index], windows[index]];
      if (line === undefined || window === undefined) continue;
      const { account, limit } = line;
      states.push({ spent: window.spent, held: window.held, limit: this.#limitOf(account, limit) });
    }
    const grant = grantOf(request, states);
    if ('refusedBy' in grant) return { refusedBy: grant.refusedBy, states };
    const { granted } = grant;
    for (const window of distinctWindows) {
      window.held += granted;
      window.holds++;
    }
    this.#holds.set(id, { amount: granted, holder, expiresAt, lines: distinct, windows: distinctWindows });
    for (const state of states) state.held += granted;
    return { granted, states };
  }

  async resize(id: string, amount: number): Promise<number> {
    checkAmount(amount, 'amount');
    const hold = this.#holds.get(id);
    if (hold === undefined) return 0;
    const room = Math.min(...hold.lines.map((line) => roomIn(this.#state(line))));
    const change = Math.min(amount - hold.amount, Math.max(0, room));
    for (const window of hold.windows) window.held += change;
    hold.amount += change;
    return hold.amount;
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly (AccountLine & AccountState)[]> {
    for (const { cost } of settlements) checkAmount(cost, 'cost');
    const touched = new Map<Window, AccountLine>();
    for (const { id, cost } of settlements) {
      const hold = this.#settle(id, cost);
      hold?.windows.forEach((window, index) => {
        const line = hold.lines[index];
        if (line !== undefined) touched.set(window, line);
      });
    }
    return Array.from(touched, ([{ spent, held }, { account, period, limit }]) => ({
      account,
      period,
      spent,
      held,
      limit: this.#limitOf(account, limit),
    }));
  }

  settleNow({ id, cost }: Settlement): readonly (AccountLine & AccountState)[] {
    checkAmount(cost, 'cost');
    const hold = this.#settle(id, cost);
    if (hold === undefined) return nothing;
    const { lines, windows } = hold;
    const states: (AccountLine & AccountState)[] = [];
    for (let index = 0; index < lines.length; index++) {
      const [line, window] = [lines[index], windows[index]];
      if (line === undefined || window === undefined) continue;
      const { account, period, limit } = line;
      const { spent, held } = window;
      states.push({ account, period, spent, held, limit: this.#limitOf(account, limit) });
    }
    return states;
  }

  renew(holder: string, until: number): Promise<void> {
    this.#holders.set(holder, until);
    return Promise.resolve();
  }

  sweep(now: number): Promise<readonly LostHold[]> {
    const lost: LostHold[] = [];
    for (const [id, { amount, holder, expiresAt }] of this.#holds) {
      const isHeard = holder === undefined || (this.#holders.get(holder) ?? -Infinity) >= now;
      if (isHeard && expiresAt > now) continue;
      this.#settle(id, amount);
      lost.push({ id, cost: amount });
    }
    for (const [holder, until] of this.#holders) if (until < now) this.#holders.delete(holder);
    return Promise.resolve(lost);
  }

  read(lines: readonly AccountLine[]): Promise<readonly AccountState[]> {
    return Promise.resolve(lines.map((line) => this.#state(line)));
  }

  async topUp(account: string, amount: number, id: string): Promise<AccountState> {
    const paid = this.#paid.get(account) ?? 0;
    checkTopUp(paid, amount);
    const payment = JSON.stringify([account, id]);
    if (!this.#topUps.has(payment)) this.#paid.set(account, paid + amount);
    this.#topUps.add(payment);
    const state = { spent: 0, held: 0, limit: this.#paid.get(account) ?? 0 };
    for (const { spent, held } of this.#accounts.get(account)?.values() ?? []) {
      state.spent += spent;
      state.held += held;
    }
    return state;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Undefined where it was settled before. */
  #settle(id: string, cost: number): Hold | undefined {
    const hold = this.#holds.get(id);
    if (hold === undefined) return undefined;
    this.#holds.delete(id);
    for (const window of hold.windows) {
      window.held -= hold.amount;
      window.holds--;
      window.spent = addSpent(window.spent, cost);
    }
    return hold;
  }

  #state({ account, period, limit }: AccountLine): { spent: number; held: number; limit: number } {
    const window = this.#accounts.get(account)?.get(period);
    return {
      spent: window?.spent ?? 0,
      held: window?.held ?? 0,
      limit: this.#limitOf(account, limit),
    };
  }

  #limitOf(account: string, limit: AccountLine['limit']): number {
    return limit === 'credit' ? (this.#paid.get(account) ?? 0) : limit;
  }

  #place(lines: readonly AccountLine[]): Placed {
    const known = this.#placed.get(lines);
    if (known !== undefined && known.forgotten === this.#forgotten) return known;
    const distinct = distinctLines(lines);
    const windowOf = (line: AccountLine): Window => this.#window(line);
    const forgotten = this.#forgotten;
    const windows = lines.map(windowOf);
    const placed = { windows, distinct, distinctWindows: distinct.map(windowOf), forgotten };
    this.#placed.set(lines, placed);
    return placed;
  }

  #window({ account, period }: AccountLine): Window {
    let windows = this.#accounts.get(account);
    if (windows === undefined) this.#accounts.set(account, (windows = new Map()));
    const known = windows.get(period);
    if (known !== undefined) return known;
    if (windows.size >= mostPeriods && forgetOldest(windows)) this.#forgotten++;
    const window = { spent: 0, held: 0, holds: 0 };
    windows.set(period, window);
    return window;
  }
}

/** Whether there was one that could be. */
function forgetOldest(windows: Map<string, Window>): boolean {
  for (const [period, window] of windows) {
    if (window.holds > 0) continue;
    windows.delete(period);
    return true;
  }
  return false;
}
