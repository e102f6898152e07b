import { type Clock, wallTime } from '../protocol/clock.ts';
import type { BalanceEvent } from '../protocol/events.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Balance, BalanceSource } from './balance.ts';
import type { Egress } from './egress.ts';
import { fetchJson } from './fetch-json.ts';
import { KeyRing } from './key-ring.ts';
import type { Upstream } from './upstream.ts';

/** What `gateway.stats()` tells of an account: as it was when it was last read. */
export interface BalanceStats extends BalanceEvent {
  /** Milliseconds since the epoch. */
  readonly readAt: number;
}

/** Milliseconds. */
const firstAfter = 1000;
const longestReading = 15_000;
/** A share of the interval, so that those who start together do not ask together. */
const jitter = 0.2;

export interface BalanceParts {
  readonly egress: Egress;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Told when an account becomes low or empty, or well again. */
  readonly onChange: (event: BalanceEvent) => void;
}

/** The accounts of all upstreams whose balance is to be read. */
export class Balances {
  readonly #watches = new Map<string, BalanceWatch>();

  constructor(upstreams: Readonly<Record<string, Upstream>>, parts: BalanceParts) {
    for (const [name, upstream] of Object.entries(upstreams)) {
      const { balance } = upstream;
      if (balance !== undefined)
        this.#watches.set(name, new BalanceWatch({ name, upstream, balance }, parts));
    }
  }

  /** The places of the upstream's keys whose accounts have nothing left; it changes as time goes by. */
  emptyOf(upstream: string): ReadonlySet<number> | undefined {
    return this.#watches.get(upstream)?.empty;
  }

  /** Of the accounts behind an upstream's keys, as they were last read. */
  of(upstream: string): readonly BalanceStats[] {
    return this.#watches.get(upstream)?.stats() ?? [];
  }

  stats(): BalanceStats[] {
    return [...this.#watches.values()].flatMap((watch) => watch.stats());
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
  }
}

interface Watched {
  readonly name: string;
  readonly upstream: Upstream;
  readonly balance: BalanceSource;
}

/** Reads what is left on the accounts behind an upstream's keys, one after the other, at a calm pace. */
class BalanceWatch {
  readonly empty = new Set<number>();
  readonly #watched: Watched;
  readonly #parts: BalanceParts;
  readonly #known = new Map<number, BalanceStats>();
  readonly #closing = new AbortController();
  #timer: unknown;

  constructor(watched: Watched, parts: BalanceParts) {
    this.#watched = watched;
    this.#parts = parts;
    this.#arm(firstAfter);
  }

  stats(): BalanceStats[] {
    return [...this.#known.values()];
  }

  close(): void {
    this.#parts.clock.clearTimeout(this.#timer);
    this.#closing.abort();
  }

  #arm(milliseconds: number): void {
    this.#timer = this.#parts.clock.setTimeout(() => void this.#readAll(), milliseconds);
  }

  async #readAll(): Promise<void> {
    const { upstream, balance } = this.#watched;
    const { clock, random } = this.#parts;
    // Apart from the targets' own: who reads takes no turn from who asks.
    const keys = new KeyRing(upstream.apiKey, clock);
    for (let turn = 0; turn < keys.size && !this.#closing.signal.aborted; turn++) await this.#readNext(keys);
    if (!this.#closing.signal.aborted) this.#arm(balance.every * (1 - jitter / 2 + jitter * random()));
  }

  /** A balance that cannot be read changes nothing. */
  async #readNext(keys: KeyRing): Promise<void> {
    const { name: upstream } = this.#watched;
    const { clock } = this.#parts;
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), longestReading);
    const signal = AbortSignal.any([late.signal, this.#closing.signal]);
    try {
      const key = await untilAborted(Promise.resolve(keys.take()), signal);
      const balance = await this.#read(key.value, signal);
      if (!this.#closing.signal.aborted) this.#take(key.index, balance);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.logger.warn({ upstream, reason }, 'the balance of an account cannot be read');
    } finally {
      clock.clearTimeout(timer);
    }
  }

  async #read(key: string | undefined, signal: AbortSignal): Promise<Balance> {
    const { upstream, balance } = this.#watched;
    const { clock, egress } = this.#parts;
    const answers: unknown[] = [];
    for (const path of balance.paths(wallTime(clock)))
      answers.push(await fetchJson(upstream, egress, { path, key, signal }));
    const read = balance.read(answers);
    if (read === undefined || !Number.isFinite(read.left))
      throw new Error('the answer does not say what is left');
    return read;
  }

  #take(key: number, { left, currency }: Balance): void {
    const { name: upstream, balance } = this.#watched;
    const { clock, onChange } = this.#parts;
    const state = left <= 0 ? 'empty' : left < balance.low ? 'low' : 'fine';
    const before = this.#known.get(key)?.state ?? 'fine';
    const event: BalanceEvent = { upstream, key, state, left, currency };
    this.#known.set(key, { ...event, readAt: wallTime(clock) });
    if (state === 'empty') this.empty.add(key);
    else this.empty.delete(key);
    if (state !== before) onChange(event);
  }
}

/** An operator's function for the key may never answer: the next reading is not to wait for it. */
function untilAborted<Result>(waited: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('it took too long to get the key')), {
      once: true,
    });
    waited.then(resolve, reject);
  });
}
