import type { BlobStore, TaskRecord, TaskStore } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { checkBlobStore } from './check-blob-store.ts';
import { checkTaskStore } from './check-task-store.ts';

interface Kept {
  record: TaskRecord;
  holder: string;
  until: number;
}

/** A store as simple as can be. */
function mapTasks(): TaskStore {
  const all = new Map<string, Kept>();
  const free = ({ record, until }: Kept): number => Math.max(record.dueAt ?? Infinity, until);
  const records = (): TaskRecord[] => [...all.values()].map(({ record }) => record);
  const mine = (holder: string, ids: readonly string[]): Kept[] =>
    ids.flatMap((id) => all.get(id) ?? []).filter((kept) => kept.holder === holder);
  const store: TaskStore = {
    isShared: false,
    insert: async (record, lease) => {
      const { owner, idempotencyKey: key } = record;
      const known = records().find((one) => one.owner === owner && one.idempotencyKey === key);
      if (key !== undefined && known !== undefined) return known;
      all.set(record.id, { record, ...lease });
      return undefined;
    },
    get: async (id) => all.get(id)?.record,
    findJob: async (upstream, job) =>
      records().find((one) => one.target?.upstream === upstream && one.job === job),
    findSame: async (owner, digest, since) =>
      records().findLast(
        (one) =>
          one.owner === owner &&
          one.digest === digest &&
          one.createdAt >= since &&
          one.deletedAt === undefined,
      ),
    list: async ({ owner, operation, after, limit, order }) => {
      const own = records().filter((one) => one.owner === owner);
      const ordered = order === 'asc' ? own : own.toReversed();
      const place = ordered.findIndex(({ id }) => id === after);
      if (after !== undefined && place < 0) return [];
      return ordered
        .slice(place + 1)
        .filter((one) => one.deletedAt === undefined && (operation ?? one.operation) === one.operation)
        .slice(0, limit);
    },
    search: async ({ state, operation, model, after, limit }) => {
      const ordered = records().toReversed();
      const place = ordered.findIndex(({ id }) => id === after);
      if (after !== undefined && place < 0) return [];
      return ordered
        .slice(place + 1)
        .filter((one) => one.deletedAt === undefined && (operation ?? one.operation) === one.operation)
        .filter((one) => (state ?? one.state) === one.state && (model ?? one.model) === one.model)
        .slice(0, limit);
    },
    replace: async (record) => {
      const kept = all.get(record.id);
      if (kept?.record.version !== record.version - 1) return false;
      kept.record = record;
      return true;
    },
    lease: async (lease, now, limit) => {
      const due = [...all.values()]
        .filter((kept) => free(kept) <= now)
        .toSorted((one, other) => (one.record.dueAt ?? 0) - (other.record.dueAt ?? 0))
        .slice(0, limit);
      for (const kept of due) Object.assign(kept, lease);
      return due.map(({ record }) => record);
    },
    renew: async (lease, ids) => {
      const held = mine(lease.holder, ids);
      for (const kept of held) kept.until = lease.until;
      return held.map(({ record }) => record.id);
    },
    release: async (holder, ids) => {
      for (const kept of mine(holder, ids)) Object.assign(kept, { holder: '', until: 0 });
    },
    nextDue: async () => {
      const next = Math.min(...[...all.values()].map(free));
      return next === Infinity ? undefined : next;
    },
    deleteOld: async (before, limit) => {
      const old = records().filter((one) => one.dueAt === undefined && one.updatedAt < before);
      for (const { id } of old.slice(0, limit)) all.delete(id);
      return Math.min(old.length, limit);
    },
  };
  return store;
}

