import type { LedgerEntry } from '../../packages/core/src/protocol/ledger.ts';
import { ledgerEntry } from '../../packages/core/test/ledger-world.ts';

export interface MonthOptions {
  readonly rows: number;
  readonly batch: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Calls as a company has them: 50 tenants, 1,000 people, 20 models at 5 upstreams; some fail, few are odd. */
export function* monthOfEntries({ rows, batch, from, to }: MonthOptions): Generator<LedgerEntry[]> {
  // https://en.wikipedia.org/wiki/Linear_congruential_generator, as of Numerical Recipes.
  let seed = 6;
  const random = (most: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * most);
  };
  for (let first = 0; first < rows; first += batch) {
    const size = Math.min(batch, rows - first);
    yield Array.from({ length: size }, (_, index) => {
      const place = first + index;
      // They are over in another order than they came in.
      const time = Math.min(to - 1000, from + Math.floor((place / rows) * (to - from)) + random(5000));
      return entryOf(place, time, random);
    });
  }
}

function entryOf(place: number, time: number, random: (most: number) => number): LedgerEntry {
  const user = random(1000);
  const [tenant, model] = [`company-${user % 50}`, random(20)];
  // A few of each hundred thousand, all over the month.
  const isRare = place % 4007 === 5;
  const isFailed = random(100) < 3;
  const error = isRare ? 'VE_RARE' : 'VE_UPSTREAM_STATUS';
  return ledgerEntry({
    id: `request-${place}-of-a-month-of-calls`,
    time,
    tenant: isRare ? 'rare' : tenant,
    path: `${tenant}/team-${user % 7}/user-${user}`,
    principal: `user-${user}`,
    key: `key_${user}`,
    model: isRare ? 'model-rare' : `model-${model}`,
    served: `served-${model}`,
    upstream: isRare ? 'upstream-rare' : `upstream-${model % 5}`,
    operation: isRare ? 'speech' : 'chat',
    status: isFailed || isRare ? ([429, 500, 503][random(3)] ?? 500) : 200,
    error: isFailed || isRare ? error : undefined,
    cost: 1000 + random(1_000_000),
    inputTokens: random(5000),
    outputTokens: random(1000),
    tags: isRare ? ['rare'] : random(50) === 0 ? ['batch'] : [],
    // Most within a second, some in half a minute.
    firstByteMilliseconds: Math.round(150 * Math.exp(random(1000) / 400) + random(100)),
  });
}
