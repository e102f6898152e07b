import { type Clock, systemClock } from '../protocol/clock.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import { checkBounds } from './memory-storage.ts';
import { SqliteBlobs } from './sqlite-blobs.ts';
import { SqliteItems } from './sqlite-items.ts';
import { openTaskFile } from './sqlite-tables.ts';
import { SqliteTasks } from './sqlite-tasks.ts';

export interface SqliteStorageOptions {
  /** A file, which is made if it is not there, for its owner's eyes only; its folder must be there. */
  readonly path: string;
  /** Bytes of media. Default 2,147,483,648 (2 GiB). */
  readonly blobBytes?: number;
  /** Time, for tests: for how long what is kept between requests is kept. */
  readonly clock?: Clock;
}

/**
 * Keeps tasks, the media that they have made and what is kept between requests in one SQLite file, by Node's own engine: a restart loses nothing, and
 * several processes of one machine may share it. Node 22 warns once that its engine is experimental.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function sqliteStorage({
  path,
  blobBytes = 2_147_483_648,
  clock = systemClock,
}: SqliteStorageOptions): TaskStorage {
  checkBounds('sqliteStorage', { blobBytes });
  const file = openTaskFile(path);
  return {
    tasks: new SqliteTasks(file),
    blobs: new SqliteBlobs(file, blobBytes),
    store: new SqliteItems(file, clock),
    close: async () => file.close(),
  };
}
