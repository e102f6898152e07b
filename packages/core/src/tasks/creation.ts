import { GatewayError } from '../errors.ts';
import type { JobReport } from '../protocol/job.ts';
import type { TaskAccount, TaskError, TaskRecord } from '../protocol/task.ts';
import { abandoned, type CreationAttempt, created, refused, sending } from './change-record.ts';
import type { TaskDesk } from './task-desk.ts';

/**
 * A task that is being created, by whoever has this: it ends with one of `created`, `refused` and `lost`. Should the process
 * end before, others see by what was sent whether it may have been created.
 */
export class Creation {
  readonly #id: string;
  readonly #desk: TaskDesk;
  readonly #onEnd: (task: TaskRecord | undefined) => Promise<void>;

  constructor(id: string, desk: TaskDesk, onEnd: (task: TaskRecord | undefined) => Promise<void>) {
    this.#id = id;
    this.#desk = desk;
    this.#onEnd = onEnd;
  }

  /**
   * Before each attempt: it is about to be sent, and may be paid for from now on. Where this throws, it must not be sent.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async sending(attempt: CreationAttempt): Promise<void> {
    const now = this.#desk.now();
    try {
      const task = await this.#desk.change(this.#id, (record) => sending(record, attempt, now));
      if (task?.state !== 'creating')
        throw new GatewayError('VE_STORE_FAILED', { reason: 'the task was given up by another process' });
    } catch (error) {
      // Whoever can read it again sees whether anything was sent before.
      await this.#onEnd(undefined);
      throw error;
    }
  }

  /** The upstream will do it, or has done it. `told`: what is known of it by now. @throws GatewayError `VE_STORE_FAILED` */
  created(report: JobReport, told: TaskAccount = {}): Promise<TaskRecord | undefined> {
    return this.#end(() =>
      this.#desk.learn(this.#id, report, (record, news) => {
        const account = { ...record.account, ...told };
        return created({ ...record, account }, news, this.#desk.moment());
      }),
    );
  }

  /** Nothing was created, and that is certain. @throws GatewayError `VE_STORE_FAILED` */
  refused(error: TaskError): Promise<TaskRecord | undefined> {
    return this.#end(() => this.#desk.change(this.#id, (record) => refused(record, error, this.#desk.now())));
  }

  /** It was sent, and what became of it is not known. @throws GatewayError `VE_STORE_FAILED` */
  lost(): Promise<TaskRecord | undefined> {
    return this.#end(() => this.#desk.change(this.#id, (record) => abandoned(record, this.#desk.now())));
  }

  async #end(act: () => Promise<TaskRecord | undefined>): Promise<TaskRecord | undefined> {
    let task: TaskRecord | undefined;
    try {
      task = await this.#desk.insist(this.#id, act);
      return task;
    } finally {
      await this.#onEnd(task);
    }
  }
}
