import { type ManualClock, manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asked, hour, minute, target } from '../../test/task-world.ts';
import { GatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';
import type { JobState } from '../protocol/job.ts';
import { silentLogger } from '../protocol/logger.ts';
import type { TaskRecord, TaskState } from '../protocol/task.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import { memoryStorage } from './memory-storage.ts';
import { TaskRunner } from './task-runner.ts';

/* Whatever is asked for, told and deleted, and whenever processes die: a task is created once, goes forward only, is asked
   about by one process at a time, and is settled once. */

const never = (): Promise<never> => Promise.withResolvers<never>().promise;

/** A process that may be killed between any two things that it does to the store. */
class Life {
  isOver = false;
  /** What it may still do to the store before it dies. */
  steps = Infinity;

  /** The store as this process has it. A dead one is answered nothing; the last thing that it did may have been done. */
  storage(storage: TaskStorage): TaskStorage {
    const wrap = <Store extends object>(store: Store): Store =>
      new Proxy(store, {
        get: (_, name) => {
          const value: unknown = Reflect.get(store, name);
          if (typeof value !== 'function') return value;
          return async (...parameters: unknown[]): Promise<unknown> => {
            if (this.isOver) return never();
            const result: unknown = await Reflect.apply(value, store, parameters);
            this.steps--;
            if (this.steps <= 0) this.isOver = true;
            return this.isOver ? never() : result;
          };
        },
      });
    return { tasks: wrap(storage.tasks), blobs: wrap(storage.blobs), close: () => storage.close() };
  }

  clock(clock: ManualClock): Clock {
    return {
      now: () => clock.now(),
      clearTimeout: (handle) => clock.clearTimeout(handle),
      setTimeout: (callback, milliseconds) => clock.setTimeout(() => this.isOver || callback(), milliseconds),
    };
  }
}

interface Job {
  readonly id: string;
  state: JobState;
}

const ranks: Readonly<Record<TaskState, number>> = {
  creating: 0,
  unknown: 1,
  queued: 2,
  running: 3,
  succeeded: 4,
  failed: 4,
  cancelled: 4,
  expired: 4,
};

/** Whether what never changes back has changed. */
function isStepBack(before: TaskRecord, next: TaskRecord): boolean {
  return (
    next.version !== before.version + 1 ||
    ranks[next.state] < ranks[before.state] ||
    (ranks[before.state] === 4 && next.state !== before.state) ||
    next.progress < before.progress ||
    (before.settledAt !== undefined && next.settledAt !== before.settledAt) ||
    (before.job !== undefined && next.job !== before.job)
  );
}

class World {
  readonly clock = manualClock();
  readonly storage: TaskStorage = memoryStorage();
  readonly jobs: Job[] = [];
  /** Jobs that the upstream has made under each idempotency key. */
  readonly made = new Map<string, number>();
  /** What the books hold, by task. */
  readonly books = new Map<string, number>();
  readonly tasks = new Set<string>();
  readonly asking = new Map<string, Life>();
  /** What must not be; the runner would take what is thrown for the upstream's trouble. */
  readonly wrongs: string[] = [];
  readonly lives: Life[] = [];
  settleCalls = 0;
  marks = 0;
  trouble = 0;
  alive: { readonly runner: TaskRunner; readonly life: Life }[] = [];

  constructor() {
    const { tasks } = this.storage;
    Object.defineProperty(tasks, 'isShared', { value: true });
    const insert = tasks.insert.bind(tasks);
    tasks.insert = async (task, lease) => {
      const known = await insert(task, lease);
      if (known === undefined) this.tasks.add(task.id);
      return known;
    };
    const replace = tasks.replace.bind(tasks);
    tasks.replace = async (next) => {
      const before = await tasks.get(next.id);
      const isDone = await replace(next);
      if (isDone && before !== undefined && isStepBack(before, next))
        this.wrongs.push(`${JSON.stringify(before)} became ${JSON.stringify(next)}`);
      if (isDone && before?.settledAt === undefined && next.settledAt !== undefined) this.marks++;
      return isDone;
    };
  }

  start(steps = Infinity): void {
    const life = new Life();
    const settled = new Set<string>();
    const runner = new TaskRunner({
      storage: life.storage(this.storage),
      clock: life.clock(this.clock),
      random: () => 0.5,
      logger: silentLogger,
      deadline: hour,
      poll: async ({ job = '' }, signal) => {
        const other = this.asking.get(job);
        if (other !== undefined && !other.isOver) this.wrongs.push(`${job} was asked about by two at once`);
        this.asking.set(job, life);
        signal.addEventListener('abort', () => this.asking.delete(job));
        await new Promise<void>((resolve) => life.clock(this.clock).setTimeout(resolve, 50));
        this.asking.delete(job);
        if (this.trouble > 0) {
          this.trouble--;
          throw new GatewayError('VE_UPSTREAM_STATUS', { upstreamStatus: 500 });
        }
        return { state: this.jobs.find(({ id }) => id === job)?.state ?? 'failed' };
      },
      settle: async ({ id }) => {
        // Again only by another process, where the first has died over it.
        if (settled.has(id)) this.wrongs.push(`${id} was settled twice by one process`);
        settled.add(id);
        this.settleCalls++;
        this.books.set(id, 1);
        return 1;
      },
    });
    life.steps = steps;
    this.lives.push(life);
    this.alive.push({ runner, life });
    runner.resume();
  }

  /** As a face does, as far as the process lives. */
  async create(
    { runner, life }: { runner: TaskRunner; life: Life },
    key: string,
    outcome: 'made' | 'refused' | 'lost',
  ): Promise<void> {
    const beginning = await runner.begin({ ...asked, idempotencyKey: key });
    if (beginning.outcome !== 'new') return;
    const { creation } = beginning;
    await creation.sending({ target });
    if (life.isOver) return;
    if (outcome === 'refused') return void (await creation.refused({ code: 'no', message: 'No.' }));
    const job: Job = { id: `job-${this.jobs.length}`, state: 'running' };
    this.jobs.push(job);
    this.made.set(key, (this.made.get(key) ?? 0) + 1);
    if (outcome === 'lost') await creation.lost();
    else await creation.created({ id: job.id, state: 'queued' });
  }

  kill(index: number): void {
    const [dead] = this.alive.splice(index % Math.max(1, this.alive.length), 1);
    if (dead !== undefined) dead.life.isOver = true;
  }

  bury(): void {
    this.alive = this.alive.filter(({ life }) => !life.isOver);
  }
}

/** Each as likely as it is often here; `which` and `amount` are read as each needs. */
const step = fc.record({
  type: fc.constantFrom(
    ...(['create', 'create', 'create', 'create', 'pass', 'pass', 'pass', 'end job', 'end job'] as const),
    ...(['webhook', 'webhook', 'remove', 'cancel', 'trouble', 'kill', 'kill at', 'kill at'] as const),
    ...(['start', 'start', 'close'] as const),
  ),
  which: fc.nat(20),
  amount: fc.nat(11),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const keys = ['a', 'b', 'c', 'd'];
const outcomes = ['made', 'made', 'refused', 'lost'] as const;
const milliseconds = [50, 300, 1000, 2000, 12_000, 31_000];
const pick = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length];

async function take({ type, which, amount }: Step, world: World): Promise<void> {
  const { runner, life } = pick(world.alive, which) ?? {};
  const job = pick(world.jobs, which);
  const id = pick([...world.tasks], which) ?? '';
  switch (type) {
    case 'pass':
      return world.clock.advance(pick(milliseconds, amount) ?? 0);
    case 'end job':
      if (job?.state === 'running') job.state = amount % 2 === 0 ? 'succeeded' : 'failed';
      return;
    case 'trouble':
      world.trouble = amount;
      return;
    case 'start':
      return world.start();
    case 'kill':
      return world.kill(which);
    case 'kill at':
      if (life !== undefined) life.steps = amount + 1;
      return;
    default:
  }
  // Whom a dead process never answers goes on without.
  const act = async (): Promise<void> => {
    if (runner === undefined || life === undefined) return;
    if (type === 'create')
      await world.create({ runner, life }, pick(keys, amount) ?? '', pick(outcomes, which) ?? 'made');
    else if (type === 'webhook' && job !== undefined)
      await runner.report({ upstream: target.upstream, job: job.id }, { state: job.state, progress: amount });
    else if (type === 'remove') await runner.remove(id);
    else if (type === 'cancel') await runner.cancel(id);
    else if (type === 'close') {
      world.alive = world.alive.filter((one) => one.runner !== runner);
      await runner.close();
    }
  };
  const acting = act().catch((error: unknown) => {
    if (!GatewayError.isInstance(error)) throw error;
  });
  await Promise.race([acting, world.clock.advance(0)]);
  world.bury();
}

test('a task is created once, goes forward only, and is settled once, whatever happens and whoever dies', async () => {
  const seen = { tasks: 0, deaths: 0, settledAgain: 0, states: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = new World();
      world.start();
      for (const one of steps) await take(one, world);
      // In the end all is well: what is left behind is gone on with.
      world.trouble = 0;
      for (const life of world.lives) life.steps = Infinity;
      for (const job of world.jobs) if (job.state === 'running') job.state = 'succeeded';
      world.start();
      await world.clock.advance(2 * minute);
      expect(Math.max(0, ...world.made.values())).toBeLessThanOrEqual(1);
      for (const id of world.tasks) {
        const task = await world.storage.tasks.get(id);
        if (task === undefined) throw new Error(`${id} is lost`);
        expect(task.dueAt).toBeUndefined();
        expect(ranks[task.state]).not.toBe(0);
        expect(task.settledAt).toBeDefined();
        seen.states.add(task.state);
      }
      expect([...world.books.keys()].toSorted()).toEqual([...world.tasks].toSorted());
      expect(world.marks).toBe(world.tasks.size);
      expect(world.wrongs).toEqual([]);
      const deaths = world.lives.filter(({ isOver }) => isOver).length;
      expect(deaths > 0 || world.settleCalls === world.tasks.size).toBe(true);
      seen.tasks += world.tasks.size;
      seen.deaths += deaths;
      seen.settledAgain += world.settleCalls - world.tasks.size;
    }),
    { numRuns: 200 },
  );
  // Else it would say nothing.
  expect(seen.tasks).toBeGreaterThan(100);
  expect(seen.deaths).toBeGreaterThan(50);
  expect([...seen.states]).toEqual(expect.arrayContaining(['succeeded', 'failed', 'unknown', 'cancelled']));
});
