import type { Asking } from '../asking.ts';
import { GatewayError } from '../errors.ts';
import { readWait } from '../http/read-wait.ts';
import type { JobFace } from '../protocol/job.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { RequestScope } from '../resilience/request-scope.ts';
import { failureOf } from './answer-task.ts';
import type { JobRoom } from './job-room.ts';

/** How long somebody waits for a job that he has asked for. */
export interface Patience {
  /** Milliseconds until it is begun: he would like to hear of a refusal. */
  readonly begun: number;
  /** Milliseconds until it is over; 0 where he asks for it later. */
  readonly over: number;
}

/** Milliseconds that are left to answer with, where the caller's own time is short. */
const lastWords = 500;
/** Milliseconds that also a caller who does not want to wait is kept, to be told of a refusal. */
const leastPatience = 2000;

/** Says how long a caller waits, from now on. */
export function patienceOf(
  { asker, scope }: Asking,
  face: JobFace,
  { wait }: Pick<JobRoom, 'wait'>,
): Patience {
  const most = Math.max(0, scope.watch.remaining - lastWords);
  if (face !== 'images') return { begun: most, over: 0 };
  const asked = readWait(asker.headers['prefer']);
  const over = Math.min(asked ?? wait, wait, most);
  return { begun: Math.min(most, asked === undefined ? most : Math.max(over, leastPatience)), over };
}

/**
 * The task once it is begun, by whichever request: all who have asked for it are answered alike. As it is now where that
 * takes too long.
 *
 * @throws GatewayError what it was refused with
 */
export function whenBegun(
  task: TaskRecord,
  milliseconds: number,
  { scope }: Asking,
  { runner, creating }: JobRoom,
): Promise<TaskRecord> {
  return within(scope, milliseconds, () => creating.get(task.id) ?? hearOf(), task);

  /** Another process has it made. */
  async function hearOf(): Promise<TaskRecord> {
    let last = task;
    if (task.state === 'creating') {
      for await (const next of runner.watch(task.id)) {
        last = next;
        if (next.state !== 'creating') break;
      }
    }
    // The gateway closes: under the same key it can be asked for again.
    if (last.state === 'creating') throw new GatewayError('VE_CLOSING', { retryAfter: 1000 });
    if (isRefused(last) || last.state === 'unknown') throw failureOf(last);
    return last;
  }
}

/** Nothing was begun, and that is certain. */
export function isRefused({ state, job }: TaskRecord): boolean {
  return state === 'failed' && job === undefined;
}

/** For those who read what was made from this very answer: the task when it is over, or as it is when they have waited long enough. */
export async function whenOver(
  task: TaskRecord,
  milliseconds: number,
  { scope }: Asking,
  { runner }: JobRoom,
): Promise<TaskRecord> {
  const patience = Math.min(milliseconds, scope.watch.remaining - lastWords);
  if (patience <= 0) return task;
  const gone = new AbortController();
  try {
    const last = await scope.outlast(() => runner.wait(task.id, { patience, signal: gone.signal }));
    return last ?? task;
  } finally {
    gone.abort();
  }
}

/** What cannot be called off is left to itself when the time is over, or the caller has gone. */
async function within<Result>(
  scope: RequestScope,
  milliseconds: number,
  start: () => Promise<Result>,
  late: Result,
): Promise<Result> {
  const over = new GatewayError('VE_DEADLINE');
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const started = start();
  // Also where nobody waits for it any more.
  started.catch(ignore);
  try {
    return await scope.during(
      milliseconds,
      () => over,
      (onCancel) => {
        onCancel(reject);
        return Promise.race([started, ended]);
      },
    );
  } catch (error) {
    if (error === over) return late;
    // It ends as well, and says whether anything was begun: the caller must not ask for it once more elsewhere.
    if (GatewayError.isInstance(error) && error.code === 'VE_CLOSING') return started;
    throw error;
  }
}

const ignore = (): void => {};
