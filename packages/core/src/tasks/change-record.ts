import type { GatewayError } from '../errors.ts';
import type { TargetName } from '../protocol/call.ts';
import type { JobReport } from '../protocol/job.ts';
import {
  isOver,
  type TaskError,
  type TaskRecord,
  type TaskRequest,
  type TaskResult,
  type TaskState,
} from '../protocol/task.ts';
import { isMissing, pauseAfter, pollInterval } from './poll-plan.ts';

/* What can happen to a task. Each gives the next version of its record, or undefined where it changes nothing. */

/** What an upstream says, its bytes being kept apart. */
export interface TaskNews extends Omit<JobReport, 'results'> {
  readonly results?: readonly TaskResult[];
  /** Milliseconds in which the upstream does not want to be asked again. */
  readonly retryAfter?: number | undefined;
}

/** When it happens, in whole milliseconds since the epoch, and a number from 0 to 1. */
export interface Moment {
  readonly now: number;
  readonly chance: number;
}

/** Times in a row that an upstream knows nothing of a job before it is lost. */
const mostMisses = 3;
/** Characters: what is longer is no address. */
const longestPreview = 8192;

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

function changed(record: TaskRecord, changes: Partial<TaskRecord>, now: number): TaskRecord {
  return { ...record, ...changes, version: record.version + 1, updatedAt: now };
}

/** What is over is due at once, to be settled. */
function ended(
  record: TaskRecord,
  state: TaskState,
  { now, ...changes }: Partial<TaskRecord> & { readonly now: number },
): TaskRecord {
  const dueAt = record.settledAt === undefined ? now : undefined;
  return changed(record, { ...changes, state, completedAt: now, dueAt }, now);
}

const failed = (record: TaskRecord, error: TaskError, now: number): TaskRecord =>
  ended(record, 'failed', { now, error });

/** One attempt to have a task made. */
export interface CreationAttempt {
  readonly target: TargetName;
  /** Digest of the key that is shown. */
  readonly key?: string | undefined;
  /** What will be made there; undefined: as it was. */
  readonly request?: TaskRequest | undefined;
  /** What is asked in place of the prompt; undefined: as it was. */
  readonly revisedPrompt?: string | undefined;
  /** Durable name of the money that is held for it. */
  readonly hold?: string | undefined;
}

/** The upstream is about to be asked to create it. */
export function sending(record: TaskRecord, attempt: CreationAttempt, now: number): TaskRecord | undefined {
  const { target, key, request = record.request, revisedPrompt = record.revisedPrompt, hold } = attempt;
  if (record.state !== 'creating') return undefined;
  return changed(record, { target, key, request, revisedPrompt, hold, sentAt: now }, now);
}

/** The upstream has answered that it will do it, or that it has done it. What was given up is known again. */
export function created(record: TaskRecord, news: TaskNews, moment: Moment): TaskRecord | undefined {
  const { state } = record;
  if (state !== 'creating' && state !== 'unknown') {
    // It was cancelled meanwhile; what it is called there may be asked for all the same.
    const isNew = record.job === undefined && news.id !== undefined;
    return isNew ? changed(record, { job: news.id }, moment.now) : undefined;
  }
  const begun: TaskRecord = {
    ...record,
    state: 'queued',
    job: news.id,
    error: undefined,
    completedAt: undefined,
  };
  if (record.deletedAt !== undefined) return ended(begun, 'cancelled', { now: moment.now });
  return reported(begun, news, moment);
}

/** Nothing was created, and that is certain: under the same key it may be tried again. */
export function refused(record: TaskRecord, error: TaskError, now: number): TaskRecord | undefined {
  return record.state === 'creating'
    ? failed({ ...record, idempotencyKey: undefined }, error, now)
    : undefined;
}

const notStarted: TaskError = {
  code: 'not_started',
  message: 'It was never begun: the gateway was stopped.',
};
const unheard: TaskError = {
  code: 'unknown_outcome',
  message:
    'The provider was asked, and its answer was lost. It is not asked again, so that nothing is paid for twice.',
};

/** Nobody will hear any more what the upstream says of its creation, if it was asked at all. */
export function abandoned(record: TaskRecord, now: number): TaskRecord | undefined {
  if (record.state !== 'creating') return undefined;
  if (record.sentAt === undefined) return refused(record, notStarted, now);
  return ended(record, 'unknown', { now, error: unheard });
}