function mapBlobs(): BlobStore {
  const all = new Map<string, { bytes: Uint8Array; type: string; expiresAt: number }>();
  return {
    put: async (id, bytes, { type, expiresAt }) => {
      all.set(id, { bytes: Uint8Array.from(bytes), type, expiresAt });
      return true;
    },
    find: async (id, now) => {
      const blob = all.get(id);
      return blob && blob.expiresAt > now ? { type: blob.type, size: blob.bytes.length } : undefined;
    },
    read: async (id, start, end) => all.get(id)?.bytes.subarray(start, end),
    delete: async (id) => all.delete(id),
    deleteExpired: async (now) => {
      for (const [id, { expiresAt }] of all) if (expiresAt <= now) all.delete(id);
    },
  };
}

test('a store of tasks that does as it should passes every check', async () => {
  const findings = await checkTaskStore(mapTasks());
  expect(findings.filter(({ passed }) => !passed)).toEqual([]);
  expect(findings).toHaveLength(9);
});

type Mistake = (store: TaskStore) => Partial<TaskStore>;

const slowly = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test.each<[string, Mistake]>([
  ['gives back what was kept', () => ({ get: () => Promise.reject(new Error('down')) })],
  [
    'under an idempotency key',
    (store) => ({
      insert: async (record, lease) => {
        const { owner, idempotencyKey: key } = record;
        const all = await store.list({ owner, limit: 100, order: 'asc' });
        await slowly();
        const known = all.find((one) => one.idempotencyKey === key);
        if (key !== undefined && known !== undefined) return known;
        await store.insert({ ...record, idempotencyKey: undefined }, lease);
        return undefined;
      },
    }),
  ],
  [
    'changes a task once for each version',
    (store) => ({
      replace: async (record) => {
        const before = await store.get(record.id);
        await slowly();
        if (before?.version !== record.version - 1) return false;
        await store.replace(record);
        return true;
      },
    }),
  ],
  ['page by page', (store) => ({ list: (listing) => store.list({ ...listing, after: undefined }) })],
  [
    'searches all tasks',
    (store) => ({ search: async (search) => (await store.search(search)).toReversed() }),
  ],
  ['searches all tasks', (store) => ({ search: (search) => store.search({ ...search, state: undefined }) })],
  ['finds a task by its job', (store) => ({ findSame: (owner, digest) => store.findSame(owner, digest, 0) })],
  ['to one holder at a time', (store) => ({ lease: (lease, now) => store.lease(lease, now, 100) })],
  [
    'to one holder at a time',
    (store) => ({ lease: (lease, now, most) => store.lease({ ...lease, until: 0 }, now, most) }),
  ],
  ['renews and releases', (store) => ({ renew: async (lease, ids) => (await store.renew(lease, ids), ids) })],
  ['forgets what is old', (store) => ({ deleteOld: (before) => store.deleteOld(before + 1, 100) })],
])('a store of tasks that does not: %s', async (name, mistake) => {
  const store = mapTasks();
  const findings = await checkTaskStore({ ...store, ...mistake(store) });
  expect(findings.filter(({ passed }) => !passed).map((finding) => finding.name)).toContainEqual(
    expect.stringContaining(name),
  );
});

test('a store of media that does as it should passes every check', async () => {
  const findings = await checkBlobStore(mapBlobs());
  expect(findings.filter(({ passed }) => !passed)).toEqual([]);
  expect(findings).toHaveLength(6);
});

test.each<[string, (store: BlobStore) => Partial<BlobStore>]>([
  ['byte for byte', (store) => ({ read: (id, start, end) => store.read(id, start, end + 1) })],
  ['byte for byte', () => ({ put: () => Promise.reject(new Error('down')) })],
  ['forgets what is deleted', () => ({ delete: () => Promise.resolve(true) })],
  ['does not find what has run out', (store) => ({ find: (id) => store.find(id, 0) })],
  ['does not find what has run out', () => ({ deleteExpired: () => Promise.resolve() })],
])('a store of media that does not: %s', async (name, mistake) => {
  const store = mapBlobs();
  const findings = await checkBlobStore({ ...store, ...mistake(store) });
  expect(findings.filter(({ passed }) => !passed).map((finding) => finding.name)).toContainEqual(
    expect.stringContaining(name),
  );
});
