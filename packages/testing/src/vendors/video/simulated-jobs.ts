import type { SimulatedUpstream } from '../../server/simulated-upstream.ts';
import type { JobEnd, JobPlan, JobPlanner } from './job-plan.ts';

/** A job as it is at this moment. */
export interface SimulatedJob {
  /** As the vendor names it. */
  readonly id: string;
  readonly model: string;
  readonly prompt: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'filtered' | 'lost';
  /** 0 to 100. */
  readonly progress: number;
  /** Of the result: pixels, and seconds where it is a video. */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Milliseconds on the server's clock. */
  readonly createdAt: number;
  /** Requests for its state, and for its file: also those that were answered with an error. */
  readonly polls: number;
  readonly downloads: number;
  /** By request of its owner. */
  readonly deleted: boolean;
}

/** The jobs of a simulated provider, and what becomes of them. */
export interface SimulatedJobs {
  /** Every job that was ever made, oldest first. */
  list(): readonly SimulatedJob[];
  /**
   * From now on jobs go like this: all of them, or one after the other and then as usual, or as a function says. Replaces an
   * earlier plan.
   */
  plan(plan: JobPlan | readonly JobPlan[] | JobPlanner): void;
  /** Jobs grow older by so many milliseconds, whatever the clock says. */
  advance(milliseconds: number): void;
  /** Ends a job now; without an id the latest. */
  finish(end?: JobEnd, id?: string): void;
  /** Requests to create a job that were in order, also those that a plan refused. */
  readonly creations: number;
  /** Of all jobs. */
  readonly polls: number;
  readonly downloads: number;
  /** What was told to others about jobs, oldest first, as far as it has been answered. */
  readonly notices: readonly SentNotice[];
  /** Settles when `count` notices were answered, counted since the start. */
  waitForNotices(count: number): Promise<readonly SentNotice[]>;
}

/** One request of the provider to somebody else. */
export interface SentNotice {
  readonly url: string;
  readonly jobId: string;
  readonly body: string;
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;
}

/** A provider that makes what takes longer than a request. */
export interface SimulatedJobUpstream extends SimulatedUpstream {
  readonly jobs: SimulatedJobs;
}

export interface JobOptions {
  /** Milliseconds that a job takes where no plan says otherwise; default 1,000. */
  readonly jobTime?: number;
}

/** The same upstream, with its jobs. */
export function withJobs(upstream: SimulatedUpstream, jobs: SimulatedJobs): SimulatedJobUpstream {
  return Object.assign(upstream, { jobs });
}
