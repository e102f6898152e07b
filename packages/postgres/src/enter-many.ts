import type { Place } from '@vector-engine/core';
import type { Database } from './database.ts';
import { Numbering } from './numbering.ts';
import { whole } from './whole.ts';

export interface Entering {
  readonly places: readonly Place[];
  readonly id: string;
  readonly lease: number;
}

export interface Leaving {
  readonly key: string;
  readonly id: string;
}

/** Many that want places, in one round trip, one after the other. */
export async function enterMany(
  database: Database,
  entering: readonly Entering[],
  now: number | null,
): Promise<readonly number[]> {
  const keys = new Numbering();
  const entries = entering.flatMap(({ places }, index) =>
    places.map(({ key, limit }) => ({ owner: index + 1, place: keys.placeOf(key), limit })),
  );
  const [row] = await database.query(
    `SELECT "${database.schema}".vector_enter($1, $2, $3, $4, $5, $6, $7) AS replies`,
    [
      keys.names,
      entering.map(({ id }) => id),
      entering.map(({ lease }) => whole(lease)),
      entries.map(({ owner }) => owner),
      entries.map(({ place }) => place),
      entries.map(({ limit }) => whole(limit)),
      now,
    ],
  );
  const replies: readonly number[] = JSON.parse(String(row !== undefined && 'replies' in row && row.replies));
  return replies;
}
