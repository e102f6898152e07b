/** Money is in nano-dollars, time in milliseconds since the epoch. */
export const accountTables: readonly string[] = [
  // Rows that change with every call: there is room beside each for the next version of it.
  `CREATE TABLE {schema}.vector_accounts (
    account text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    spent bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    PRIMARY KEY (account, period)
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE {schema}.vector_credits (
    account text COLLATE "C" PRIMARY KEY,
    paid bigint NOT NULL
  )`,
  `CREATE TABLE {schema}.vector_top_ups (
    account text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (account, id)
  )`,
  // The lines of a hold are three lists of the same length; a limit that is null is a credit.
  `CREATE TABLE {schema}.vector_holds (
    id text COLLATE "C" PRIMARY KEY,
    holder text COLLATE "C",
    amount bigint NOT NULL,
    expires_at bigint NOT NULL,
    accounts text[] NOT NULL,
    periods text[] NOT NULL,
    limits bigint[] NOT NULL
  )`,
  'CREATE INDEX vector_holds_expiry ON {schema}.vector_holds (expires_at)',
  'CREATE INDEX vector_holds_holder ON {schema}.vector_holds (holder) WHERE holder IS NOT NULL',
  `CREATE TABLE {schema}.vector_holders (
    holder text COLLATE "C" PRIMARY KEY,
    until bigint NOT NULL
  ) WITH (fillfactor = 50)`,
];
