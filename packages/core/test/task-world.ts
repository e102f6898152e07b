import { type ManualClock, manualClock } from '@vector-engine/testing';
import type { GatewayError } from '../src/errors.ts';
import type { TargetName } from '../src/protocol/call.ts';
import type { Logger } from '../src/protocol/logger.ts';
import { silentLogger } from '../src/protocol/logger.ts';
import { isOver, type TaskRecord } from '../src/protocol/task.ts';
import type { TaskStorage } from '../src/protocol/task-store.ts';
import type { PollReport } from '../src/tasks/keep-results.ts';
import { memoryStorage } from '../src/tasks/memory-storage.ts';
import { type NewTask, TaskRunner, type TaskRunnerParts } from '../src/tasks/task-runner.ts';

export const second = 1000;
export const minute = 60_000;
export const hour = 3_600_000;

export const target: TargetName = { upstream: 'studio', model: 'film-2' };

export const asked: NewTask = {
  kind: 'video',
  owner: 'acme',
  operation: 'video',
  model: 'film',
  prompt: 'A boat',
  request: { seconds: 8, metadata: { face: 'official' } },
  digest: 'asked for a boat',
};

export interface TaskWorld {
  readonly storage: TaskStorage;
  readonly clock: ManualClock;
  readonly runner: TaskRunner;
  /** What the upstream was asked, in order: the job, and when. */
  readonly polls: { readonly job: string | undefined; readonly at: number }[];
  /** What was settled, in order. */
  readonly settled: TaskRecord[];
  readonly changes: TaskRecord[];
  /** What the upstream says; it may be changed. */
  answer: (task: TaskRecord, signal: AbortSignal) => PollReport | GatewayError | Promise<PollReport>;
  cost: () => Promise<number | undefined>;
  /** Another process on the same storage. */
  another(): TaskRunner;
  /** A task that the upstream has queued. */
  create(fields?: Partial<NewTask>, job?: string): Promise<TaskRecord>;
  task(id: string): Promise<TaskRecord>;
}

export type TaskWorldOptions = Partial<
  Pick<TaskRunnerParts, 'storage' | 'deadline' | 'retention' | 'logger' | 'random'>
> & { readonly clock?: ManualClock };

/** A runner, whose upstream and books are a test's. Without chance: the pauses are as they are planned. */
export function taskWorld(options: TaskWorldOptions = {}): TaskWorld {
  const { storage = memoryStorage(), clock = manualClock(), random = () => 0.5 } = options;
  const logger: Logger = options.logger ?? silentLogger;
  const { deadline, retention } = options;
  const another = (): TaskRunner =>
    new TaskRunner({
      storage,
      clock,
      random,
      logger,
      deadline,
      retention,
      poll: async (task, signal) => {
        world.polls.push({ job: task.job, at: clock.now() });
        const answer = await world.answer(task, signal);
        if (answer instanceof Error) throw answer;
        return answer;
      },
      settle: async (task) => {
        world.settled.push(task);
        return world.cost();
      },
      onChange: (task) => void world.changes.push(task),
    });
  let jobs = 0;
  const world: TaskWorld = {
    storage,
    clock,
    runner: another(),
    polls: [],
    settled: [],
    changes: [],
    answer: () => ({ state: 'running' }),
    cost: () => Promise.resolve(800_000_000),
    another,
    async create(fields = {}, job = `job-${++jobs}`) {
      const beginning = await world.runner.begin({ ...asked, ...fields });
      if (beginning.outcome !== 'new') throw new Error(`it is ${beginning.outcome}`);
      await beginning.creation.sending({ target, key: 'digest of a key' });
      await beginning.creation.created({ id: job, state: 'queued' });
      return world.task(beginning.task.id);
    },
    async task(id) {
      const task = await storage.tasks.get(id);
      if (task === undefined) throw new Error(`there is no task ${id}`);
      return task;
    },
  };
  return world;
}

/** Its states in the order that they came, each once. */
export function statesOf(changes: readonly TaskRecord[], id: string): string[] {
  const states = changes.filter((task) => task.id === id).map(({ state }) => state);
  return states.filter((state, index) => state !== states[index - 1]);
}

export const isSettled = (task: TaskRecord): boolean => isOver(task.state) && task.settledAt !== undefined;

/** Milliseconds between the polls. */
export function gaps(polls: readonly { at: number }[], from: number): number[] {
  return polls.map(({ at }, index) => at - (polls[index - 1]?.at ?? from));
}
