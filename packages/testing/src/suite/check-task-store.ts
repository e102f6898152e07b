import type { TaskRecord, TaskStore } from '@vector-engine/core';
import type { MountFinding } from './check-mount.ts';
import { expectThat } from './expect-answer.ts';

export interface TaskStoreCheckOptions {
  /** The same store, as another process has it. Given, what one process does is looked for in the other. */
  readonly other?: TaskStore;
}

interface Trial {
  readonly store: TaskStore;
  /** As another process has it; the same one where none was given. */
  readonly other: TaskStore;
  /** A name that no other check uses. */
  readonly name: (word: string) => string;
  /** A task that no other check has; its owner is the check's. */
  readonly task: (id: string, fields?: Partial<TaskRecord>) => TaskRecord;
}

interface TaskStoreCheck {
  readonly name: string;
  /** Throws what is wrong. */
  run(trial: Trial): Promise<string>;
}

const hour = 3_600_000;
/** Long before anything that a store in use may have due. */
const start = 1_000_000;

/** As it was kept. */
async function add(store: TaskStore, task: TaskRecord, holder = 'nobody', until = 0): Promise<TaskRecord> {
  const known = await store.insert(task, { holder, until });
  expectThat(known === undefined, `insert() gave ${known?.id ?? ''} for a task that is new`);
  return task;
}

const next = (task: TaskRecord, changes: Partial<TaskRecord>): TaskRecord => ({
  ...task,
  ...changes,
  version: task.version + 1,
});

const idsOf = (tasks: readonly TaskRecord[]): string => tasks.map(({ id }) => id.replace(/^.*-/, '')).join();

