import { optionsError } from '../errors.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { MemoryTasks } from './memory-tasks.ts';

export interface MemoryStorageOptions {
  /** Tasks; those that are over are forgotten first. Default 10,000. */
  readonly tasks?: number;
  /** Bytes of media. Default 268,435,456 (256 MiB). */
  readonly blobBytes?: number;
}

/**
 * Keeps tasks and the media that they have made in this process's memory: a restart loses them.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function memoryStorage({
  tasks = 10_000,
  blobBytes = 268_435_456,
}: MemoryStorageOptions = {}): TaskStorage {
  checkBounds('memoryStorage', { tasks, blobBytes });
  return { tasks: new MemoryTasks(tasks), blobs: new MemoryBlobs(blobBytes), close: () => Promise.resolve() };
}

/** @throws GatewayError `VE_OPTIONS_INVALID` */
export function checkBounds(name: string, bounds: Readonly<Record<string, number>>): void {
  for (const [bound, value] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value) || value <= 0)
      throw optionsError(`${name}: ${bound} must be a whole number above 0 (given: ${String(value)})`);
  }
}
