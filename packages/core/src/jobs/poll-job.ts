import { loadCodecs } from '../dialects/load-codecs.ts';
import { GatewayError } from '../errors.ts';
import { loadMedia } from '../media/load-media.ts';
import { type AnyJobFormat, jobFormatOf } from '../media/pick-media.ts';
import type { NativeRequest } from '../protocol/call.ts';
import type { JobCall, JobHandle, JobReport } from '../protocol/job.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { Upstreams } from '../settings/options.ts';
import type { UpstreamAsker } from './ask-upstream.ts';

/** A task that an upstream works on, or has worked on. */
export interface KnownJob {
  readonly format: AnyJobFormat;
  readonly handle: JobHandle;
  readonly target: NonNullable<TaskRecord['target']>;
}

/** Whoever makes a task, and how it is spoken to. @throws GatewayError where the options have no such upstream any more */
export async function jobOf(task: TaskRecord, upstreams: Upstreams): Promise<KnownJob> {
  await Promise.all([loadMedia(), loadCodecs()]);
  const { target, job, operation, results } = task;
  const upstream = target && upstreams[target.upstream];
  const speech = upstream?.jobs(operation, target?.model ?? '');
  if (target === undefined || job === undefined || speech === undefined)
    throw new GatewayError('VE_TASK_NOT_FOUND', { id: task.id });
  const format = jobFormatOf(operation, speech);
  return { format, target, handle: { id: job, model: target.model, results } };
}

export interface PollParts {
  readonly asker: UpstreamAsker;
  readonly upstreams: Upstreams;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Asks about a task: the upstream that makes it, with the key that it belongs to. */
export async function pollJob(
  task: TaskRecord,
  signal: AbortSignal,
  { asker, upstreams, now }: PollParts,
): Promise<JobReport> {
  const { format, handle, target } = await jobOf(task, upstreams);
  const native = nativeOf(format.status(handle));
  const read = (answer: Parameters<typeof format.parseStatus>[0]): JobReport => format.parseStatus(answer);
  const answer = await asker.ask({ target, key: task.key }, { ...native, read }, signal);
  if (answer.job === undefined) throw new GatewayError('VE_UPSTREAM_PROTOCOL', { upstream: target.upstream });
  return withEnd(answer.job.report, format, now);
}

/** A vendor that does not tell how long it keeps a result keeps it as long as it always does. */
function withEnd(report: JobReport, { keepsFor }: AnyJobFormat, now: number): JobReport {
  if (report.state !== 'succeeded' || report.expiresAt !== undefined || keepsFor === undefined) return report;
  return { ...report, expiresAt: now + keepsFor };
}

/** A request about a task, as it goes to its upstream. */
export function nativeOf({ method, path, json }: JobCall): NativeRequest {
  return {
    method,
    path,
    body: json === undefined ? undefined : Buffer.from(JSON.stringify(json)),
    type: json === undefined ? undefined : 'application/json',
  };
}