/** The upstream says how far it is. */
export function reported(
  record: TaskRecord,
  news: TaskNews,
  { now, chance }: Moment,
): TaskRecord | undefined {
  if (isOver(record.state) || record.state === 'creating') return undefined;
  const progress = Math.min(100, Math.max(record.progress, Math.floor(news.progress ?? 0) || 0));
  const { preview = record.preview, expiresAt = record.expiresAt } = news;
  const told: Partial<TaskRecord> = {
    progress,
    preview: (preview?.length ?? 0) > longestPreview ? record.preview : preview,
    expiresAt: expiresAt === undefined ? undefined : Math.floor(expiresAt),
    revisedPrompt: news.revisedPrompt ?? record.revisedPrompt,
    usage: news.usage ?? record.usage,
    failures: 0,
    misses: 0,
  };
  if (news.state === 'succeeded')
    return ended(record, 'succeeded', { ...told, now, progress: 100, results: news.results ?? [] });
  if (news.state === 'failed') return ended(record, 'failed', { ...told, now, error: errorOf(news) });
  const state = ranks[news.state] > ranks[record.state] ? news.state : record.state;
  const dueAt = nextTry(record, now, pollInterval(record.polls, chance, news.retryAfter));
  return changed(record, { ...told, state, dueAt }, now);
}

/** There is reason to ask the upstream now. */
export function hurried(record: TaskRecord, now: number): TaskRecord | undefined {
  if (isOver(record.state) || record.state === 'creating') return undefined;
  return (record.dueAt ?? now) <= now ? undefined : changed(record, { dueAt: now }, now);
}

/** The upstream was asked, and answered. */
export function polled(record: TaskRecord, news: TaskNews, moment: Moment): TaskRecord | undefined {
  const next = reported({ ...record, polls: record.polls + 1 }, news, moment);
  return next && givenUp(next, moment.now);
}

/** The upstream could not be asked, or did not answer. */
export function pollFailed(
  record: TaskRecord,
  error: GatewayError,
  { now, chance }: Moment,
): TaskRecord | undefined {
  if (isOver(record.state) || record.state === 'creating') return undefined;
  const isMiss = isMissing(error);
  const misses = isMiss ? record.misses + 1 : 0;
  if (misses >= mostMisses)
    return failed(record, { code: 'job_lost', message: 'The provider knows nothing of it any more.' }, now);
  const tried: TaskRecord = {
    ...record,
    polls: record.polls + 1,
    failures: isMiss ? record.failures : record.failures + 1,
    misses,
  };
  const dueAt = nextTry(record, now, pauseAfter(error, tried, chance));
  return givenUp(changed(tried, { dueAt }, now), now);
}

/** Past its deadline it is asked about once more, and no further. */
function givenUp(record: TaskRecord, now: number): TaskRecord {
  if (isOver(record.state) || now < record.deadline) return record;
  const error: TaskError = { code: 'deadline_exceeded', message: 'It was not finished in time.' };
  return { ...ended(record, 'expired', { now, error }), version: record.version };
}

const nextTry = ({ deadline }: TaskRecord, now: number, pause: number): number =>
  now < deadline ? Math.min(now + pause, deadline) : now + pause;

function errorOf({ error }: TaskNews): TaskError {
  const { code, message, filtered } = error ?? { code: 'failed', message: 'The provider could not do it.' };
  return { code, message, ...(filtered === true && { filtered }) };
}

/** Nobody wants it any more. What is not created yet is cancelled when it is. */
export function cancelled(record: TaskRecord, now: number): TaskRecord | undefined {
  const { state } = record;
  return state === 'queued' || state === 'running' ? ended(record, 'cancelled', { now }) : undefined;
}

/** Its owner does not see it any more; nobody can tell what was asked, once it is settled. */
export function removed(record: TaskRecord, now: number): TaskRecord | undefined {
  if (record.deletedAt !== undefined) return undefined;
  const stopped = cancelled(record, now) ?? changed(record, {}, now);
  return forgotten({ ...stopped, deletedAt: now });
}

/** What it cost is in the books. */
export function settled(record: TaskRecord, cost: number | undefined, now: number): TaskRecord | undefined {
  if (record.settledAt !== undefined) return undefined;
  // What was given up may have been found again since: then it is still to be asked about.
  const dueAt = isOver(record.state) ? undefined : record.dueAt;
  return forgotten(changed(record, { settledAt: now, cost, dueAt, failures: 0 }, now));
}

/** What it cost could not be put in the books now. */
export function settleFailed(record: TaskRecord, now: number, pause: number): TaskRecord | undefined {
  if (record.settledAt !== undefined || !isOver(record.state)) return undefined;
  return changed(record, { failures: record.failures + 1, dueAt: now + pause }, now);
}

/** What is left of a task that its owner has deleted: enough that the same request does not begin it again. */
function forgotten(record: TaskRecord): TaskRecord {
  if (record.deletedAt === undefined || record.settledAt === undefined) return record;
  const { metadata: _, ...request } = record.request;
  const nothing = { prompt: '', revisedPrompt: undefined, preview: undefined, results: [] };
  return { ...record, ...nothing, request, error: record.error && { ...record.error, message: '' } };
}
