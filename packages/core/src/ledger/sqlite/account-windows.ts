import type { AccountLine } from '../../protocol/account.ts';
import type { SqliteFile } from '../../sqlite/sqlite-file.ts';

export interface Window {
  readonly account: string;
  readonly period: string;
  spent: number;
  held: number;
}

const select = 'SELECT spent, held FROM vector_accounts WHERE account = ? AND period = ?';
const write = `INSERT INTO vector_accounts (account, period, spent, held) VALUES (?, ?, ?, ?)
  ON CONFLICT (account, period) DO UPDATE SET spent = excluded.spent, held = excluded.held`;

/**
 * The windows that a transaction works on: each is read once and written once, however many of its calls it concerns. Nobody
 * else writes to the file meanwhile.
 */
export class AccountWindows {
  readonly #file: SqliteFile;
  readonly #windows = new Map<string, Map<string, Window>>();
  readonly #changed = new Set<Window>();

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  at({ account, period }: Pick<AccountLine, 'account' | 'period'>): Window {
    let periods = this.#windows.get(account);
    if (periods === undefined) this.#windows.set(account, (periods = new Map()));
    const known = periods.get(period);
    if (known !== undefined) return known;
    const row = this.#file.first(select, account, period);
    const spent = Number(row?.['spent'] ?? 0);
    const window = { account, period, spent, held: Number(row?.['held'] ?? 0) };
    periods.set(period, window);
    return window;
  }

  change(window: Window, { spent, held }: Pick<Window, 'spent' | 'held'>): void {
    window.spent = spent;
    window.held = held;
    this.#changed.add(window);
  }

  /** Inside of the transaction. */
  write(): void {
    for (const { account, period, spent, held } of this.#changed)
      this.#file.run(write, account, period, spent, held);
    this.#changed.clear();
  }

  /** The transaction is over: others may write. */
  forget(): void {
    this.#windows.clear();
    this.#changed.clear();
  }
}
