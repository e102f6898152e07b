import { GatewayError, toGatewayError } from '../errors.ts';
import type { NativeRequest } from '../protocol/call.ts';
import { isOver, type TaskRecord } from '../protocol/task.ts';
import type { Upstreams } from '../settings/options.ts';
import type { TaskRunner } from '../tasks/task-runner.ts';
import type { UpstreamAsker } from './ask-upstream.ts';
import { jobOf, type KnownJob, nativeOf } from './poll-job.ts';

export interface CancelParts {
  readonly runner: TaskRunner;
  readonly asker: UpstreamAsker;
  readonly upstreams: Upstreams;
}

/** Whether a task is under way at a vendor that can give one up. */
export async function canCancel(task: TaskRecord, upstreams: Upstreams): Promise<boolean> {
  if (task.state !== 'queued' && task.state !== 'running') return false;
  const known = await findJob(task, upstreams);
  return known?.format.cancel !== undefined;
}

/**
 * Gives a task up, whosever it is: first at its vendor, which would be paid for it otherwise, then here. What is held for it is
 * free again, once. Where the vendor was done before, it is as the vendor says.
 *
 * @throws GatewayError `VE_TASK_NOT_FOUND`; `VE_CONFLICT` where it is over, is not created yet, or its vendor cannot or will
 *   not give it up; `VE_STORE_FAILED`; what the upstream could not be reached with
 */
export async function cancelJob(id: string, parts: CancelParts): Promise<TaskRecord> {
  const { runner, upstreams } = parts;
  const task = await runner.find(id);
  if (task === undefined) throw new GatewayError('VE_TASK_NOT_FOUND', { id });
  if (isOver(task.state)) throw conflict(id, `it is over: ${task.state}`);
  if (task.state === 'creating')
    throw conflict(id, 'its vendor has not said yet that it will do it; try again in a moment');
  const known = await findJob(task, upstreams);
  if (known === undefined) throw conflict(id, 'its upstream is not among the options any more');
  await cancelThere(task, known, parts);
  const cancelled = await runner.cancel(id);
  if (cancelled === undefined) throw new GatewayError('VE_TASK_NOT_FOUND', { id });
  return cancelled;
}

async function cancelThere(task: TaskRecord, known: KnownJob, { asker }: CancelParts): Promise<void> {
  const { format, handle, target } = known;
  const call = format.cancel?.(handle);
  if (call === undefined) throw conflict(task.id, `${target.upstream} has no way to give it up`);
  let isDone = true;
  // What is read here is the answer, and no news of the job.
  const read: NativeRequest['read'] = (answer) => {
    isDone = format.isCancelled?.(answer) ?? true;
    return { state: 'running' };
  };
  const native = 'isCancelled' in format ? { ...nativeOf(call), read } : nativeOf(call);
  try {
    await asker.ask({ target, key: task.key }, native);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    const { upstreamStatus } = error.details;
    throw conflict(
      task.id,
      `${target.upstream} does not give it up (${upstreamStatus ?? error.code})`,
      error,
    );
  }
  if (!isDone) throw conflict(task.id, `${target.upstream} does not give it up`);
}

async function findJob(task: TaskRecord, upstreams: Upstreams): Promise<KnownJob | undefined> {
  try {
    return await jobOf(task, upstreams);
  } catch (error) {
    if (GatewayError.isInstance(error) && error.code === 'VE_TASK_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The vendor has answered, and says no. */
function isRefusal({ code, details }: GatewayError): boolean {
  const { upstreamStatus = 0 } = details;
  return (
    code === 'VE_UPSTREAM_STATUS' && upstreamStatus >= 400 && upstreamStatus < 500 && upstreamStatus !== 429
  );
}

function conflict(id: string, reason: string, cause?: unknown): GatewayError {
  return new GatewayError('VE_CONFLICT', { id, noun: 'Job', reason }, { cause });
}
