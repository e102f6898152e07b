import type {
  AccountLine,
  AccountState,
  AccountStore,
  HoldRequest,
  HoldResult,
  LostHold,
  Settlement,
} from '@vector-engine/core';
import { GatewayError } from '@vector-engine/core/sql';
import { Batches } from './batches.ts';
import type { Database } from './database.ts';
import { holdMany } from './hold-many.ts';
import { type SettledLine, settleMany } from './settle-many.ts';
import { money, noDebt, whole } from './whole.ts';

/** Holds that are swept in one go. */
const manyLost = 500;

/** Budgets of many processes: each change is one function of the database, which locks the lines that it looks at. */
export class PostgresAccounts implements AccountStore {
  readonly #database: Database;
  readonly #holds: Batches<HoldRequest, HoldResult | GatewayError>;
  readonly #settlements: Batches<readonly Settlement[], readonly SettledLine[]>;

  constructor(database: Database) {
    this.#database = database;
    this.#holds = new Batches({ most: 100, send: (requests) => holdMany(database, requests) });
    this.#settlements = new Batches({ most: 100, send: (lists) => settleMany(database, lists) });
  }

  async hold(request: HoldRequest): Promise<HoldResult> {
    const lines = distinct(request.lines);
    for (const { limit } of lines) if (limit !== 'credit') noDebt(limit);
    noDebt(Math.min(request.amount, request.minimum));
    money(Math.max(request.amount, request.minimum));
    const result = await this.#holds.ask({ ...request, lines });
    if (GatewayError.isInstance(result)) throw result;
    return result;
  }

  async resize(id: string, amount: number): Promise<number> {
    const [row] = await this.#call('vector_resize($1, $2) AS held', [id, noDebt(amount)]);
    return Number(row?.['held'] ?? 0);
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly SettledLine[]> {
    for (const { cost } of settlements) noDebt(cost);
    return settlements.length === 0 ? [] : this.#settlements.ask(settlements);
  }

  async renew(holder: string, until: number): Promise<void> {
    await this.#database.query(
      `INSERT INTO "${this.#database.schema}".vector_holders AS known (holder, until) VALUES ($1, $2)
      ON CONFLICT (holder) DO UPDATE SET until = excluded.until`,
      [holder, whole(until)],
    );
  }

  async sweep(now: number): Promise<readonly LostHold[]> {
    const lost: LostHold[] = [];
    for (;;) {
      const rows = await this.#call('vector_sweep($1, $2)', [whole(now), manyLost]);
      for (const { id, cost } of rows) lost.push({ id: String(id), cost: Number(cost) });
      if (rows.length < manyLost) return lost;
    }
  }

  async read(lines: readonly AccountLine[]): Promise<readonly AccountState[]> {
    const { schema } = this.#database;
    const rows = await this.#database.query(
      `SELECT known.spent, known.held, credit.paid
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS line (account, period, place)
      LEFT JOIN "${schema}".vector_accounts AS known ON known.account = line.account AND known.period = line.period
      LEFT JOIN "${schema}".vector_credits AS credit ON credit.account = line.account
      ORDER BY line.place`,
      [lines.map(({ account }) => account), lines.map(({ period }) => period)],
    );
    return lines.map(({ limit }, index) => {
      const { spent, held, paid }: Record<string, unknown> = { ...rows[index] };
      return {
        spent: Number(spent ?? 0),
        held: Number(held ?? 0),
        limit: limit === 'credit' ? Number(paid ?? 0) : limit,
      };
    });
  }

  async topUp(account: string, amount: number, id: string): Promise<AccountState> {
    const [row] = await this.#call('vector_top_up($1, $2, $3)', [account, money(amount), id]);
    return { spent: Number(row?.['spent']), held: Number(row?.['held']), limit: Number(row?.['paid']) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#holds.drain(), this.#settlements.drain()]);
  }

  async #call(call: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
    const rows = await this.#database.query(`SELECT * FROM "${this.#database.schema}".${call}`, values);
    return rows.map((row) => ({ ...row }));
  }
}

/** The same window of the same budget counts once, whoever names it twice. */
function distinct(lines: readonly AccountLine[]): readonly AccountLine[] {
  const known = new Map(lines.map((line) => [JSON.stringify([line.account, line.period]), line]));
  return known.size === lines.length ? lines : [...known.values()];
}
