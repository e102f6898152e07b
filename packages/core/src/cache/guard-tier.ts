import type {
  CacheFinding,
  CacheKeeping,
  CacheKey,
  CacheSelection,
  CacheTier,
} from '../protocol/cache-tier.ts';
import type { Clock } from '../protocol/clock.ts';

/** Told when the second tier fails, and when it is well again. */
export interface TierHealth {
  failed(error: unknown): void;
  recovered(): void;
}

/** Milliseconds that a caller waits for a tier at most, and an operator's invalidation. */
const patience = 50;
const longPatience = 5000;
/** Failures in a row after which the tier is left alone for a while, in milliseconds. */
const enough = 5;
const rest = 10_000;
/** Bytes that a tier may be slow to keep; more than that is not handed to it, so that nothing piles up. */
const mostUnkept = 64 * 1024 * 1024;

/**
 * A second tier that may be down, hang, throw in place of rejecting, or give back what it was never given: all of that is
 * a miss. While it is down it is not asked for every call, so that callers do not wait for it.
 */
export class GuardedTier {
  readonly #tier: CacheTier;
  readonly #clock: Clock;
  readonly #health: TierHealth;
  #failures = 0;
  #restsUntil = 0;
  #unkept = 0;

  constructor(tier: CacheTier, clock: Clock, health: TierHealth) {
    this.#tier = tier;
    this.#clock = clock;
    this.#health = health;
  }

  /** Never rejects. Undefined where the tier could not say: then nothing is kept there either. */
  async get(key: CacheKey): Promise<CacheFinding | undefined> {
    if (this.#clock.now() < this.#restsUntil) return undefined;
    try {
      const found: unknown = await this.#within(patience, () => this.#tier.get(key));
      const finding = readFinding(found);
      this.#wentWell();
      return finding;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Never rejects. */
  async set(key: CacheKey, entry: Uint8Array, keeping: CacheKeeping): Promise<void> {
    const bytes = entry.byteLength;
    if (this.#clock.now() < this.#restsUntil || this.#unkept + bytes > mostUnkept) return;
    this.#unkept += bytes;
    try {
      await this.#within(longPatience, () => this.#tier.set(key, entry, keeping));
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#unkept -= bytes;
    }
  }

  /** Whoever invalidates must know whether it was done. */
  async invalidate(selection: CacheSelection): Promise<void> {
    await this.#within(longPatience, () => this.#tier.invalidate(selection));
  }

  /** Neither throws, nor does what it returns. */
  onInvalidate(listener: (selection: CacheSelection) => void): () => void {
    let stop: unknown;
    this.#guard(() => {
      stop = this.#tier.onInvalidate?.(listener);
    });
    return () =>
      this.#guard(() => {
        // Of a tier without types it may be anything: a promise, say.
        if (typeof stop === 'function') stop();
      });
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#health.failed(error);
    }
  }

  #wentWell(): void {
    if (this.#failures >= enough) this.#health.recovered();
    this.#failures = 0;
  }

  #failed(error: unknown): void {
    this.#failures++;
    if (this.#failures >= enough) this.#restsUntil = this.#clock.now() + rest;
    this.#health.failed(error);
  }

  async #within<Result>(milliseconds: number, act: () => Promise<Result>): Promise<Result> {
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const expire = (): void =>
      reject(new Error(`the cache's second tier took longer than ${milliseconds} milliseconds`));
    const timer = this.#clock.setTimeout(expire, milliseconds);
    try {
      return await Promise.race([act(), expired]);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }
}

function readFinding(found: unknown): CacheFinding {
  if (typeof found === 'object' && found !== null && 'generation' in found) {
    const { generation } = found;
    const entry = 'entry' in found ? found.entry : undefined;
    const isEntry = entry === undefined || entry === null || entry instanceof Uint8Array;
    if (typeof generation === 'string' && isEntry) return { entry: entry ?? undefined, generation };
  }
  throw new TypeError('the second tier gave something else than { entry, generation }');
}
