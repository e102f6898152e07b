import { GatewayError } from '../errors.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Ledger, LedgerFilter, LedgerTotal } from '../protocol/ledger.ts';
import { type Principal, pathOf } from '../protocol/principal.ts';
import type { UsageQuery } from './schemas/calls.ts';

export interface UsageParts {
  /** Undefined where nothing is written down. */
  readonly ledger: Ledger | undefined;
  /** The budgets that hold for a caller; undefined where nothing is limited. */
  readonly budgetsOf: ((principal: Principal) => Promise<readonly object[]>) | undefined;
  readonly clock: Clock;
}

/** A sum as it is shown. */
type ShownTotal = Omit<LedgerTotal, 'group' | 'firstByteP50' | 'firstByteP95'> & { readonly dollars: number };

/** What was used: a caller's own, and all. */
export class UsageDesk {
  readonly #parts: UsageParts;

  constructor(parts: UsageParts) {
    this.#parts = parts;
  }

  /**
   * Of a caller, in this month (UTC), by model; with what the caller may have.
   *
   * @throws GatewayError `VE_FORBIDDEN` where nobody knows whose it would be
   */
  async own(principal: Principal | undefined): Promise<object> {
    const { clock } = this.#parts;
    const filter = principal && ownFilter(principal);
    if (principal === undefined || filter === undefined)
      throw new GatewayError('VE_FORBIDDEN', { reason: 'nobody is told apart here, and so are no figures' });
    const [from, to] = monthOf(wallTime(clock));
    const [totals, budgets] = await Promise.all([
      this.#ledger().totals({ ...filter, from, to }, ['tenant', 'model']),
      this.budgetsOf(principal),
    ]);
    // A person without a tenant may be called as somebody's tenant is.
    const own = totals.filter(({ group }) => (group.tenant ?? '') === (principal.tenant ?? ''));
    return {
      from: iso(from),
      to: iso(to),
      key: principal.key ?? null,
      total: sum(own),
      models: own.map((total) => ({ model: total.group.model ?? '', ...shown(total) })),
      limits: principal.limits ?? {},
      budgets,
    };
  }

  /** Of all, as far as the query says; in this month (UTC), where it says no time. @throws GatewayError `VE_PARAMETER_INVALID` */
  async all(query: string): Promise<object> {
    const [{ readBy, readQuery }, { usageQuery }] = await Promise.all([
      import('./read-json.ts'),
      import('./schemas/calls.ts'),
    ]);
    const { group, ...given } = readBy<UsageQuery>(usageQuery, readQuery(query));
    const [from, to] = monthOf(wallTime(this.#parts.clock));
    const isUntimed = given.from === undefined && given.to === undefined;
    const filter: LedgerFilter = isUntimed ? { ...given, from, to } : given;
    const totals = await this.#ledger().totals(filter, group);
    return {
      from: filter.from === undefined ? null : iso(filter.from),
      to: filter.to === undefined ? null : iso(filter.to),
      data: totals.map((total) => ({ ...total, dollars: total.cost / 1e9 })),
    };
  }

  /** The budgets that hold for a caller. */
  async budgetsOf(principal: Principal): Promise<readonly object[]> {
    return (await this.#parts.budgetsOf?.(principal)) ?? [];
  }

  #ledger(): Ledger {
    const { ledger } = this.#parts;
    if (ledger === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    return ledger;
  }
}

/** Undefined where everybody's would be meant. */
function ownFilter(principal: Principal): LedgerFilter | undefined {
  const { key, tenant, id } = principal;
  if (key !== undefined) return { key };
  const path = pathOf(principal);
  return path === '' ? undefined : { tenant, principal: id, path };
}

/** From its first millisecond to that of the next: the month of a moment. */
function monthOf(now: number): readonly [from: number, to: number] {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return [Date.UTC(year, month), Date.UTC(year, month + 1)];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function shown({ group: _group, firstByteP50: _p50, firstByteP95: _p95, ...total }: LedgerTotal): ShownTotal {
  return { ...total, dollars: total.cost / 1e9 };
}

function sum(totals: readonly LedgerTotal[]): ShownTotal {
  const all = { ...nothing };
  for (const total of totals) for (const name of counted) all[name] += total[name];
  return { ...all, dollars: all.cost / 1e9 };
}

const nothing = {
  calls: 0,
  failed: 0,
  cacheHits: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  cost: 0,
  saved: 0,
  milliseconds: 0,
};
const counted = [
  'calls',
  'failed',
  'cacheHits',
  'inputTokens',
  'cachedTokens',
  'outputTokens',
  'reasoningTokens',
  'cost',
  'saved',
  'milliseconds',
] as const;
