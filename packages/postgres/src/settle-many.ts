import type { AccountLine, AccountState, Settlement } from '@vector-engine/core';
import type { Database } from './database.ts';

export type SettledLine = AccountLine & AccountState;

/** Many lists of settlements in one round trip; for each list the lines of what was there. */
export async function settleMany(
  database: Database,
  lists: readonly (readonly Settlement[])[],
): Promise<readonly (readonly SettledLine[])[]> {
  // Of two that settle the same the first counts.
  const costs = new Map<string, number>();
  const listOf = new Map<string, number>();
  for (const [index, list] of lists.entries()) {
    for (const { id, cost } of list) {
      if (costs.has(id)) continue;
      costs.set(id, cost);
      listOf.set(id, index);
    }
  }
  const rows = await database.query(
    `SELECT * FROM "${database.schema}".vector_settle($1, $2) ORDER BY account, period`,
    [[...costs.keys()], [...costs.values()]],
  );
  const lines = lists.map(() => new Map<string, SettledLine>());
  for (const row of rows) {
    const line = toLine(row);
    const index = listOf.get(String(Reflect.get(row, 'id')));
    if (line === undefined || index === undefined) continue;
    lines[index]?.set(JSON.stringify([line.account, line.period]), line);
  }
  return lines.map((each) => [...each.values()]);
}

/** Undefined for a hold without lines. */
function toLine(row: object): SettledLine | undefined {
  const { account, period, most, spent, held }: Record<string, unknown> = { ...row };
  if (typeof account !== 'string' || typeof period !== 'string') return undefined;
  return { account, period, limit: Number(most), spent: Number(spent), held: Number(held) };
}
