import type { Brought } from '../asking.ts';
import type { Answer } from '../protocol/answer.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { Upstreams } from '../settings/options.ts';
import type { TaskRunner } from '../tasks/task-runner.ts';
import type { JobCall } from './as-job.ts';
import type { JobDesk } from './job-desk.ts';

/** Jobs, once somebody has asked for one. */
export interface Jobs {
  readonly runner: TaskRunner;
  readonly desk: JobDesk;
  /** See `serveJob`. */
  serve(call: JobCall, brought: Brought): Promise<Answer>;
  /** See `serveRemix`. */
  remix(id: string, brought: Brought): Promise<Answer>;
  /** See `cancelJob`. */
  cancel(id: string): Promise<TaskRecord>;
  /** Whether it is under way at a vendor that can give it up. */
  canCancel(task: TaskRecord): Promise<boolean>;
  /** Lets other processes go on with what is under way. */
  close(): Promise<void>;
}

/** The way to what makes jobs, which a gateway whose callers only chat never needs. */
export class JobDoor {
  readonly upstreams: Upstreams;
  readonly #open: () => Promise<Jobs>;
  #opening: Promise<Jobs> | undefined;
  #isClosed = false;

  constructor(upstreams: Upstreams, open: () => Promise<Jobs>) {
    this.upstreams = upstreams;
    this.#open = open;
  }

  open(): Promise<Jobs> {
    this.#opening ??= this.#openOnce();
    return this.#opening;
  }

  /** Whoever comes later finds everything closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const jobs = await this.#opening;
    await jobs?.close();
  }

  async #openOnce(): Promise<Jobs> {
    const isLate = this.#isClosed;
    const jobs = await this.#open();
    if (isLate) await jobs.close();
    return jobs;
  }
}
