import type { RedisClient } from './redis-client.ts';

/** Commands, and bytes of values, that Redis may leave unanswered before no more are sent. */
const mostUnanswered = 1000;
const mostBytes = 64 * 1024 * 1024;

export interface Asking {
  /** Milliseconds. */
  readonly patience: number;
  /** Of the value that is sent. */
  readonly bytes?: number;
}

/**
 * The user's own connection, as far as it may be leaned on: what cannot be sent now is not kept for later, and what waits
 * for an answer is bounded.
 */
export class Line {
  readonly #client: RedisClient;
  readonly #most: number;
  #unanswered = 0;
  #bytes = 0;
  #isSlow = false;
  #isTrying = false;

  /** `most`: commands that may be unanswered. */
  constructor(client: RedisClient, most: number = mostUnanswered) {
    this.#client = client;
    this.#most = most;
  }

  /** Rejects at once where Redis is out of reach, or has too much to do. `bytes`: of the value that is sent. */
  async send<Reply>(command: () => Promise<Reply>, bytes = 0): Promise<Reply> {
    if (!this.#client.isReady) throw new Error('Redis is out of reach');
    if (this.#unanswered >= this.#most || this.#bytes + bytes > mostBytes)
      throw new Error('Redis has not answered what it was asked before');
    this.#unanswered++;
    this.#bytes += bytes;
    try {
      return await command();
    } finally {
      this.#unanswered--;
      this.#bytes -= bytes;
    }
  }

  /**
   * The same for what somebody waits for, who would rather do without. Once an answer has taken longer than `patience`
   * milliseconds nobody waits any more, until Redis has answered a ping within that time.
   */
  async ask<Reply>(command: () => Promise<Reply>, { patience, bytes }: Asking): Promise<Reply> {
    if (this.#isSlow) {
      if (!this.#isTrying) void this.#try(patience);
      throw new Error('Redis is slow');
    }
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#isSlow = true;
      reject(new Error(`Redis took longer than ${patience} milliseconds`));
    }, patience).unref();
    try {
      return await Promise.race([this.send(command, bytes), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #try(patience: number): Promise<void> {
    this.#isTrying = true;
    const attempt = { isLate: false };
    const timer = setTimeout(() => {
      attempt.isLate = true;
    }, patience).unref();
    try {
      await this.send(() => this.#client.ping());
      this.#isSlow = attempt.isLate;
    } catch {
      // The next to ask tries again.
    } finally {
      clearTimeout(timer);
      this.#isTrying = false;
    }
  }
}
