import { sums } from './sums.ts';

/** Whose SQL it is. */
export type Flavour = 'sqlite' | 'postgres';

interface Words {
  readonly whole: string;
  /** Compared byte by byte, whatever the language of the database. */
  readonly text: string;
  readonly bytes: string;
  readonly place: string;
  /** After a table, and after one that is kept in the order of its primary key. */
  readonly end: string;
  readonly sorted: string;
}

const words: Readonly<Record<Flavour, Words>> = {
  sqlite: {
    whole: 'INTEGER',
    text: 'TEXT',
    bytes: 'BLOB',
    place: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    end: 'STRICT',
    sorted: 'STRICT, WITHOUT ROWID',
  },
  postgres: {
    whole: 'BIGINT',
    text: 'TEXT COLLATE "C"',
    bytes: 'BYTEA',
    place: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    end: '',
    sorted: '',
  },
};

/**
 * What makes the tables of a ledger: each migration is done once, in this order, all its statements in one transaction. In
 * Postgres accounts are in tables of that package's own.
 */
export function ledgerMigrations(flavour: Flavour): readonly (readonly string[])[] {
  return [entryTables(words[flavour]), sealedDays(flavour)];
}

function entryTables({ whole, text, bytes, place, end, sorted }: Words): string[] {
  return [
    `CREATE TABLE vector_callers (
      id ${place}, digest ${text} NOT NULL UNIQUE,
      tenant ${text} NOT NULL, path ${text} NOT NULL, principal ${text} NOT NULL, "key" ${text} NOT NULL
    ) ${end}`,
    ...['tenant', 'path', 'principal', 'key'].map(
      (name) => `CREATE INDEX vector_callers_${name} ON vector_callers ("${name}")`,
    ),
    `CREATE TABLE vector_subjects (
      id ${place}, digest ${text} NOT NULL UNIQUE,
      model ${text} NOT NULL, served ${text} NOT NULL, upstream ${text} NOT NULL, operation ${text} NOT NULL
    ) ${end}`,
    ...['model', 'served', 'upstream', 'operation'].map(
      (name) => `CREATE INDEX vector_subjects_${name} ON vector_subjects (${name})`,
    ),
    `CREATE TABLE vector_entries (
      place ${place}, id ${text} NOT NULL UNIQUE, time ${whole} NOT NULL,
      caller ${whole} NOT NULL REFERENCES vector_callers (id),
      subject ${whole} NOT NULL REFERENCES vector_subjects (id),
      status ${whole} NOT NULL, error ${text} NOT NULL, failed ${whole} NOT NULL, hit ${whole} NOT NULL,
      input ${whole}, cached ${whole}, output ${whole}, reasoning ${whole}, cost ${whole}, saved ${whole},
      milliseconds ${whole} NOT NULL, rest ${text} NOT NULL
    ) ${end}`,
    'CREATE INDEX vector_entries_time ON vector_entries (time, place)',
    'CREATE INDEX vector_entries_caller ON vector_entries (caller, time, place)',
    'CREATE INDEX vector_entries_subject ON vector_entries (subject, time, place)',
    'CREATE INDEX vector_entries_failed ON vector_entries (failed, time, place, status, error) WHERE failed = 1',
    // Who rarely fails is not gone through call by call.
    ...['caller', 'subject'].map(
      (name) =>
        `CREATE INDEX vector_entries_failed_${name} ON vector_entries (${name}, time, place, status, error) WHERE failed = 1`,
    ),
    `CREATE TABLE vector_tags (
      tag ${text} NOT NULL, time ${whole} NOT NULL,
      place ${whole} NOT NULL REFERENCES vector_entries (place) ON DELETE CASCADE,
      PRIMARY KEY (tag, time, place)
    ) ${sorted}`,
    'CREATE INDEX vector_tags_place ON vector_tags (place)',
    `CREATE TABLE vector_hours (
      hour ${whole} NOT NULL, subject ${whole} NOT NULL, status ${whole} NOT NULL, error ${text} NOT NULL,
      ${sums.map((name) => `${name} ${whole} NOT NULL`).join(', ')},
      PRIMARY KEY (hour, subject, status, error)
    ) ${sorted}`,
    'CREATE INDEX vector_hours_subject ON vector_hours (subject)',
    `CREATE TABLE vector_days (
      caller ${whole} NOT NULL, day ${whole} NOT NULL, subject ${whole} NOT NULL, status ${whole} NOT NULL,
      error ${text} NOT NULL, ${sums.map((name) => `${name} ${whole} NOT NULL`).join(', ')},
      PRIMARY KEY (caller, day, subject, status, error)
    ) ${sorted}`,
    'CREATE INDEX vector_days_day ON vector_days (day)',
    `CREATE TABLE vector_contents (
      id ${text} NOT NULL PRIMARY KEY, time ${whole} NOT NULL, tenant ${text},
      question ${bytes} NOT NULL, answer ${bytes} NOT NULL
    ) ${end}`,
    'CREATE INDEX vector_contents_time ON vector_contents (time)',
    `CREATE TABLE vector_keys (
      place ${place}, id ${text} NOT NULL UNIQUE, digest ${text} NOT NULL UNIQUE, previous ${text},
      tenant ${text} NOT NULL, path ${text} NOT NULL, version ${whole} NOT NULL, record ${text} NOT NULL
    ) ${end}`,
    'CREATE INDEX vector_keys_previous ON vector_keys (previous) WHERE previous IS NOT NULL',
    'CREATE INDEX vector_keys_tenant ON vector_keys (tenant, place)',
    'CREATE INDEX vector_keys_path ON vector_keys (path)',
  ];
}

