import type { KeyListing, KeyRecord, KeyStore } from '../../protocol/virtual-key.ts';
import { failAsStore } from '../fail-as-store.ts';
import { isAtOrBelow } from './conditions.ts';
import type { SqlEngine } from './engine.ts';
import { fitText } from './fit-text.ts';

/** Virtual keys in a SQL database. What is asked for by is in columns beside the record. */
export class SqlKeys implements KeyStore {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  insert(record: KeyRecord): Promise<void> {
    return failAsStore(async () => {
      await this.#engine.db
        .insertInto('vector_keys')
        .values({ id: record.id, ...columnsOf(record) })
        .execute();
    });
  }

  get(id: string): Promise<KeyRecord | undefined> {
    return failAsStore(async () => {
      const query = this.#engine.db.selectFrom('vector_keys').select('record').where('id', '=', fitText(id));
      return read(await query.executeTakeFirst());
    });
  }

  findDigest(digest: string): Promise<KeyRecord | undefined> {
    return failAsStore(async () => {
      const text = fitText(digest);
      const query = this.#engine.db.selectFrom('vector_keys').select('record');
      const found = await query.where('digest', '=', text).executeTakeFirst();
      return read(found ?? (await query.where('previous', '=', text).executeTakeFirst()));
    });
  }

  list({ tenant, path, after, limit }: KeyListing): Promise<readonly KeyRecord[]> {
    return failAsStore(async () => {
      const { db } = this.#engine;
      let query = db.selectFrom('vector_keys').select('record').orderBy('place').limit(limit);
      if (tenant !== undefined) query = query.where('tenant', '=', fitText(tenant));
      if (path !== undefined) query = query.where(isAtOrBelow('path', path));
      if (after !== undefined) {
        const last = db.selectFrom('vector_keys').select('place').where('id', '=', fitText(after));
        query = query.where('place', '>', last);
      }
      return (await query.execute()).flatMap((row) => read(row) ?? []);
    });
  }

  replace(record: KeyRecord): Promise<boolean> {
    return failAsStore(async () => {
      const { numUpdatedRows } = await this.#engine.db
        .updateTable('vector_keys')
        .set(columnsOf(record))
        .where('id', '=', record.id)
        .where('version', '=', record.version - 1)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  delete(id: string): Promise<boolean> {
    return failAsStore(async () => {
      const query = this.#engine.db.deleteFrom('vector_keys').where('id', '=', fitText(id));
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    });
  }
}

function columnsOf(record: KeyRecord) {
  return {
    digest: record.digest,
    previous: record.previousDigest ?? null,
    tenant: fitText(record.tenant ?? ''),
    path: fitText(record.path ?? ''),
    version: record.version,
    record: JSON.stringify(record),
  };
}

function read(row: { readonly record: string } | undefined): KeyRecord | undefined {
  if (row === undefined) return undefined;
  const record: KeyRecord = JSON.parse(row.record);
  return record;
}
