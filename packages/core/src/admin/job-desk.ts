import { GatewayError } from '../errors.ts';
import type { FileDesk } from '../files/file-desk.ts';
import type { JobDoor, Jobs } from '../jobs/job-door.ts';
import type { TargetName } from '../protocol/call.ts';
import type { TaskRecord } from '../protocol/task.ts';

export interface TaskAdminParts {
  readonly jobs: JobDoor;
  readonly files: Pick<FileDesk, 'linkPreview' | 'linkTask'>;
  /** As the option `audit` says: what was asked is shown where all of it is kept, and not otherwise. */
  readonly content: 'none' | 'redacted' | 'full';
}

/** Which jobs are meant; what is left out does not matter. */
export interface JobQuery {
  readonly state?: TaskRecord['state'] | undefined;
  readonly operation?: TaskRecord['operation'] | undefined;
  /** As the caller named it. */
  readonly model?: string | undefined;
  /** What the page before said. */
  readonly cursor?: string | undefined;
  /** From 1 to 100. Default 50. */
  readonly limit?: number | undefined;
}

/** Newest first. */
export interface JobPage {
  readonly data: readonly JobView[];
  /** For the next page; null on the last one. */
  readonly cursor: string | null;
}

/** A job, as operators see it. Times are in milliseconds since the epoch. */
export interface JobView {
  readonly id: string;
  readonly operation: TaskRecord['operation'];
  /** As the caller named it. */
  readonly model: string;
  readonly state: TaskRecord['state'];
  /** 0 to 100. */
  readonly progress: number;
  /** An address of the gateway's own, good for a while; null where there is no picture of how far it has come. */
  readonly preview: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly completedAt: number | null;
  /** Who makes it. */
  readonly target: TargetName | null;
  readonly tenant: string | null;
  readonly path: string | null;
  readonly principal: string | null;
  /** Id of the virtual key. */
  readonly key: string | null;
  /** Nano-dollars, and dollars; null where it is not known, or not yet. */
  readonly cost: number | null;
  readonly dollars: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What it has made, at addresses of the gateway's own. */
  readonly results: readonly { readonly type: string | null; readonly url: string }[];
  readonly isTraceless: boolean;
  /** It is under way, and its vendor has a way to give it up. */
  readonly canCancel: boolean;
  /** Null where what is asked is not kept. */
  readonly prompt: string | null;
}

const usualLimit = 50;
const mostListed = 100;

/**
 * Jobs, whosever they are, for operators. `base`: where the addresses lead that are handed out, up to the gateway's mount,
 * unless the option `publicUrl` says it: `https://host/ai`. Everything rejects with GatewayError `VE_STORE_FAILED`.
 */
export class TaskAdmin {
  readonly #parts: TaskAdminParts;

  constructor(parts: TaskAdminParts) {
    this.#parts = parts;
  }

  async list({ cursor, limit = usualLimit, ...search }: JobQuery, base: string): Promise<JobPage> {
    const jobs = await this.#parts.jobs.open();
    const count = Math.min(mostListed, Math.max(1, Math.floor(limit)));
    const found = await jobs.runner.search({ ...search, after: cursor, limit: count + 1 });
    const shown = found.slice(0, count);
    return {
      data: await Promise.all(shown.map((task) => this.#show(task, jobs, base))),
      cursor: found.length > count ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  /** @throws GatewayError `VE_TASK_NOT_FOUND` */
  async get(id: string, base: string): Promise<JobView> {
    const jobs = await this.#parts.jobs.open();
    const task = await jobs.runner.find(id);
    if (task === undefined) throw new GatewayError('VE_TASK_NOT_FOUND', { id });
    return this.#show(task, jobs, base);
  }

  /**
   * Gives it up at its vendor, and here.
   *
   * @throws GatewayError `VE_TASK_NOT_FOUND`; `VE_CONFLICT`, which says why, where that cannot be
   */
  async cancel(id: string, base: string): Promise<JobView> {
    const jobs = await this.#parts.jobs.open();
    return this.#show(await jobs.cancel(id), jobs, base);
  }

  async #show(task: TaskRecord, jobs: Jobs, base: string): Promise<JobView> {
    const { id, operation, model, state, progress, createdAt, updatedAt, account, cost, error } = task;
    const isTraceless = account?.traceless === true;
    const { files, content } = this.#parts;
    // What nobody may keep is not for operators to see either, nor what a vendor quotes of it.
    const results = isTraceless ? [] : task.results;
    const hasPreview = !isTraceless && task.preview !== undefined;
    return {
      id,
      operation,
      model,
      state,
      progress,
      preview: hasPreview ? files.linkPreview(task, base) : null,
      createdAt,
      updatedAt,
      completedAt: task.completedAt ?? null,
      target: task.target ?? null,
      tenant: account?.tenant ?? null,
      path: account?.path ?? null,
      principal: account?.principal ?? null,
      key: account?.key ?? null,
      cost: cost ?? null,
      dollars: cost === undefined ? null : cost / 1e9,
      error: error === undefined ? null : { code: error.code, message: isTraceless ? '' : error.message },
      results: results.map(({ type }, index) => ({
        type: type ?? null,
        url: files.linkTask(task, index, base),
      })),
      isTraceless,
      canCancel: await jobs.canCancel(task),
      prompt: content === 'full' && !isTraceless ? task.prompt : null,
    };
  }
}
