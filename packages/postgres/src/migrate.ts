import type { Connection } from './connection.ts';
import { migrations } from './schema/migrations.ts';

/** Milliseconds. A large table takes its time, and so does another process that is at it; nobody else waits for so long. */
const longPatience = 600_000;

/** Of what only one process does at a time. Any number would do, as long as it is always the same. */
const lock = 8_313_720_145;

/**
 * Brings the tables to where this version wants them, and never back. Any number of processes may do so at once. What a
 * later version has done is left alone: it keeps to what this one can work with.
 */
export async function migrate(connection: Connection, schema: string): Promise<void> {
  // First without any right but to read: whoever made the tables may have been somebody else.
  if ((await missingOf(connection, schema)).length === 0) return;
  await connection.query('BEGIN');
  try {
    await connection.query('SET LOCAL statement_timeout = 0');
    await connection.query('SELECT pg_advisory_xact_lock($1)', [lock], longPatience);
    const { rows } = await connection.query('SELECT to_regnamespace($1) IS NULL AS missing', [`"${schema}"`]);
    if (rows.some((row) => 'missing' in row && row.missing === true))
      await connection.query(`CREATE SCHEMA "${schema}"`);
    await connection.query(
      `CREATE TABLE IF NOT EXISTS "${schema}".vector_migrations (name text PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())`,
    );
    for (const { name, up } of await missingOf(connection, schema)) {
      // Names without a schema are those of this one.
      await connection.query(`SET LOCAL search_path TO "${schema}"`);
      for (const statement of up)
        await connection.query(statement.replaceAll('{schema}', `"${schema}"`), [], longPatience);
      await connection.query(`INSERT INTO "${schema}".vector_migrations (name) VALUES ($1)`, [name]);
    }
    await connection.query('COMMIT');
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function missingOf(connection: Connection, schema: string): Promise<typeof migrations> {
  const table = `"${schema}".vector_migrations`;
  const found = await connection.query('SELECT to_regclass($1) IS NOT NULL AS found', [table]);
  if (!found.rows.some((row) => 'found' in row && row.found === true)) return migrations;
  const { rows } = await connection.query(`SELECT name FROM ${table}`);
  const done = new Set(rows.map((row) => ('name' in row ? row.name : undefined)));
  return migrations.filter(({ name }) => !done.has(name));
}
