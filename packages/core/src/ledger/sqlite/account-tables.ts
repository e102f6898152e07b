/** Budgets in SQLite: what is in each window, and what is held there for calls under way. */
export const accountTables = `
CREATE TABLE vector_accounts (
  account TEXT NOT NULL,
  period TEXT NOT NULL,
  spent INTEGER NOT NULL,
  held INTEGER NOT NULL,
  PRIMARY KEY (account, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE vector_holds (
  id TEXT NOT NULL PRIMARY KEY,
  holder TEXT,
  amount INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  lines TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vector_holds_holder ON vector_holds (holder) WHERE holder IS NOT NULL;
CREATE INDEX vector_holds_expires ON vector_holds (expires);
CREATE TABLE vector_holders (holder TEXT NOT NULL PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE vector_credits (account TEXT NOT NULL PRIMARY KEY, paid INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE vector_top_ups (
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
`;

/** Only calls under way have holds: to look at all of them once a minute costs less than to keep them in order with each call. */
export const plainHolds = `
DROP INDEX vector_holds_holder;
DROP INDEX vector_holds_expires;
`;
