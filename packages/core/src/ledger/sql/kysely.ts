/* Loaded when a ledger in SQL is opened, and not before. */
export { CompiledQuery, Kysely, SqliteDialect, sql } from 'kysely';
