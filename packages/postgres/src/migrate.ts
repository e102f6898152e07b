import type { PostgresResult } from './postgres-pool.ts';
import { migrations } from './schema/migrations.ts';

type Run = (sql: string, values?: readonly unknown[]) => Promise<PostgresResult>;

/** Of what only one process does at a time. Any number would do, as long as it is always the same. */
const lock = 8_313_720_145;

/**
 * Brings the tables to where this version wants them, and never back. Any number of processes may do so at once. What a
 * later version has done is left alone: it keeps to what this one can work with.
 */
export async function migrate(run: Run, schema: string): Promise<void> {
  // First without any right but to read: whoever made the tables may have been somebody else.
  if ((await missingOf(run, schema)).length === 0) return;
  await run('BEGIN');
  try {
    await run('SET LOCAL statement_timeout = 0');
    await run('SELECT pg_advisory_xact_lock($1)', [lock]);
    const { rows } = await run('SELECT to_regnamespace($1) IS NULL AS missing', [`"${schema}"`]);
    if (rows.some((row) => 'missing' in row && row.missing === true)) await run(`CREATE SCHEMA "${schema}"`);
    await run(
      `CREATE TABLE IF NOT EXISTS "${schema}".vector_migrations (name text PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())`,
    );
    for (const { name, up } of await missingOf(run, schema)) {
      // Names without a schema are those of this one.
      await run(`SET LOCAL search_path TO "${schema}"`);
      for (const statement of up) await run(statement.replaceAll('{schema}', `"${schema}"`));
      await run(`INSERT INTO "${schema}".vector_migrations (name) VALUES ($1)`, [name]);
    }
    await run('COMMIT');
  } catch (error) {
    await run('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function missingOf(run: Run, schema: string): Promise<typeof migrations> {
  const table = `"${schema}".vector_migrations`;
  const found = await run('SELECT to_regclass($1) IS NOT NULL AS found', [table]);
  if (!found.rows.some((row) => 'found' in row && row.found === true)) return migrations;
  const { rows } = await run(`SELECT name FROM ${table}`);
  const done = new Set(rows.map((row) => ('name' in row ? row.name : undefined)));
  return migrations.filter(({ name }) => !done.has(name));
}
