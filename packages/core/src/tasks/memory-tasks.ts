import { GatewayError } from '../errors.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { TaskLease, TaskListing, TaskSearch, TaskStore } from '../protocol/task-store.ts';

interface Kept {
  record: TaskRecord;
  lease: TaskLease | undefined;
}

/** What cannot come up in any text of a caller's at the place where it stands. */
const pair = (first: string, second: string): string => `${first.length} ${first}${second}`;

/**
 * Tasks in this process's memory. Where there is no room, the oldest about which nothing is to be done are forgotten; one
 * that is under way never is.
 */
export class MemoryTasks implements TaskStore {
  readonly isShared = false;
  readonly #most: number;
  /** In the order that they came in. */
  readonly #tasks = new Map<string, Kept>();
  readonly #byOwner = new Map<string, Set<string>>();
  readonly #byKey = new Map<string, string>();
  readonly #byJob = new Map<string, string>();
  /** Those about which something is to be done. */
  readonly #open = new Map<string, Kept>();

  constructor(most: number) {
    this.#most = most;
  }

  async insert(record: TaskRecord, lease: TaskLease): Promise<TaskRecord | undefined> {
    const key = keyOf(record);
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known !== undefined) return this.#tasks.get(known)?.record;
    if (this.#tasks.size >= this.#most) this.#makeRoom();
    const kept: Kept = { record, lease };
    this.#tasks.set(record.id, kept);
    const ids = this.#byOwner.get(record.owner) ?? new Set();
    this.#byOwner.set(record.owner, ids.add(record.id));
    if (key !== undefined) this.#byKey.set(key, record.id);
    this.#index(kept);
    return undefined;
  }

  get(id: string): Promise<TaskRecord | undefined> {
    return Promise.resolve(this.#tasks.get(id)?.record);
  }

  findJob(upstream: string, job: string): Promise<TaskRecord | undefined> {
    const id = this.#byJob.get(pair(upstream, job));
    return Promise.resolve(id === undefined ? undefined : this.#tasks.get(id)?.record);
  }

  findSame(owner: string, digest: string, since: number): Promise<TaskRecord | undefined> {
    const isSame = (record: TaskRecord): boolean => record.digest === digest && record.createdAt >= since;
    return Promise.resolve(this.#shownTo(owner).findLast(isSame));
  }

  list({ owner, operation, after, limit, order }: TaskListing): Promise<readonly TaskRecord[]> {
    const all = [...(this.#byOwner.get(owner) ?? [])];
    const ordered = order === 'asc' ? all : all.toReversed();
    const place = after === undefined ? -1 : ordered.indexOf(after);
    if (after !== undefined && place < 0) return Promise.resolve([]);
    const shown = ordered.slice(place + 1).flatMap((id) => this.#shown(id));
    const wanted = shown.filter((record) => operation === undefined || record.operation === operation);
    return Promise.resolve(wanted.slice(0, limit));
  }

  search({ after, limit, ...wanted }: TaskSearch): Promise<readonly TaskRecord[]> {
    const all = [...this.#tasks.values()];
    const found: TaskRecord[] = [];
    let isBehind = after === undefined;
    for (let place = all.length - 1; place >= 0 && found.length < limit; place--) {
      const record = all[place]?.record;
      if (record === undefined) continue;
      if (isBehind && isWanted(record, wanted)) found.push(record);
      isBehind ||= record.id === after;
    }
    return Promise.resolve(found);
  }

  replace(record: TaskRecord): Promise<boolean> {
    const kept = this.#tasks.get(record.id);
    if (kept?.record.version !== record.version - 1) return Promise.resolve(false);
    const key = keyOf(kept.record);
    if (key !== undefined && record.idempotencyKey === undefined) this.#byKey.delete(key);
    kept.record = record;
    this.#index(kept);
    return Promise.resolve(true);
  }

  lease(lease: TaskLease, now: number, limit: number): Promise<readonly TaskRecord[]> {
    const due = [...this.#open.values()].filter((kept) => availableAt(kept) <= now);
    const longest = due.toSorted((one, other) => dueAt(one) - dueAt(other)).slice(0, limit);
    for (const kept of longest) kept.lease = lease;
    return Promise.resolve(longest.map(({ record }) => record));
  }

  renew(lease: TaskLease, ids: readonly string[]): Promise<readonly string[]> {
    const held = ids.filter((id) => {
      const kept = this.#tasks.get(id);
      if (kept?.lease?.holder !== lease.holder) return false;
      kept.lease = lease;
      return true;
    });
    return Promise.resolve(held);
  }

  release(holder: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const kept = this.#tasks.get(id);
      if (kept?.lease?.holder === holder) kept.lease = undefined;
    }
    return Promise.resolve();
  }

  nextDue(): Promise<number | undefined> {
    let next = Infinity;
    for (const kept of this.#open.values()) next = Math.min(next, availableAt(kept));
    return Promise.resolve(next === Infinity ? undefined : next);
  }

  deleteOld(before: number, limit: number): Promise<number> {
    let deleted = 0;
    for (const { record } of this.#tasks.values()) {
      if (deleted >= limit) break;
      if (record.dueAt !== undefined || record.updatedAt >= before) continue;
      this.#delete(record);
      deleted++;
    }
    return Promise.resolve(deleted);
  }

  #shown(id: string): TaskRecord[] {
    const record = this.#tasks.get(id)?.record;
    return record === undefined || record.deletedAt !== undefined ? [] : [record];
  }

  #shownTo(owner: string): TaskRecord[] {
    return [...(this.#byOwner.get(owner) ?? [])].flatMap((id) => this.#shown(id));
  }

  #index(kept: Kept): void {
    const { id, target, job, dueAt: due } = kept.record;
    if (target !== undefined && job !== undefined) this.#byJob.set(pair(target.upstream, job), id);
    if (due === undefined) this.#open.delete(id);
    else this.#open.set(id, kept);
  }

  #makeRoom(): void {
    for (const [id, { record }] of this.#tasks) {
      if (this.#open.has(id)) continue;
      this.#delete(record);
      return;
    }
    throw new GatewayError('VE_TARGET_BUSY', { retryAfter: 10_000 });
  }

  #delete(record: TaskRecord): void {
    const { id, owner, target, job } = record;
    this.#tasks.delete(id);
    const ids = this.#byOwner.get(owner);
    ids?.delete(id);
    if (ids?.size === 0) this.#byOwner.delete(owner);
    const key = keyOf(record);
    if (key !== undefined) this.#byKey.delete(key);
    const jobKey = target && job !== undefined ? pair(target.upstream, job) : '';
    if (this.#byJob.get(jobKey) === id) this.#byJob.delete(jobKey);
  }
}

function isWanted(
  record: TaskRecord,
  { state, operation, model }: Omit<TaskSearch, 'after' | 'limit'>,
): boolean {
  if (record.deletedAt !== undefined || (state !== undefined && record.state !== state)) return false;
  if (operation !== undefined && record.operation !== operation) return false;
  return model === undefined || record.model === model;
}

function keyOf({ owner, idempotencyKey }: TaskRecord): string | undefined {
  return idempotencyKey === undefined ? undefined : pair(owner, idempotencyKey);
}

const dueAt = ({ record }: Kept): number => record.dueAt ?? Infinity;
const availableAt = (kept: Kept): number => Math.max(dueAt(kept), kept.lease?.until ?? 0);
