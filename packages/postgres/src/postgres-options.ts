import { Pool } from 'pg';
import type { PostgresPool } from './postgres-pool.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`, or the folder of a socket. A small pool of its own is made for it. */
  readonly connectionString?: string | undefined;
  /** A pool of `pg`, in place of the address; it stays yours to end. */
  readonly pool?: PostgresPool | undefined;
  /** The schema that holds the tables, which is made where it is not there. Default `public`. */
  readonly schema?: string | undefined;
  /** The most connections of the pool that is made for the address. Default 4. */
  readonly connections?: number | undefined;
  /** Milliseconds after which a database that does not answer has failed. Default 5,000. */
  readonly patience?: number | undefined;
}

/** What is made of the options. */
export interface Settings {
  readonly pool: PostgresPool;
  readonly isOwnPool: boolean;
  readonly schema: string;
  readonly patience: number;
}

/** An error that nobody listens to would end the process: a connection that breaks at rest is no reason for that. */
const ignore = (): void => {};
const listenedTo = new WeakSet<PostgresPool>();

/** @throws TypeError that says what to give. */
export function readOptions(options: PostgresOptions): Settings {
  const { connectionString, pool, schema = 'public', connections = 4, patience = 5000 } = options;
  if ((connectionString === undefined) === (pool === undefined))
    throw new TypeError('give a connectionString (postgres://…), or a pool of pg');
  if (!/^[a-z_][a-z0-9_]{0,62}$/i.test(schema))
    throw new TypeError('schema must be a name of letters, digits and _');
  if (!Number.isFinite(patience) || patience <= 0)
    throw new TypeError('patience must be a number of milliseconds above 0');
  if (!Number.isInteger(connections) || connections < 1)
    throw new TypeError('connections must be a whole number above 0');
  const used = pool ?? makePool(connectionString, connections, patience);
  if (!listenedTo.has(used)) used.on('error', ignore);
  listenedTo.add(used);
  return { pool: used, isOwnPool: pool === undefined, schema, patience };
}

function makePool(connectionString: string | undefined, connections: number, patience: number): Pool {
  return new Pool({
    connectionString,
    max: connections,
    // After those who wait for it: a connection that comes late is still of use.
    connectionTimeoutMillis: patience + 100,
    // The server gives up a little sooner: what nobody waits for any more holds no lock.
    statement_timeout: Math.ceil(patience * 0.9),
    // To compile a query takes longer than any of ours does.
    options: '-c jit=off',
    keepAlive: true,
    // A connection at rest keeps no process alive.
    allowExitOnIdle: true,
    application_name: 'vector-engine',
  });
}
