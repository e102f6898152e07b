import { ledgerMigrations } from '@vector-engine/core/sql';
import { accountFunctions } from './account-functions.ts';
import { accountTables } from './account-tables.ts';
import { limitFunctions } from './limit-functions.ts';
import { limitTables } from './limit-tables.ts';

export interface Migration {
  /** What was done is told by it: it never changes. */
  readonly name: string;
  /** Statements; `{schema}` stands for the name of the schema. */
  readonly up: readonly string[];
}

/**
 * In the order in which they are done. Processes of two versions may be at work at the same time: a function that is to do
 * something else gets another name, a column that is to go stays.
 */
export const migrations: readonly Migration[] = [
  ...ledgerMigrations('postgres').map((up, index) => ({ name: `ledger ${index + 1}`, up })),
  { name: 'accounts 1', up: [...accountTables, ...accountFunctions] },
  { name: 'limits 1', up: [...limitTables, ...limitFunctions] },
];
