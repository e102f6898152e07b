import type { Clock } from '@vector-engine/core';
import { systemClock } from '../../clock/system-clock.ts';
import type { PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import type { JobEnd, JobPlan } from './job-plan.ts';
import { schedulePlans } from './schedule-plans.ts';
import { sendNotices } from './send-notices.ts';
import type { JobOptions, SimulatedJob, SimulatedJobs } from './simulated-jobs.ts';

/** A job, with what its wire format keeps of it. */
export interface Job<Details> extends SimulatedJob {
  readonly details: Details;
  readonly plan: JobPlan;
  readonly end: JobEnd;
  /** Milliseconds on the server's clock; `endsAt` may be Infinity. */
  readonly startsAt: number;
  readonly endsAt: number;
}

type OpenJob<Details> = { -readonly [Key in keyof Job<Details>]: Job<Details>[Key] };

/** What is known of a job when it is made. */
export type JobOrder<Details> = Pick<
  Job<Details>,
  'id' | 'model' | 'prompt' | 'width' | 'height' | 'seconds' | 'details'
>;

type JobListener<Details> = (job: Job<Details>) => void;

/** Not the caller's doing: a plan wants this status. */
export interface Refusal {
  readonly type: 'status';
  readonly status: number;
}

/** What all simulated providers of long-running jobs share: the jobs, their course, and what goes wrong with them. */
export interface JobBook<Details> {
  /** For whoever tests. */
  readonly view: SimulatedJobs;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Makes a job and answers with what `render` makes of it, as far as the plan allows. */
  create(
    request: RecordedRequest,
    order: JobOrder<Details>,
    render: (job: Job<Details>) => PlannedAnswer,
  ): PlannedAnswer | Refusal;
  /** What a poll finds; undefined where there is no such job (any more). */
  poll(id: string): Job<Details> | Refusal | undefined;
  /** What a request for a job's file finds; undefined where there is none (any more). */
  download(id: string): Job<Details> | Refusal | undefined;
  /** Without counting it; neither what is deleted nor what is lost. */
  find(id: string): Job<Details> | undefined;
  /** Those that `find` finds, oldest first. */
  all(): readonly Job<Details>[];
  remove(id: string): void;
  /** Calls back when a job has begun, and when it is over. */
  watch(listener: JobListener<Details>): void;
  watchOne(id: string, listener: JobListener<Details>): void;
  notify(notice: {
    url: string;
    jobId: string;
    body: string;
    headers?: Readonly<Record<string, string>>;
  }): void;
}

export function isRefusal(value: object): value is Refusal {
  return 'type' in value && value.type === 'status';
}

export function createJobBook<Details>(options: JobOptions & { readonly clock?: Clock }): JobBook<Details> {
  const clock = options.clock ?? systemClock;
  const jobTime = options.jobTime ?? 1000;
  const jobs = new Map<string, OpenJob<Details>>();
  const plans = schedulePlans();
  const notices = sendNotices();
  const watchers = {
    ofAll: new Array<JobListener<Details>>(),
    ofOne: new Map<string, JobListener<Details>>(),
  };
  /** Of watched jobs: the timer of what comes next, and how much was told of it. */
  const watched = new Map<string, { timer: unknown; told: number }>();
  const counts = { creations: 0, polls: 0, downloads: 0 };
  let advanced = 0;
  const now = (): number => clock.now() + advanced;

  function open(order: JobOrder<Details>, plan: JobPlan): OpenJob<Details> {
    const createdAt = now();
    const takes = plan.takes ?? jobTime;
    const job: OpenJob<Details> = {
      ...order,
      plan,
      createdAt,
      startsAt: createdAt + Math.min(takes, jobTime) / 10,
      endsAt: createdAt + takes,
      end: plan.ends ?? { type: 'success' },
      polls: 0,
      downloads: 0,
      deleted: false,
      get state() {
        return (['queued', 'running', ends[job.end.type]] as const)[phaseOf(job, now())];
      },
      get progress() {
        return [0, Math.min(99, Math.floor(share(job, now()) * 100)), 100][phaseOf(job, now())] ?? 0;
      },
    };
    jobs.set(job.id, job);
    follow(job);
    return job;
  }

  function find(id: string): OpenJob<Details> | undefined {
    const job = jobs.get(id);
    return job === undefined || job.deleted || job.state === 'lost' ? undefined : job;
  }

  /** Tells what is new about a job to those who want to know, and sets the timer of what comes next. */
  function follow(job: OpenJob<Details>): void {
    const own = watchers.ofOne.get(job.id);
    const listeners = own === undefined ? watchers.ofAll : [...watchers.ofAll, own];
    if (listeners.length === 0) return;
    const entry = watched.get(job.id) ?? { timer: undefined, told: 0 };
    watched.set(job.id, entry);
    clock.clearTimeout(entry.timer);
    const phase = phaseOf(job, now());
    if (phase > entry.told) {
      entry.told = phase;
      for (const listener of listeners) listener(job);
    }
    const next = [job.startsAt, job.endsAt][phase] ?? Number.POSITIVE_INFINITY;
    if (Number.isFinite(next)) entry.timer = clock.setTimeout(() => follow(job), next - now());
  }

  return {
    now,
    create(request, order, render) {
      counts.creations += 1;
      const plan = plans.take(request);
      if (plan.creation?.type === 'status') return plan.creation;
      const answer = render(open(order, plan));
      return plan.creation === undefined ? answer : { ...answer, withheld: plan.creation.type };
    },
    poll(id) {
      counts.polls += 1;
      const job = jobs.get(id);
      if (job === undefined) return undefined;
      job.polls += 1;
      const { status, from = 0, until = Number.POSITIVE_INFINITY } = job.plan.polls ?? {};
      const age = now() - job.createdAt;
      if (status !== undefined && age >= from && age < until) return { type: 'status', status };
      return find(id);
    },
    download(id) {
      counts.downloads += 1;
      const job = jobs.get(id);
      if (job === undefined) return undefined;
      job.downloads += 1;
      const { expiresAfter = Number.POSITIVE_INFINITY, status } = job.plan.file ?? {};
      if (now() < job.endsAt + expiresAfter) return find(id);
      return status === undefined ? undefined : { type: 'status', status };
    },
    find,
    all: () => [...jobs.values()].filter(({ id }) => find(id) !== undefined),
    remove(id) {
      const job = jobs.get(id);
      if (job !== undefined) job.deleted = true;
    },
    watch(listener) {
      watchers.ofAll.push(listener);
      for (const job of jobs.values()) {
        if (!watched.has(job.id)) watched.set(job.id, { timer: undefined, told: phaseOf(job, now()) });
        follow(job);
      }
    },
    watchOne(id, listener) {
      const job = jobs.get(id);
      if (job === undefined) return;
      watchers.ofOne.set(id, listener);
      follow(job);
    },
    notify: (notice) => notices.send(notice),
    view: {
      list: () => [...jobs.values()].map(show),
      plan: (plan) => plans.set(plan),
      advance(milliseconds) {
        advanced += milliseconds;
        for (const job of jobs.values()) follow(job);
      },
      finish(end, id) {
        const job = id === undefined ? [...jobs.values()].at(-1) : jobs.get(id);
        if (job === undefined) throw new RangeError(id === undefined ? 'there is no job' : `no job "${id}"`);
        job.startsAt = Math.min(job.startsAt, now());
        job.endsAt = Math.min(job.endsAt, now());
        job.end = end ?? job.end;
        follow(job);
      },
      get creations() {
        return counts.creations;
      },
      get polls() {
        return counts.polls;
      },
      get downloads() {
        return counts.downloads;
      },
      notices: notices.sent,
      waitForNotices: (count) => notices.wait(count),
    },
  };
}

const ends = { success: 'succeeded', failure: 'failed', filtered: 'filtered', lost: 'lost' } as const;

/** 0 in the queue, 1 under way, 2 over. */
function phaseOf({ startsAt, endsAt }: { startsAt: number; endsAt: number }, now: number): 0 | 1 | 2 {
  if (now >= endsAt) return 2;
  return now >= startsAt ? 1 : 0;
}

function share({ startsAt, endsAt }: { startsAt: number; endsAt: number }, now: number): number {
  return Number.isFinite(endsAt) ? (now - startsAt) / (endsAt - startsAt) : 0;
}

function show<Details>(job: Job<Details>): SimulatedJob {
  const { details: _details, plan: _plan, end: _end, startsAt: _startsAt, endsAt: _endsAt, ...shown } = job;
  return shown;
}
