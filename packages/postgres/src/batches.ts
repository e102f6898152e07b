import { GatewayError } from '@vector-engine/core/sql';
import { isConflict, isDataError } from './sql-state.ts';

export interface BatchesOptions<Ask, Reply> {
  /** Answers all of them, in their order, or rejects, and then nothing was done. */
  readonly send: (asks: readonly Ask[]) => Promise<readonly Reply[]>;
  /** At once. */
  readonly most: number;
}

interface Waiting<Ask, Reply> {
  readonly ask: Ask;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** How often the same is sent, where others are in the way. */
const tries = 4;

/**
 * Sends together what is asked in the same turn of the loop, and what is asked while the one before is under way: one
 * connection and one round trip then do for many.
 */
export class Batches<Ask, Reply> {
  readonly #options: BatchesOptions<Ask, Reply>;
  #waiting: Waiting<Ask, Reply>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: BatchesOptions<Ask, Reply>) {
    this.#options = options;
  }

  ask(ask: Ask): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything that was asked is answered. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    while (this.#waiting.length > 0) await this.#answer(this.#waiting.splice(0, this.#options.most));
    this.#running = undefined;
  }

  async #answer(batch: readonly Waiting<Ask, Reply>[]): Promise<void> {
    try {
      const replies = await this.#send(batch.map(({ ask }) => ask));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const reply = replies[index];
        if (reply === undefined) reject(new GatewayError('VE_STORE_FAILED'));
        else resolve(reply);
      }
    } catch (error) {
      // Something is wrong with one of them: the others are not to suffer for it.
      if (isDataError(error) && batch.length > 1) for (const one of batch) await this.#answer([one]);
      else for (const { reject } of batch) reject(error);
      if (isDataError(error) || isConflict(error)) return;
      // Those that wait would wait as long as these have, for the same.
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    }
  }

  async #send(asks: readonly Ask[]): Promise<readonly Reply[]> {
    for (let left = tries; ; left--) {
      try {
        return await this.#options.send(asks);
      } catch (error) {
        if (left <= 1 || !isConflict(error)) throw error;
      }
    }
  }
}
