import type { Counter, Taking } from '@vector-engine/core';
import type { Database } from './database.ts';
import { Numbering } from './numbering.ts';
import { whole } from './whole.ts';

export type Take = Counter & { readonly amount: number };

/** What the function `vector_take` gives for one taking. */
type Reply = readonly [
  refusedBy: number,
  states: readonly (readonly [remaining: number, resetsAfter: number])[],
];

/** Many takings in one round trip, one after the other. */
export async function takeMany(
  database: Database,
  takings: readonly (readonly Take[])[],
  now: number | null,
): Promise<readonly Taking[]> {
  const keys = new Numbering();
  const entries = takings.flatMap((takes, index) =>
    takes.map((take) => ({ ...take, owner: index + 1, place: keys.placeOf(take.key) })),
  );
  const [row] = await database.query(
    `SELECT "${database.schema}".vector_take($1, $2, $3, $4, $5, $6, $7, $8) AS replies`,
    [
      keys.names,
      takings.length,
      entries.map(({ owner }) => owner),
      entries.map(({ place }) => place),
      // Of nobody more is asked than the whole limit, so that one large call can be made; where nothing is allowed, nothing fits.
      entries.map(({ amount, limit }) => whole(Math.min(amount, Math.max(limit, 1)))),
      entries.map(({ limit }) => whole(limit)),
      entries.map(({ window }) => whole(window)),
      now,
    ],
  );
  const replies: readonly Reply[] = JSON.parse(String(row !== undefined && 'replies' in row && row.replies));
  return replies.map(([refusedBy, states]) => ({
    refusedBy,
    states: states.map(([remaining, resetsAfter]) => ({ remaining, resetsAfter })),
  }));
}
