import { storeFailure } from '@vector-engine/core/sql';
import { inTime } from './in-time.ts';
import { fromPlainRow, toPlainValue } from './plain-text.ts';
import type { PostgresClient, PostgresResult } from './postgres-pool.ts';
import { isLate } from './reach.ts';
import { isMissing, isRefusal } from './sql-state.ts';

export interface ConnectionHooks {
  /** The tables are not there. */
  readonly onMissing: () => void;
  /** Somebody has waited in vain. */
  readonly onLate: () => void;
}

/** A connection of the pool, until it is released. */
export class Connection {
  readonly #client: PostgresClient;
  readonly #patience: number;
  readonly #hooks: ConnectionHooks;
  #isBroken = false;

  constructor(client: PostgresClient, patience: number, hooks: ConnectionHooks) {
    this.#client = client;
    this.#patience = patience;
    this.#hooks = hooks;
    client.on('error', this.#break);
  }

  /** @throws GatewayError `VE_STORE_FAILED` */
  async query(
    sql: string,
    values: readonly unknown[] = [],
    patience: number = this.#patience,
  ): Promise<PostgresResult> {
    const result = await this.#send(sql, values.map(toPlainValue), patience);
    for (const row of result.rows) fromPlainRow(row);
    return result;
  }

  /** A transaction, in which names without a schema are looked up in that one, where one is given. */
  async begin(schema: string | undefined): Promise<void> {
    await this.#send(schema === undefined ? 'BEGIN' : `BEGIN; SET LOCAL search_path TO "${schema}"`, []);
  }

  release(): void {
    this.#client.off('error', this.#break);
    // Nobody knows in which state it is, and whether what was asked last is still under way.
    this.#client.release(this.#isBroken);
  }

  async #send(sql: string, values: unknown[], patience: number = this.#patience): Promise<PostgresResult> {
    if (this.#isBroken) throw storeFailure(new Error('the connection is lost'));
    try {
      return await inTime(this.#client.query(sql, values), patience);
    } catch (error) {
      if (isMissing(error)) this.#hooks.onMissing();
      if (isLate(error)) this.#hooks.onLate();
      if (!isRefusal(error)) this.#isBroken = true;
      throw error;
    }
  }

  readonly #break = (): void => {
    this.#isBroken = true;
  };
}