const checks: readonly TaskStoreCheck[] = [
  {
    name: 'gives back what was kept, and nothing that was not',
    async run({ store, other, task, name }) {
      const full = task('full', {
        prompt: '"é\u0000\u{1f600}\u2028',
        request: {
          seconds: 8,
          width: 1280,
          height: 720,
          adjusted: ['a'],
          metadata: { list: [1, null, 'x'] },
        },
        results: [{ url: 'https://example.com/a.mp4', type: 'video/mp4', seconds: 8.5, blob: 'b' }],
        error: { code: 'a', message: 'b', filtered: true },
        target: { upstream: 'u', model: 'm' },
        cost: 9_007_199_254_740_991,
      });
      await add(store, full);
      for (const one of [store, other]) {
        const found = JSON.stringify(await one.get(full.id));
        expectThat(found === JSON.stringify(full), `${found} is not what was kept`);
      }
      expectThat((await store.get(name('never'))) === undefined, 'get() must give undefined');
      expectThat((await store.findJob(name('u'), 'never')) === undefined, 'findJob() must give undefined');
      expectThat(!(await store.replace(next(task('never'), {}))), 'replace() must give false');
      return 'as it was';
    },
  },
  {
    name: 'has one task of an owner under an idempotency key, however many come at once',
    async run({ store, other, task, name }) {
      const many = Array.from({ length: 50 }, (_, index) => task(`k${index}`, { idempotencyKey: 'key' }));
      const stores = [store, other];
      const known = await Promise.all(
        many.map((one, index) => (stores[index % 2] ?? store).insert(one, { holder: 'a', until: 0 })),
      );
      const [first, ...more] = many.filter((_, index) => known[index] === undefined);
      expectThat(first !== undefined && more.length === 0, `${more.length + 1} of 50 were kept`);
      const others = known.filter((one) => one !== undefined);
      expectThat(
        others.every(({ id }) => id === first.id),
        'who comes later must be given the one that was first',
      );
      await add(store, task('elsewhere', { idempotencyKey: 'key', owner: name('other') }));
      const removed = next(first, { deletedAt: start });
      await store.replace(removed);
      const again = await store.insert(task('again', { idempotencyKey: 'key' }), { holder: 'a', until: 0 });
      expectThat(again?.id === first.id, 'what its owner has deleted still has the key');
      await store.replace(next(removed, { idempotencyKey: undefined }));
      await add(store, task('free', { idempotencyKey: 'key' }));
      return '1 of 50';
    },
  },
  {
    name: 'changes a task once for each version, however many try at once',
    async run({ store, other, task }) {
      const first = await add(store, task('a'));
      const tries = Array.from({ length: 20 }, (_, progress) => next(first, { progress }));
      const done = await Promise.all(
        tries.map((one, index) => (index % 2 === 0 ? store : other).replace(one)),
      );
      const won = tries.filter((_, index) => done[index] === true);
      expectThat(won.length === 1, `${won.length} of 20 took the place of the same version`);
      const found = await other.get(first.id);
      expectThat(found?.progress === won[0]?.progress, 'what is there is not what was said to be kept');
      return '1 of 20';
    },
  },
  {
    name: 'lists what is an owner’s, page by page, in both orders',
    async run({ store, task, name }) {
      const ids = ['a', 'b', 'c', 'd', 'e'];
      for (const id of ids) await add(store, task(id, { operation: id === 'b' ? 'images' : 'video' }));
      await add(store, task('x', { owner: name('other') }));
      const gone = task('gone');
      await add(store, gone);
      await store.replace(next(gone, { deletedAt: start }));
      const { owner } = gone;
      const after = task('b').id;
      const listings = [
        [{ owner, limit: 10, order: 'asc' }, 'a,b,c,d,e'],
        [{ owner, limit: 2, order: 'desc' }, 'e,d'],
        [{ owner, limit: 2, order: 'asc', after }, 'c,d'],
        [{ owner, limit: 2, order: 'desc', after }, 'a'],
        [{ owner, limit: 2, order: 'asc', operation: 'video' }, 'a,c'],
        [{ owner, limit: 9, order: 'desc', after: gone.id, operation: 'images' }, 'b'],
        [{ owner, limit: 9, order: 'asc', after: name('never') }, ''],
        [{ owner, limit: 9, order: 'desc', after: task('x').id }, ''],
      ] as const;
      for (const [listing, expected] of listings) {
        const found = idsOf(await store.list(listing));
        expectThat(found === expected, `${JSON.stringify(listing)} gave ${found}, not ${expected}`);
      }
      return `${listings.length} listings`;
    },
  },
  {
    name: 'searches all tasks, the newest first, whosever they are',
    async run({ store, task, name }) {
      const [one, other] = [name('one'), name('other "model" \u{1f600}')];
      const models: readonly [string, Partial<TaskRecord>][] = [
        ['a', { model: one }],
        ['b', { model: other, owner: name('somebody') }],
        ['c', { model: one, operation: 'images', owner: name('somebody') }],
        ['d', { model: one }],
      ];
      for (const [id, fields] of models) await add(store, task(id, fields));
      const gone = task('gone', { model: one });
      await add(store, gone);
      await store.replace(next(gone, { deletedAt: start }));
      await store.replace(next(task('d', { model: one }), { state: 'succeeded' }));
      const after = task('c').id;
      const searches = [
        [{ limit: 4 }, 'd,c,b,a'],
        [{ limit: 2 }, 'd,c'],
        [{ limit: 2, after }, 'b,a'],
        [{ limit: 9, model: one }, 'd,c,a'],
        [{ limit: 9, model: one, after }, 'a'],
        [{ limit: 9, model: one, operation: 'video' }, 'd,a'],
        [{ limit: 9, model: one, state: 'queued' }, 'c,a'],
        [{ limit: 9, model: one, state: 'queued', operation: 'video' }, 'a'],
        [{ limit: 2, state: 'queued' }, 'c,b'],
        [{ limit: 1, operation: 'images' }, 'c'],
        [{ limit: 9, model: one, after: gone.id }, 'd,c,a'],
        [{ limit: 9, after: name('never') }, ''],
        [{ limit: 9, model: name('never') }, ''],
      ] as const;
      for (const [search, expected] of searches) {
        const found = idsOf(await store.search(search));
        expectThat(found === expected, `${JSON.stringify(search)} gave ${found}, not ${expected}`);
      }
      return `${searches.length} searches`;
    },
  },
  {
    name: 'finds a task by its job, and by what was asked for',
    async run({ store, task, name }) {
      const digest = name('digest');
      await add(store, task('old', { digest, createdAt: start }));
      const newer = await add(store, task('newer', { digest, createdAt: start + 10 }));
      const same = async (since: number): Promise<string | undefined> =>
        (await store.findSame(newer.owner, digest, since))?.id;
      expectThat((await same(start)) === newer.id, 'findSame() must give the newest');
      expectThat((await same(start + 10)) === newer.id, 'findSame() must give what was created at `since`');
      expectThat((await same(start + 11)) === undefined, 'findSame() gave what is too old');
      expectThat((await store.findSame(name('other'), digest, 0)) === undefined, 'it is another owner’s');
      const [upstream, job] = [name('a'), 'b/c d'];
      const made = next(newer, { target: { upstream, model: 'm' }, job, deletedAt: start });
      await store.replace(made);
      expectThat((await same(start)) === task('old').id, 'findSame() gave what its owner has deleted');
      expectThat((await store.findJob(upstream, job))?.id === newer.id, 'findJob() did not find it');
      expectThat((await store.findJob(`${upstream}b`, '/c d')) === undefined, 'it is another upstream’s');
      return 'found';
    },
  },
  {
    name: 'leases what is due to one holder at a time',
    async run({ store, other, task }) {
      const tasks = Array.from({ length: 40 }, (_, index) => task(`t${index}`, { dueAt: start + index }));
      for (const one of tasks) await add(store, one);
      await add(store, task('later', { dueAt: start + hour }));
      await add(store, task('done', { dueAt: undefined }));
      const [now, until] = [start + 100, start + 200];
      const leases = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : other).lease({ holder: `h${index % 2}`, until }, now, 3),
        ),
      );
      expectThat(
        leases.every((found) => found.length <= 3),
        'more were leased than were asked for',
      );
      const leased = leases.flat().map(({ id }) => id);
      const own = leased.filter((id) => tasks.some((one) => one.id === id));
      expectThat(own.length === 40, `${own.length} of 40 were leased`);
      expectThat(new Set(own).size === 40, 'the same task was leased twice');
      expectThat(leased.length === 40, 'what is not due was leased');
      const [first] = tasks;
      expectThat(first !== undefined && leased[0] === first.id, 'what is due longest must be leased first');
      const again = await store.lease({ holder: 'h2', until: start + 300 }, until, 100);
      expectThat(again.length === 40, `${again.length} of 40 could be leased when their lease had run out`);
      return '40 of 40';
    },
  },
  {
    name: 'renews and releases what a holder has, and nobody else',
    async run({ store, other, task }) {
      const [a, b] = [await add(store, task('a'), 'one', start + 100), await add(store, task('b'))];
      const ids = [a.id, b.id];
      const until = start + 500;
      expectThat((await store.nextDue()) === start, 'nextDue() must tell what is due and not leased');
      expectThat((await other.renew({ holder: 'two', until }, ids)).length === 0, 'it is not his to renew');
      const renewed = await other.renew({ holder: 'one', until }, ids);
      expectThat(renewed.join() === a.id, 'renew() must give what the holder still has');
      await store.replace(next(b, { dueAt: undefined }));
      expectThat((await store.nextDue()) === until, 'nextDue() must tell when the lease of what is due ends');
      const due = { holder: 'three', until: start + 900 };
      expectThat(
        (await store.lease(due, start + 400, 9)).length === 0,
        'it was leased before its lease ended',
      );
      await store.release('two', ids);
      expectThat((await store.lease(due, start + 400, 9)).length === 0, 'it was not his to release');
      await store.release('one', ids);
      expectThat(idsOf(await store.lease(due, start + 400, 9)) === 'a', 'what is released is free');
      await store.replace(next(a, { dueAt: start + 800 }));
      const kept = await store.renew({ holder: 'three', until: start + 950 }, ids);
      expectThat(kept.join() === a.id, 'a change must leave the lease as it is');
      return 'the holder only';
    },
  },
  {
    name: 'forgets what is old, and nothing about which something is to be done',
    async run({ store, task }) {
      const fields = { dueAt: undefined, updatedAt: start, idempotencyKey: 'old' };
      await add(store, task('old', fields));
      await add(store, task('older', { dueAt: undefined, updatedAt: start }));
      await add(store, task('due', { updatedAt: start }));
      await add(store, task('new', { dueAt: undefined, updatedAt: start + 10 }));
      expectThat(
        (await store.deleteOld(start, 10)) === 0,
        'deleteOld() deleted what was changed at `before`',
      );
      expectThat((await store.deleteOld(start + 10, 1)) === 1, 'deleteOld() must delete no more than it may');
      expectThat((await store.deleteOld(start + 10, 10)) === 1, 'deleteOld() must tell how many there were');
      const { owner } = task('due');
      const left = idsOf(await store.list({ owner, limit: 9, order: 'asc' }));
      expectThat(left === 'due,new', `${left} are left of due,new`);
      await add(store, task('again', fields));
      return '2 of 4';
    },
  },
];

