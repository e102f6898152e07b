import { DatabaseSync } from 'node:sqlite';

const sums =
  'sum(failed), sum(hit), total(input), total(cached), total(output), total(reasoning), total(cost), total(saved), sum(milliseconds)';

/**
 * Makes so many of each entry in a ledger's file, a little later each, with the sums that belong to them: written one by one they would take
 * minutes.
 */
export function multiplyRows(path: string, times: number): void {
  const file = new DatabaseSync(path);
  const indices = file
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'vector_entries'",
    )
    .all();
  file.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN');
  for (const { name } of indices) file.exec(`DROP INDEX ${String(name)}`);
  const copies = `WITH RECURSIVE copies (copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < ${times - 1})`;
  file.exec(`${copies} INSERT INTO vector_entries
    (id, time, caller, subject, status, error, failed, hit, input, cached, output, reasoning, cost, saved, milliseconds, rest)
    SELECT id || '-' || copy, time + copy, caller, subject, status, error, failed, hit, input, cached, output, reasoning, cost, saved,
      milliseconds, rest FROM copies CROSS JOIN vector_entries WHERE instr(id, '-') > 0 ORDER BY copy`);
  file.exec(`INSERT INTO vector_tags (tag, time, place) SELECT t.tag, c.time, c.place
    FROM vector_tags AS t CROSS JOIN vector_entries AS e ON e.place = t.place
    CROSS JOIN (WITH RECURSIVE copies (copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < ${times - 1}) SELECT copy FROM copies) AS k
    CROSS JOIN vector_entries AS c ON c.id = e.id || '-' || k.copy`);
  file.exec('DELETE FROM vector_hours; DELETE FROM vector_days');
  file.exec(`INSERT INTO vector_hours SELECT time / 3600000, subject, status, error, count(*), ${sums}
    FROM vector_entries GROUP BY time / 3600000, subject, status, error`);
  file.exec(`INSERT INTO vector_days SELECT caller, time / 86400000, subject, status, error, count(*), ${sums}
    FROM vector_entries GROUP BY caller, time / 86400000, subject, status, error`);
  for (const { sql } of indices) file.exec(String(sql));
  file.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  file.close();
}
