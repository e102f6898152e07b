import { randomUUID } from 'node:crypto';
import type { BlobInfo, BlobKeeping, BlobStore } from '../protocol/task-store.ts';
import type { SqliteFile } from '../sqlite/sqlite-file.ts';

/** Bytes of one row: a part of a file is read without the rest. */
const partSize = 262_144;
/** Parts that are written together; then others have their turn, in this process and in others. */
const partsAtOnce = 8;

/** Not the host's `setImmediate`, which its tests may replace. */
const { setImmediate } = globalThis;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Bytes in a SQLite file, bounded; what is oldest goes first. The file does not shrink: its room is used again. */
export class SqliteBlobs implements BlobStore {
  readonly #file: SqliteFile;
  readonly #most: number;

  constructor(file: SqliteFile, most: number) {
    this.#file = file;
    this.#most = most;
  }

  async put(id: string, bytes: Uint8Array, { type, now, expiresAt }: BlobKeeping): Promise<boolean> {
    const size = bytes.byteLength;
    if (size > this.#most) return false;
    await this.deleteExpired(now);
    const file = this.#file;
    // Until all of it is there nobody finds it; should the process end before, it goes when its time is over. Who makes
    // room meanwhile may take it away: then the next part has nothing to belong to, and this rejects.
    const hidden = `${id} ${randomUUID()}`;
    const place = file.transact(() => {
      this.#makeRoom(size);
      const added = file.first(
        'INSERT INTO vector_blobs (id, type, size, expires) VALUES (?, ?, ?, ?) RETURNING place',
        hidden,
        type,
        size,
        expiresAt,
      );
      return Number(added?.['place']);
    });
    const parts = Math.ceil(size / partSize);
    for (let first = 0; first < parts; first += partsAtOnce) {
      if (first > 0) await turn();
      file.transact(() => {
        for (let part = first; part < Math.min(parts, first + partsAtOnce); part++) {
          const piece = bytes.subarray(part * partSize, (part + 1) * partSize);
          file.run('INSERT INTO vector_blob_parts (blob, part, bytes) VALUES (?, ?, ?)', place, part, piece);
        }
      });
    }
    return file.transact(() => {
      this.#remove('id = ?', id);
      return file.run('UPDATE vector_blobs SET id = ? WHERE place = ?', id, place) > 0;
    });
  }

  async find(id: string, now: number): Promise<BlobInfo | undefined> {
    const sql = 'SELECT type, size FROM vector_blobs WHERE id = ? AND expires > ?';
    const row = this.#file.first(sql, id, now);
    return row && { type: String(row['type']), size: Number(row['size']) };
  }

  async read(id: string, start: number, end: number): Promise<Uint8Array | undefined> {
    const found = this.#file.first('SELECT place FROM vector_blobs WHERE id = ?', id);
    if (found === undefined) return undefined;
    const first = Math.floor(start / partSize);
    const sql =
      'SELECT bytes FROM vector_blob_parts WHERE blob = ? AND part >= ? AND part * ? < ? ORDER BY part';
    const rows = this.#file.all(sql, found['place'] ?? null, first, partSize, end);
    const parts = rows.flatMap(({ bytes }) => (bytes instanceof Uint8Array ? [bytes] : []));
    const offset = first * partSize;
    return Buffer.concat(parts).subarray(start - offset, end - offset);
  }

  async delete(id: string): Promise<boolean> {
    return this.#file.transact(() => this.#remove('id = ?', id) > 0);
  }

  async deleteExpired(now: number): Promise<void> {
    this.#file.transact(() => this.#remove('expires <= ?', now));
  }

  #makeRoom(size: number): void {
    let used = Number(this.#file.first('SELECT total(size) AS used FROM vector_blobs')?.['used']);
    while (used + size > this.#most) {
      const oldest = this.#file.first('SELECT place, size FROM vector_blobs ORDER BY place LIMIT 1');
      if (oldest === undefined) return;
      this.#remove('place = ?', Number(oldest['place']));
      used -= Number(oldest['size']);
    }
  }

  /** How many there were. */
  #remove(condition: string, value: string | number): number {
    return this.#file.run(`DELETE FROM vector_blobs WHERE ${condition}`, value);
  }
}
