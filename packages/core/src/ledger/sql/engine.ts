import type { CompiledQuery, Kysely } from 'kysely';
import type { Flavour } from './migrations.ts';
import type { LedgerTables } from './tables.ts';

/** Many rows of one table, in as many statements as the engine likes. */
export interface Bulk {
  readonly into: Insertion;
  /** Those of each row behind those of the one before, in the order of the columns. */
  readonly values: readonly BulkValue[];
}

/** All of a statement but its rows: one object for each, always the same. */
export interface Insertion {
  readonly table: keyof LedgerTables;
  readonly columns: readonly BulkColumn[];
  /** `ON CONFLICT …`. */
  readonly conflict: string;
  /** The column by which rows are there already: the engine gives these, each with its value of it. No two have the same. */
  readonly known?: string;
}

export interface BulkColumn {
  readonly name: string;
  readonly type: 'text' | 'whole';
}

export type BulkValue = string | number | null;

export type Row = Readonly<Record<string, unknown>>;

/** One step after the other: whoever runs it says what rows each gave. An engine that has no need to wait does not. */
export type Script<Result> = Generator<CompiledQuery | Bulk, Result, readonly Row[]>;

/** A database, as the queries of the ledger see it. */
export interface SqlEngine {
  readonly flavour: Flavour;
  /** For single statements. */
  readonly db: Kysely<LedgerTables>;
  /** Questions that take a while: an engine that runs on the process's own thread lets it see to others before each. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result>;
  /** All of a script, or none; no other script that changes the same rows gets in between. */
  transact<Result>(script: () => Script<Result>): Promise<Result>;
}

/** Each step of a script that is a query of the builder, with the rows as the builder has typed them. */
export function* ask<Output>(query: CompiledQuery<Output>): Script<readonly Output[]> {
  const rows = yield query;
  // What the engine gives is what the query's own type says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rows as unknown as readonly Output[];
}

/** The text of one insertion, up to where its values come from. */
export function insertion({ table, columns }: Pick<Insertion, 'table' | 'columns'>): string {
  return `INSERT INTO ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')})`;
}