/**
 * Histograms of first bytes, and sums of the days that are over. What the ledger has is summed up; when first bytes came is
 * known of later calls only, since nobody waits while every call is read.
 */
function sealedDays(flavour: Flavour): string[] {
  const { whole, text, end, sorted } = words[flavour];
  const columns = `status ${whole} NOT NULL, error ${text} NOT NULL,
    ${sums.map((name) => `${name} ${whole} NOT NULL`).join(', ')}, firsts ${text} NOT NULL DEFAULT ''`;
  const summed = sums.map((name) => `CAST(sum(${name}) AS ${whole})`).join(', ');
  const firstOpen = '(SELECT day FROM vector_sealed)';
  return [
    ...['vector_entries', 'vector_hours', 'vector_days'].map(
      (table) => `ALTER TABLE ${table} ADD COLUMN firsts ${text} NOT NULL DEFAULT ''`,
    ),
    `CREATE TABLE vector_sealed (day ${whole} NOT NULL) ${end}`,
    'INSERT INTO vector_sealed SELECT coalesce(max(day), 0) FROM vector_days',
    `CREATE TABLE vector_caller_days (
      day ${whole} NOT NULL, caller ${whole} NOT NULL, ${columns}, PRIMARY KEY (day, caller, status, error)
    ) ${sorted}`,
    `INSERT INTO vector_caller_days SELECT day, caller, status, error, ${summed}, ''
      FROM vector_days WHERE day < ${firstOpen} GROUP BY day, caller, status, error`,
    `CREATE TABLE vector_subject_days (
      day ${whole} NOT NULL, subject ${whole} NOT NULL, ${columns}, PRIMARY KEY (day, subject, status, error)
    ) ${sorted}`,
    `INSERT INTO vector_subject_days SELECT hour / 24, subject, status, error, ${summed}, ''
      FROM vector_hours WHERE hour < 24 * ${firstOpen} GROUP BY hour / 24, subject, status, error`,
    `CREATE TABLE vector_asked_days (
      subject ${whole} NOT NULL, day ${whole} NOT NULL, caller ${whole} NOT NULL, ${columns},
      PRIMARY KEY (subject, day, caller, status, error)
    ) ${sorted}`,
    `INSERT INTO vector_asked_days SELECT subject, day, caller, status, error, ${sums.join(', ')}, ''
      FROM vector_days WHERE day < ${firstOpen} ORDER BY subject, day, caller, status, error`,
    // Who asks for many things, of which one is looked for, is not gone through call by call.
    'DROP INDEX vector_entries_caller',
    'CREATE INDEX vector_entries_caller ON vector_entries (caller, time, place, subject)',
    // SQLite has it from whoever opens the file.
    ...(flavour === 'postgres' ? [sumFirsts] : []),
  ];
}

/** As `sumFirstBytes` does it. */
const sumFirsts = `CREATE FUNCTION vector_sum_firsts(histogram text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(string_agg(letter || CASE WHEN calls = 1 THEN '' ELSE calls::text END, ''), '') FROM (
    SELECT part[1] AS letter, sum(CASE WHEN part[2] = '' THEN 1 ELSE part[2]::bigint END) AS calls
    FROM regexp_matches(histogram, '([^0-9-])(-?[0-9]*)', 'g') AS part GROUP BY part[1]
  ) AS summed WHERE calls <> 0
$$`;
