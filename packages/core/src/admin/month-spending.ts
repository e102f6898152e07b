import { RecentMap } from '../access/recent-map.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Ledger } from '../protocol/ledger.ts';

export interface MonthParts {
  /** Undefined where nothing is written down. */
  readonly ledger: Pick<Ledger, 'totals'> | undefined;
  /** Whether there are virtual keys. */
  readonly hasKeys: boolean;
  readonly clock: Clock;
}

/** What was spent where, by which virtual key; empty where there was none. */
export interface Spending {
  readonly path: string;
  readonly key: string;
  readonly dollars: number;
}

interface Seen {
  readonly spending: Promise<readonly Spending[]>;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Milliseconds for which a sum is told again: of many callers it takes long, and pages ask often. */
const goodFor = 15_000;
const mostRemembered = 100;

/** What was spent in this month (UTC), by the ledger; up to a quarter of a minute old. */
export class MonthSpending {
  readonly #parts: MonthParts;
  readonly #seen = new RecentMap<Seen>(mostRemembered);

  constructor(parts: MonthParts) {
    this.#parts = parts;
  }

  /** At a place and below it; everywhere where that is empty. Who asks meanwhile is told the same. */
  at(under: string): Promise<readonly Spending[]> {
    const now = wallTime(this.#parts.clock);
    const known = this.#seen.get(under);
    if (known !== undefined && now < known.until) return known.spending;
    const spending = this.#sum(under, now);
    this.#seen.set(under, { spending, until: now + goodFor });
    // What failed is asked for again.
    spending.catch(() => this.#seen.set(under, { spending, until: now }));
    return spending;
  }

  async #sum(under: string, now: number): Promise<readonly Spending[]> {
    const { ledger, hasKeys } = this.#parts;
    if (ledger === undefined) return [];
    const date = new Date(now);
    const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
    const filter = under === '' ? { from } : { from, path: under };
    const totals = await ledger.totals(filter, hasKeys ? ['path', 'key'] : ['path']);
    return totals.map(({ group, cost }) => ({
      path: group.path ?? '',
      key: group.key ?? '',
      dollars: cost / 1e9,
    }));
  }
}
