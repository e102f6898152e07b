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
import type { Transactions } from './transactions.ts';

/** Lost holds that one transaction sees to. */
const atOnce = 500;

/** The lines of a hold, as JSON keeps them: account, period, limit. */
type KeptLine = readonly [account: string, period: string, limit: number | 'credit'];

const select = 'SELECT spent, held FROM vector_accounts WHERE account = ? AND period = ?';
const addHeld = `INSERT INTO vector_accounts (account, period, spent, held) VALUES (?, ?, 0, ?)
  ON CONFLICT (account, period) DO UPDATE SET held = held + excluded.held`;
const sum = `SELECT coalesce(sum(spent), 0) AS spent, coalesce(sum(held), 0) AS held
  FROM vector_accounts WHERE account = ?`;
const selectPaid = 'SELECT paid FROM vector_credits WHERE account = ?';
const insertTopUp = `INSERT INTO vector_top_ups (account, id, amount) VALUES (?, ?, ?)
  ON CONFLICT (account, id) DO NOTHING`;
const addPaid = `INSERT INTO vector_credits (account, paid) VALUES (?, ?)
  ON CONFLICT (account) DO UPDATE SET paid = paid + excluded.paid`;
const insertHold = 'INSERT INTO vector_holds (id, holder, amount, expires, lines) VALUES (?, ?, ?, ?, ?)';
const takeHold = 'DELETE FROM vector_holds WHERE id = ? RETURNING amount, lines';
const settleLine = 'UPDATE vector_accounts SET held = ?, spent = ? WHERE account = ? AND period = ?';
const selectLost = `SELECT id FROM vector_holds WHERE expires <= ?
  UNION SELECT id FROM vector_holds WHERE holder IS NOT NULL
  AND holder NOT IN (SELECT holder FROM vector_holders WHERE until >= ?) LIMIT ?`;

/** Budgets in a SQLite file. What is asked for at once goes into one transaction. */
export class SqliteAccounts implements AccountStore {
  readonly #file: SqliteFile;
  readonly #transactions: Transactions;

  constructor(file: SqliteFile, transactions: Transactions) {
    this.#file = file;
    this.#transactions = transactions;
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
      const touched = new Map<string, AccountLine & AccountState>();
      for (const { id, cost } of settlements)
        for (const line of this.#settle(id, () => cost))
          touched.set(JSON.stringify([line.account, line.period]), line);
      return [...touched.values()];
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
    return failAsStore(async () => lines.map((line) => this.#state(line)));
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
    const { id, holder = null, expiresAt } = request;
    if (this.#file.first('SELECT 1 FROM vector_holds WHERE id = ?', id) !== undefined)
      throw new GatewayError('VE_STORE_FAILED', { reason: `there is a hold ${id}`, id });
    const states = request.lines.map((line) => this.#state(line));
    const grant = grantOf(request, states);
    if ('refusedBy' in grant) return { ...grant, states };
    const lines = distinctLines(request.lines);
    for (const { account, period } of lines) this.#file.run(addHeld, account, period, grant.granted);
    const kept = lines.map(({ account, period, limit }): KeptLine => [account, period, limit]);
    this.#file.run(insertHold, id, holder, grant.granted, Math.ceil(expiresAt), JSON.stringify(kept));
    return { ...grant, states: states.map((state) => ({ ...state, held: state.held + grant.granted })) };
  }

  #resize(id: string, amount: number): number {
    checkAmount(amount, 'amount');
    const hold = this.#file.first('SELECT amount, lines FROM vector_holds WHERE id = ?', id);
    if (hold === undefined) return 0;
    const [before, lines] = readHold(hold);
    const room = Math.min(...lines.map((line) => roomIn(this.#state(line))), largest);
    const after = amount <= before ? amount : before + Math.min(amount - before, Math.max(0, room));
    if (after === before) return before;
    for (const { account, period } of lines) this.#file.run(addHeld, account, period, after - before);
    this.#file.run('UPDATE vector_holds SET amount = ? WHERE id = ?', after, id);
    return after;
  }

  /** The lines of the hold as they are then; none where it was settled before. */
  #settle(id: string, costOf: (amount: number) => number): (AccountLine & AccountState)[] {
    const hold = this.#file.first(takeHold, id);
    if (hold === undefined) return [];
    const [amount, lines] = readHold(hold);
    return lines.map((line) => {
      const state = this.#state(line);
      const held = Math.max(0, state.held - amount);
      const spent = addSpent(state.spent, costOf(amount));
      this.#file.run(settleLine, held, spent, line.account, line.period);
      return { account: line.account, period: line.period, limit: state.limit, held, spent };
    });
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
    if (this.#file.run(insertTopUp, account, id, amount) > 0) this.#file.run(addPaid, account, amount);
    const row = this.#file.first(sum, account);
    return { spent: Number(row?.['spent']), held: Number(row?.['held']), limit: this.#paid(account) };
  }

  #state({ account, period, limit }: AccountLine): AccountState {
    const row = this.#file.first(select, account, period);
    return {
      spent: Number(row?.['spent'] ?? 0),
      held: Number(row?.['held'] ?? 0),
      limit: limit === 'credit' ? this.#paid(account) : limit,
    };
  }

  #paid(account: string): number {
    return Number(this.#file.first(selectPaid, account)?.['paid'] ?? 0);
  }
}

function readHold({ amount, lines }: Row): readonly [number, readonly AccountLine[]] {
  const kept: readonly KeptLine[] = JSON.parse(String(lines));
  return [Number(amount), kept.map(([account, period, limit]) => ({ account, period, limit }))];
}
