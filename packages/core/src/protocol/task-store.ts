import type { Store } from './store.ts';
import type { TaskRecord } from './task.ts';

/** A right to do what is due about tasks, which one process has at a time. Times are whole milliseconds since the epoch. */
export interface TaskLease {
  /** The process, by a name that no other has. */
  readonly holder: string;
  /** When it ends by itself. */
  readonly until: number;
}

export interface TaskListing {
  readonly owner: string;
  readonly operation?: TaskRecord['operation'] | undefined;
  /** Those that come after this one in the order. Nothing comes after one that is not there. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Oldest first, or newest first. */
  readonly order: 'asc' | 'desc';
}

/** Of all owners' tasks; what is left out does not matter. */
export interface TaskSearch {
  readonly state?: TaskRecord['state'] | undefined;
  readonly operation?: TaskRecord['operation'] | undefined;
  /** As the caller named it. */
  readonly model?: string | undefined;
  /** Those that come after this one in the order. Nothing comes after one that is not there. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * Where tasks are kept. Every method is atomic, also among processes. A store has no clock: it is told what time it is.
 */
export interface TaskStore {
  /** Whether other processes may change what is in it: then it is looked at now and then. */
  readonly isShared: boolean;
  /**
   * Keeps a new task, leased, unless its owner has one under the same idempotency key, deleted or not: gives that one.
   *
   * @throws GatewayError `VE_TARGET_BUSY` where there is no room
   */
  insert(record: TaskRecord, lease: TaskLease): Promise<TaskRecord | undefined>;
  /** Also of one that its owner has deleted. */
  get(id: string): Promise<TaskRecord | undefined>;
  /** By the upstream's name for it. */
  findJob(upstream: string, job: string): Promise<TaskRecord | undefined>;
  /** The newest of an owner's that asks for the same, created at `since` or later, and not deleted. */
  findSame(owner: string, digest: string, since: number): Promise<TaskRecord | undefined>;
  /** In the order that they came in; without those that their owner has deleted. */
  list(listing: TaskListing): Promise<readonly TaskRecord[]>;
  /** Whosever they are, those that came in last first; without those that their owner has deleted. For operators. */
  search(search: TaskSearch): Promise<readonly TaskRecord[]>;
  /**
   * Keeps the record in place of the one whose version is one less. False: it is another version by now, or gone. It may
   * have given up its idempotency key, which is then free; nothing else of what it is found by changes, but for its job.
   */
  replace(record: TaskRecord): Promise<boolean>;
  /** Leases the tasks that are due and that nobody has leased, those due longest first. */
  lease(lease: TaskLease, now: number, limit: number): Promise<readonly TaskRecord[]>;
  /** Gives the ids of those that the holder still has, which then last until `until`. */
  renew(lease: TaskLease, ids: readonly string[]): Promise<readonly string[]>;
  release(holder: string, ids: readonly string[]): Promise<void>;
  /** When the next task is due and not leased; it may be past. Undefined: nothing is to be done. */
  nextDue(): Promise<number | undefined>;
  /** Forgets up to `limit` tasks about which nothing is to be done, and that were last changed before `before`. Gives how many. */
  deleteOld(before: number, limit: number): Promise<number>;
}

export interface BlobInfo {
  /** Media type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

/** Where the bytes of media are kept for a while. Times are whole milliseconds since the epoch. */
export interface BlobStore {
  /**
   * Keeps bytes, in place of what is there under the same id; what is oldest goes where room is short. False: they are
   * larger than all the room there is.
   */
  put(id: string, bytes: Uint8Array, keeping: BlobKeeping): Promise<boolean>;
  find(id: string, now: number): Promise<BlobInfo | undefined>;
  /** The bytes from `start` up to, and without, `end`; fewer at the end. Undefined: it is not there any more. */
  read(id: string, start: number, end: number): Promise<Uint8Array | undefined>;
  /** Whether there was anything. */
  delete(id: string): Promise<boolean>;
  deleteExpired(now: number): Promise<void>;
}

export interface BlobKeeping {
  /** Media type. */
  readonly type: string;
  readonly now: number;
  /** From then on it is not found. */
  readonly expiresAt: number;
}

/** Where what outlives a request is kept: the records of tasks, and the bytes that they have made. */
export interface TaskStorage {
  readonly tasks: TaskStore;
  readonly blobs: BlobStore;
  /** What is kept between requests, where the gateway's `memory` does not say otherwise; left out: in memory. */
  readonly store?: Store;
  /** Lets go of files and connections. It is not used afterwards; closing it again does nothing. */
  close(): Promise<void>;
}
