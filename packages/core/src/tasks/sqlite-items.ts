import { type Clock, wallTime } from '../protocol/clock.ts';
import type { Store, StoreKey } from '../protocol/store.ts';
import type { SqliteFile } from '../sqlite/sqlite-file.ts';

/** What is kept between requests, in a SQLite file: each under its tenant, its kind and its name, for a while. */
export class SqliteItems implements Store {
  readonly #file: SqliteFile;
  readonly #clock: Clock;

  constructor(file: SqliteFile, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  async get({ tenant, kind, id }: StoreKey): Promise<string | undefined> {
    const sql = 'SELECT value FROM vector_items WHERE tenant = ? AND kind = ? AND id = ? AND expires > ?';
    const row = this.#file.first(sql, tenant, kind, id, wallTime(this.#clock));
    const value = row?.['value'];
    return value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;
  }

  async set({ tenant, kind, id }: StoreKey, value: string, milliseconds: number): Promise<void> {
    const now = wallTime(this.#clock);
    // As bytes: node:sqlite of Node 22 gives a text back up to its first U+0000 only.
    const bytes = Buffer.from(value);
    this.#file.transact(() => {
      this.#file.run('DELETE FROM vector_items WHERE expires <= ?', now);
      const sql =
        'INSERT OR REPLACE INTO vector_items (tenant, kind, id, value, expires) VALUES (?, ?, ?, ?, ?)';
      this.#file.run(sql, tenant, kind, id, bytes, Math.ceil(now + milliseconds));
    });
  }

  async delete({ tenant, kind, id }: StoreKey): Promise<boolean> {
    const sql = 'DELETE FROM vector_items WHERE tenant = ? AND kind = ? AND id = ? AND expires > ?';
    return this.#file.run(sql, tenant, kind, id, wallTime(this.#clock)) > 0;
  }
}
