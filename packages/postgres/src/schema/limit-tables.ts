/** Time is in milliseconds since the epoch. */
export const limitTables: readonly string[] = [
  `CREATE TABLE {schema}.vector_counters (
    key text COLLATE "C" PRIMARY KEY,
    used bigint NOT NULL DEFAULT 0,
    ends_at bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50)`,
  'CREATE INDEX vector_counters_end ON {schema}.vector_counters (ends_at)',
  // Whoever takes or counts places of a key locks its row.
  'CREATE TABLE {schema}.vector_place_keys (key text COLLATE "C" PRIMARY KEY)',
  `CREATE TABLE {schema}.vector_places (
    key text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (key, id)
  )`,
  'CREATE INDEX vector_places_expiry ON {schema}.vector_places (expires_at)',
];
