import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import { LiveStream } from './live-stream.ts';

export interface LiveParts {
  readonly clock: Clock;
  /** Told of every call that is over, until the returned function is called. */
  watch(listener: (entry: LedgerEntry) => void): () => void;
  /** Requests under way, those that listen here included. */
  active(): number;
}

/** Milliseconds. */
const interval = 500;
const keepAlive = 15_000;
const mostListeners = 100;
const mostEntries = 20;

const comment = Buffer.from(': keep-alive\n\n');

/** What ends is told as it ends, twice a second: counted once for all who listen, and not at all where nobody does. */
export class LiveDesk {
  readonly #parts: LiveParts;
  readonly #listeners = new Set<LiveStream>();
  #unwatch: (() => void) | undefined;
  #timer: unknown;
  #sums = noSums();
  #entries: LedgerEntry[] = [];
  /** As it was told last. */
  #active = 0;
  #toldAt = 0;
  #isClosed = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  /** @throws GatewayError `VE_RATE_LIMITED` where too many listen already, `VE_CLOSING` */
  answer(): Answer {
    if (this.#isClosed) throw new GatewayError('VE_CLOSING', { retryAfter: 1000 });
    if (this.#listeners.size >= mostListeners)
      throw new GatewayError('VE_RATE_LIMITED', { retryAfter: 10_000 });
    const body: LiveStream = new LiveStream({
      now: () => this.#parts.clock.now(),
      begin: () => this.#join(body),
      leave: () => this.#leave(body),
    });
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
    return { kind: 'verbatim', status: 200, headers, body };
  }

  /** The gateway's end: those who listen are told by the end of their streams. */
  close(): void {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.end();
  }

  #join(stream: LiveStream): void {
    // It was made before the end, and is piped after it.
    if (this.#isClosed) return stream.end();
    this.#listeners.add(stream);
    if (this.#unwatch === undefined) {
      this.#unwatch = this.#parts.watch((entry) => this.#count(entry));
      this.#toldAt = this.#parts.clock.now();
      this.#timer = this.#parts.clock.setTimeout(this.#turn, interval);
    }
    // Whoever comes knows at once that it is heard.
    stream.tell(this.#word(noSums(), []));
  }

  #leave(stream: LiveStream): void {
    if (!this.#listeners.delete(stream) || this.#listeners.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#parts.clock.clearTimeout(this.#timer);
    this.#sums = noSums();
    this.#entries = [];
  }

  #count(entry: LedgerEntry): void {
    const sums = this.#sums;
    sums.calls++;
    if (entry.error !== undefined) sums.failed++;
    if (entry.cache === 'hit') sums.cacheHits++;
    sums.cost += entry.cost ?? 0;
    sums.inputTokens += entry.inputTokens ?? 0;
    sums.outputTokens += entry.outputTokens ?? 0;
    this.#entries.push(entry);
    if (this.#entries.length > mostEntries) this.#entries.shift();
  }

  readonly #turn = (): void => {
    const { clock } = this.#parts;
    this.#timer = clock.setTimeout(this.#turn, interval);
    const now = clock.now();
    for (const listener of this.#listeners) listener.check(now);
    if (this.#sums.calls > 0 || this.#activeNow !== this.#active) {
      const word = this.#word(this.#sums, this.#entries);
      this.#sums = noSums();
      this.#entries = [];
      this.#tellAll(word, now);
    } else if (now - this.#toldAt >= keepAlive) this.#tellAll(comment, now);
  };

  #tellAll(word: Uint8Array, now: number): void {
    this.#toldAt = now;
    for (const listener of this.#listeners) listener.tell(word);
  }

  get #activeNow(): number {
    return Math.max(0, this.#parts.active() - this.#listeners.size);
  }

  #word(sums: Sums, entries: readonly LedgerEntry[]): Uint8Array {
    this.#active = this.#activeNow;
    const time = Math.round(wallTime(this.#parts.clock));
    const data = JSON.stringify({ time, ...sums, active: this.#active, entries });
    return Buffer.from(`event: tick\ndata: ${data}\n\n`);
  }
}

interface Sums {
  calls: number;
  failed: number;
  cost: number;
  inputTokens: number;
  outputTokens: number;
  cacheHits: number;
}

function noSums(): Sums {
  return { calls: 0, failed: 0, cost: 0, inputTokens: 0, outputTokens: 0, cacheHits: 0 };
}