/** Tries a store of tasks of your own on what the gateway will ask of it; it must be empty. Never throws: what fails is a finding. */
export async function checkTaskStore(
  store: TaskStore,
  { other = store }: TaskStoreCheckOptions = {},
): Promise<readonly MountFinding[]> {
  const findings: MountFinding[] = [];
  const run = `check${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  for (const [index, check] of checks.entries()) {
    const name = (word: string): string => `${run}-${index}-${word}`;
    const task: Trial['task'] = (id, fields) => ({ ...blank, owner: name('owner'), ...fields, id: name(id) });
    try {
      const detail = await check.run({ store, other, name, task });
      findings.push({ name: check.name, passed: true, detail });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      findings.push({ name: check.name, passed: false, detail });
    }
    await clear(store);
  }
  return findings;
}

/** So that nothing of one check is due in the next. */
async function clear(store: TaskStore): Promise<void> {
  try {
    for (const task of await store.lease({ holder: 'clear', until: 0 }, Number.MAX_SAFE_INTEGER, 1000))
      await store.replace(next(task, { dueAt: undefined }));
    await store.deleteOld(Number.MAX_SAFE_INTEGER, 1000);
  } catch {
    // The next check will tell.
  }
}

const blank: TaskRecord = {
  id: '',
  version: 1,
  owner: '',
  operation: 'video',
  model: 'model',
  prompt: 'prompt',
  request: {},
  digest: 'digest',
  state: 'queued',
  progress: 0,
  results: [],
  createdAt: start,
  updatedAt: start,
  deadline: start + hour,
  dueAt: start,
  polls: 0,
  failures: 0,
  misses: 0,
};
