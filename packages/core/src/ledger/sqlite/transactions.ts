import { GatewayError } from '../../errors.ts';
import type { SqliteFile } from '../../sqlite/sqlite-file.ts';
import { storeFailure } from '../fail-as-store.ts';

interface Waiting {
  /** Inside of the transaction. Gives what to tell when that is done. */
  act(): () => void;
  fail(error: GatewayError): void;
}

/** What belongs to a transaction beside what is asked for. */
export interface Around {
  /** Inside of it, when all is done. */
  readonly finish?: () => void;
  /** It is over, one way or the other. */
  readonly end?: () => void;
}

/** Not the host's `setImmediate`, which its tests may replace. */
const { setImmediate } = globalThis;

/**
 * What is asked for in the same turn of the event loop goes into one transaction, so that many calls at once cost one
 * commit. Nobody is told anything before it is done.
 */
export class Transactions {
  readonly #file: Pick<SqliteFile, 'transact'>;
  readonly #around: Around;
  #waiting: Waiting[] = [];

  constructor(file: Pick<SqliteFile, 'transact'>, around: Around = {}) {
    this.#file = file;
    this.#around = around;
  }

  /** What `act` refuses with a `GatewayError`, before it has changed anything, is refused to its caller alone. */
  add<Result>(act: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.flush());
      this.#waiting.push({
        act: () => {
          try {
            const result = act();
            return () => resolve(result);
          } catch (error) {
            if (GatewayError.isInstance(error)) return () => reject(error);
            throw error;
          }
        },
        fail: reject,
      });
    });
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const { finish, end } = this.#around;
    try {
      const told = this.#file.transact(() => {
        const tellers = waiting.map((one) => one.act());
        finish?.();
        return tellers;
      });
      end?.();
      for (const tell of told) tell();
    } catch (error) {
      end?.();
      for (const one of waiting) one.fail(storeFailure(error));
    }
  }
}
