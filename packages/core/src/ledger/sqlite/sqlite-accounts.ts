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
import type { Row, SqliteFile } from '../../sqlite/sqlite-file.ts';
import {
  addSpent,
  checkAmount,
  checkHold,
  checkTopUp,
  distinctLines,
  grantOf,
  largest,
  roomIn,
} from '../account-rules.ts';
import { failAsStore } from '../fail-as-store.ts';
import { AccountWindows, type Window } from './account-windows.ts';
import { Transactions } from './transactions.ts';

/** Lost holds that one transaction sees to. */
const atOnce = 500;

/** The lines of a hold, as JSON keeps them: account, period, limit. */
type KeptLine = readonly [account: string, period: string, limit: number | 'credit'];

const sum = `SELECT coalesce(sum(spent), 0) AS spent, coalesce(sum(held), 0) AS held
  FROM vector_accounts WHERE account = ?`;
const selectPaid = 'SELECT paid FROM vector_credits WHERE account = ?';
const insertTopUp = `INSERT INTO vector_top_ups (account, id, amount) VALUES (?, ?, ?)
  ON CONFLICT (account, id) DO NOTHING`;
const addPaid = `INSERT INTO vector_credits (account, paid) VALUES (?, ?)
  ON CONFLICT (account) DO UPDATE SET paid = paid + excluded.paid`;
