import type { AccountState, HoldRequest, HoldResult } from '@vector-engine/core';
import { GatewayError } from '@vector-engine/core/sql';
import type { Database } from './database.ts';
import { whole } from './whole.ts';

/** What the function `vector_hold` gives for one request. */
type Reply = readonly [
  granted: number | null,
  refusedBy: number | null,
  states: readonly (readonly [spent: number, held: number, limit: number])[],
];

/** Many holds in one round trip, one after the other. The error stands in place of an answer where there is a hold of that id. */
export async function holdMany(
  database: Database,
  requests: readonly HoldRequest[],
): Promise<readonly (HoldResult | GatewayError)[]> {
  const lines = new Lines();
  const owners: number[] = [];
  const places: number[] = [];
  const limits: (number | null)[] = [];
  for (const [index, request] of requests.entries()) {
    for (const line of request.lines) {
      owners.push(index + 1);
      places.push(lines.placeOf(line.account, line.period));
      limits.push(line.limit === 'credit' ? null : line.limit);
    }
  }
  const [row] = await database.query(
    `SELECT "${database.schema}".vector_hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS replies`,
    [
      lines.accounts,
      lines.periods,
      requests.map(({ id }) => id),
      requests.map(({ holder }) => holder ?? null),
      requests.map(({ amount }) => amount),
      requests.map(({ minimum }) => minimum),
      requests.map(({ expiresAt }) => whole(expiresAt)),
      owners,
      places,
      limits,
    ],
  );
  const replies: readonly Reply[] = JSON.parse(String(row !== undefined && 'replies' in row && row.replies));
  return replies.map(toResult);
}

function toResult([granted, refusedBy, told]: Reply): HoldResult | GatewayError {
  const states = told.map(([spent, held, limit]): AccountState => ({ spent, held, limit }));
  if (granted !== null) return { granted, states };
  if (refusedBy !== null) return { refusedBy, states };
  return new GatewayError('VE_STORE_FAILED', { reason: 'there is a hold of that id already' });
}

/** Accounts in their windows, each once; others speak of them by their places, from 1 as SQL counts. */
class Lines {
  readonly accounts: string[] = [];
  readonly periods: string[] = [];
  readonly #places = new Map<string, Map<string, number>>();

  placeOf(account: string, period: string): number {
    const ofAccount = this.#places.get(account) ?? new Map<string, number>();
    this.#places.set(account, ofAccount);
    const known = ofAccount.get(period);
    if (known !== undefined) return known;
    const place = this.accounts.push(account);
    this.periods.push(period);
    ofAccount.set(period, place);
    return place;
  }
}
