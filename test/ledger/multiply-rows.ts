import { DatabaseSync } from 'node:sqlite';
import { sumFirstBytes } from '../../packages/core/src/ledger/first-bytes.ts';

const sums =
  'sum(failed), sum(hit), total(input), total(cached), total(output), total(reasoning), total(cost), total(saved), sum(milliseconds)';
const columns = 'failed, hit, input, cached, output, reasoning, cost, saved, milliseconds, firsts';

/**
 * Makes so many of each entry in a ledger's file, a little later each, with the sums that belong to them: written one by one they would take
 * minutes.
 */
export function multiplyRows(path: string, times: number): void {
  const file = new DatabaseSync(path);
  file.function('vector_sum_firsts', (histogram) => sumFirstBytes(String(histogram)));
  const indices = file
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('vector_entries', 'vector_days')",
    )
    .all();
  file.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN');
  for (const { name } of indices) file.exec(`DROP INDEX ${String(name)}`);
  const copies = `WITH RECURSIVE copies (copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < ${times - 1})`;
  // Somebody who asks again asks another model.
  file.exec(`CREATE TEMP TABLE others (subject INTEGER, copy INTEGER, other INTEGER, PRIMARY KEY (subject, copy)) WITHOUT ROWID;
    WITH common AS (SELECT id, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS many
      FROM vector_subjects WHERE model <> 'model-rare')
    INSERT INTO others SELECT own.id, value, other.id FROM common AS own
      JOIN json_each('[${Array.from({ length: times }, (_, index) => index).join()}]') JOIN common AS other ON other.number = 1 + (own.number + value) % own.many`);
  const subject =
    'coalesce((SELECT other FROM others AS o WHERE o.subject = e.subject AND o.copy = c.copy), subject)';
  file.exec(`${copies} INSERT INTO vector_entries
    (id, time, caller, subject, status, error, failed, hit, input, cached, output, reasoning, cost, saved, milliseconds, rest, firsts)
    SELECT id || '-' || copy, time + copy, caller, ${subject}, status, error, failed, hit, input, cached, output, reasoning, cost, saved,
      milliseconds, rest, firsts FROM copies AS c CROSS JOIN vector_entries AS e WHERE instr(id, '-') > 0 ORDER BY copy`);
  file.exec(`INSERT INTO vector_tags (tag, time, place) SELECT t.tag, c.time, c.place
    FROM vector_tags AS t CROSS JOIN vector_entries AS e ON e.place = t.place
    CROSS JOIN (WITH RECURSIVE copies (copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < ${times - 1}) SELECT copy FROM copies) AS k
    CROSS JOIN vector_entries AS c ON c.id = e.id || '-' || k.copy`);
  const firsts = "vector_sum_firsts(group_concat(firsts, ''))";
  const isSealed = 'WHERE time < 86400000 * (SELECT day FROM vector_sealed)';
  const tables = [
    ['vector_hours', 'hour', 'time / 3600000', 'subject', ''],
    ['vector_days', 'caller, day', 'caller, time / 86400000', 'subject', ''],
    ['vector_caller_days', 'day', 'time / 86400000', 'caller', isSealed],
    ['vector_subject_days', 'day', 'time / 86400000', 'subject', isSealed],
    ['vector_asked_days', 'caller, day', 'caller, time / 86400000', 'subject', isSealed],
  ] as const;
  for (const [table, names, keys, other, where] of tables) {
    file.exec(`DELETE FROM ${table}`);
    file.exec(`INSERT INTO ${table} (${names}, ${other}, status, error, calls, ${columns})
      SELECT ${keys}, ${other}, status, error, count(*), ${sums}, ${firsts} FROM vector_entries
      ${where}
      GROUP BY ${keys}, ${other}, status, error`);
  }
  for (const { sql } of indices) file.exec(String(sql));
  file.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  file.close();
}