const insertHold = `INSERT INTO vector_holds (id, holder, amount, expires, lines) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;
const readHold = 'SELECT amount, lines FROM vector_holds WHERE id = ?';
const deleteHold = 'DELETE FROM vector_holds WHERE id = ?';
const deleteSame = 'DELETE FROM vector_holds WHERE id = ? AND amount = ?';
const selectLost = `SELECT id FROM vector_holds WHERE expires <= ?
  UNION SELECT id FROM vector_holds WHERE holder IS NOT NULL
  AND holder NOT IN (SELECT holder FROM vector_holders WHERE until >= ?) LIMIT ?`;

interface Hold {
  readonly amount: number;
  readonly lines: readonly AccountLine[];
}

/** Budgets in a SQLite file. What is asked for at once goes into one transaction. */
export class SqliteAccounts implements AccountStore {
  readonly #file: SqliteFile;
  readonly #windows: AccountWindows;
  readonly #transactions: Transactions;
  /** As they were made here, and not changed here since: whether they still are so, the file says. */
  readonly #made = new Map<string, Hold>();
  /** As they are written: a caller's are the same with each call. */
  readonly #written = new WeakMap<readonly AccountLine[], string>();

  constructor(file: SqliteFile) {
    this.#file = file;
    this.#windows = new AccountWindows(file);
    this.#transactions = new Transactions(file, {
      finish: () => this.#windows.write(),
      end: () => this.#windows.forget(),
    });
  }

  hold(request: HoldRequest): Promise<HoldResult> {
    return this.#transactions.add(() => this.#hold(request));
  }

  resize(id: string, amount: number): Promise<number> {
    return this.#transactions.add(() => this.#resize(id, amount));
  }

  settle(settlements: readonly Settlement[]): Promise<readonly (AccountLine & AccountState)[]> {
    return this.#transactions.add(() => {
      for (const { cost } of settlements) checkAmount(cost, 'cost');
      const touched = new Map<Window, AccountLine>();
      for (const { id, cost } of settlements)
        for (const line of this.#settle(id, () => cost)) touched.set(this.#windows.at(line), line);
      return Array.from(touched, ([{ account, period, spent, held }, { limit }]) => ({
        account,
        period,
        spent,
        held,
        limit: this.#limitOf(account, limit),
      }));
    });
  }

  async renew(holder: string, until: number): Promise<void> {
    await this.#transactions.add(() =>
      this.#file.run(
        'INSERT INTO vector_holders (holder, until) VALUES (?, ?) ON CONFLICT (holder) DO UPDATE SET until = excluded.until',
        holder,
        Math.ceil(until),
      ),
    );
  }

  async sweep(now: number): Promise<readonly LostHold[]> {
    const lost: LostHold[] = [];
    for (;;) {
      const some = await this.#transactions.add(() => this.#sweep(now));
      lost.push(...some);
      if (some.length < atOnce) return lost;
    }
  }

  read(lines: readonly AccountLine[]): Promise<readonly AccountState[]> {
    // Without a transaction: where nothing can be written, it can be read all the same.
    return failAsStore(async () => {
      try {
        return lines.map((line) => this.#state(line));
      } finally {
        this.#windows.forget();
      }
    });
  }

  topUp(account: string, amount: number, id: string): Promise<AccountState> {
    return this.#transactions.add(() => this.#topUp(account, amount, id));
  }

  close(): Promise<void> {
    this.#transactions.flush();
    return Promise.resolve();
  }

  #hold(request: HoldRequest): HoldResult {
    checkHold(request);
    const { id, holder = null, expiresAt, lines } = request;
    const states = lines.map((line) => this.#state(line));
    const grant = grantOf(request, states);
    if ('refusedBy' in grant) return { refusedBy: grant.refusedBy, states };
    const { granted } = grant;
    if (this.#file.run(insertHold, id, holder, granted, Math.ceil(expiresAt), this.#write(lines)) === 0)
      throw new GatewayError('VE_STORE_FAILED', { reason: `there is a hold ${id}`, id });
    const distinct = distinctLines(lines);
    this.#addHeld(distinct, granted);
    this.#made.set(id, { amount: granted, lines: distinct });
    for (const state of states) state.held += granted;
    return { granted, states };
  }

  #resize(id: string, amount: number): number {
    checkAmount(amount, 'amount');
    this.#made.delete(id);
    const hold = this.#find(id);
    if (hold === undefined) return 0;
    const { amount: before, lines } = hold;
    const room = Math.min(...lines.map((line) => roomIn(this.#state(line))), largest);
    const after = amount <= before ? amount : before + Math.min(amount - before, Math.max(0, room));
    if (after === before) return before;
    this.#addHeld(lines, after - before);
    this.#file.run('UPDATE vector_holds SET amount = ? WHERE id = ?', after, id);
    return after;
  }

  #addHeld(lines: readonly AccountLine[], amount: number): void {
    for (const line of lines) {
      const window = this.#windows.at(line);
      this.#windows.change(window, { spent: window.spent, held: window.held + amount });
    }
  }

  /** The lines of the hold; none where it was settled before. */
  #settle(id: string, costOf: (amount: number) => number): readonly AccountLine[] {
    const hold = this.#take(id);
    if (hold === undefined) return [];
    const { amount, lines } = hold;
    for (const line of lines) {
      const window = this.#windows.at(line);
      this.#windows.change(window, {
        held: Math.max(0, window.held - amount),
        spent: addSpent(window.spent, costOf(amount)),
      });
    }
    return lines;
  }

  /** The hold, which is not there any more. */
  #take(id: string): Hold | undefined {
    const made = this.#made.get(id);
    this.#made.delete(id);
    if (made !== undefined && this.#file.run(deleteSame, id, made.amount) > 0) return made;
    // It was settled before, or another process has made it larger or smaller.
    const hold = this.#find(id);
    return hold !== undefined && this.#file.run(deleteHold, id) > 0 ? hold : undefined;
  }

  #find(id: string): Hold | undefined {
    const row = this.#file.first(readHold, id);
    return row && holdOf(row);
  }

  #write(lines: readonly AccountLine[]): string {
    const known = this.#written.get(lines);
    if (known !== undefined) return known;
    const kept = distinctLines(lines).map(({ account, period, limit }): KeptLine => [account, period, limit]);
    const written = JSON.stringify(kept);
    this.#written.set(lines, written);
    return written;
  }

  #sweep(now: number): readonly LostHold[] {
    const lost: LostHold[] = [];
    for (const { id } of this.#file.all(selectLost, now, now, atOnce)) {
      let cost = 0;
      this.#settle(String(id), (amount) => {
        cost = amount;
        return amount;
      });
      lost.push({ id: String(id), cost });
    }
    if (lost.length < atOnce) this.#file.run('DELETE FROM vector_holders WHERE until < ?', now);
    return lost;
  }

  #topUp(account: string, amount: number, id: string): AccountState {
    checkTopUp(this.#paid(account), amount);
    // What is summed up below is in the file.
    this.#windows.write();
    if (this.#file.run(insertTopUp, account, id, amount) > 0) this.#file.run(addPaid, account, amount);
    const row = this.#file.first(sum, account);
    return { spent: Number(row?.['spent']), held: Number(row?.['held']), limit: this.#paid(account) };
  }

  #state(line: AccountLine): { spent: number; held: number; limit: number } {
    const { spent, held } = this.#windows.at(line);
    return { spent, held, limit: this.#limitOf(line.account, line.limit) };
  }

  #limitOf(account: string, limit: AccountLine['limit']): number {
    return limit === 'credit' ? this.#paid(account) : limit;
  }

  #paid(account: string): number {
    return Number(this.#file.first(selectPaid, account)?.['paid'] ?? 0);
  }
}

function holdOf({ amount, lines }: Row): Hold {
  const kept: readonly KeptLine[] = JSON.parse(String(lines));
  return {
    amount: Number(amount),
    lines: kept.map(([account, period, limit]) => ({ account, period, limit })),
  };
}
