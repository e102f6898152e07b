import type { Clock } from '../protocol/clock.ts';
import type { ContentRecord, Ledger, LedgerEntry } from '../protocol/ledger.ts';
import { storeFailure } from './fail-as-store.ts';
import { WriteQueue } from './write-queue.ts';

/** Milliseconds that the first entry of a batch waits for others. */
const gathering = 50;
/** Milliseconds until the next try: twice as many each time, up to the longest, and less by chance. */
const firstPause = 100;
const longestPause = 5000;

export interface LedgerWriterOptions {
  readonly ledger: Pick<Ledger, 'append' | 'appendNow'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Where the queue is full: new requests wait until it is not (`ready`), or what comes is not written down, and counted. */
  readonly whenFull: 'block' | 'drop';
  /** Entries that may wait. Default 8,000. */
  readonly capacity?: number | undefined;
  /** Characters of contents that may wait. Default 2,097,152. */
  readonly contentCapacity?: number | undefined;
  /** The store does not take what is written, and takes it again. */
  readonly onTrouble?: (state: 'failing' | 'well', reason: unknown) => void;
}

/**
 * Writes entries down behind the requests' backs: many at a time, one batch after the other, in the order in which they came.
 * What the store does not take is tried again until it does. What waits is bounded: it costs memory.
 */
export class LedgerWriter {
  readonly #options: LedgerWriterOptions;
  readonly #queue: WriteQueue;
  #timer: unknown;
  #failures = 0;
  /** The append that is under way. */
  #writing: Promise<void> | undefined;
  #isClosed = false;
  #waiters: (() => void)[] = [];

  constructor(options: LedgerWriterOptions) {
    this.#options = options;
    const { capacity = 8000, contentCapacity = 2_097_152 } = options;
    // Where requests wait those under way are still written down.
    const slack = options.whenFull === 'block' ? 1.5 : 1;
    this.#queue = new WriteQueue({ capacity, contentCapacity, slack });
  }

  /** Entries that are not written down yet, those included that are being so. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Entries that were never written down, for want of room or of a store. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  /** Contents, likewise. */
  get droppedContents(): number {
    return this.#queue.droppedContents;
  }

  /** What a new request waits for, where requests wait while the queue is full. It never rejects. */
  ready(): Promise<void> | undefined {
    if (this.#options.whenFull !== 'block' || !this.#queue.isFull || this.#isClosed) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Never throws, and never waits. */
  write(entry: LedgerEntry, content?: ContentRecord): void {
    if (this.#isClosed) {
      this.#queue.drop(content);
      return;
    }
    if (this.#writeNow(entry, content)) return;
    this.#queue.add(entry, content);
    if (this.#writing !== undefined || this.#failures > 0) return;
    if (this.#queue.hasBatch) this.#start();
    else this.#timer ??= this.#options.clock.setTimeout(() => this.#start(), gathering);
  }

  /** Where the ledger can, and nothing waits for its turn. */
  #writeNow(entry: LedgerEntry, content: ContentRecord | undefined): boolean {
    const { ledger } = this.#options;
    if (ledger.appendNow === undefined || this.#queue.size > 0) return false;
    try {
      ledger.appendNow(entry, content);
      return true;
    } catch {
      // As one that is written down in its own time, and tried again.
      return false;
    }
  }

  /**
   * What waits is written down now.
   *
   * @throws GatewayError `VE_STORE_FAILED` where the store does not take it; it is tried again later
   */
  async flush(): Promise<void> {
    // What was dropped meanwhile is not waited for: nobody would come to take it.
    for (let left = this.#queue.size; left > 0 && this.#queue.size > 0; ) {
      const before = this.#queue.taken;
      // What was begun before counts; else it is begun here.
      const writing = this.#writing ?? this.#append();
      await writing;
      left -= this.#queue.taken - before;
    }
  }

  /** One more try for what waits; what is not written down within `grace` milliseconds (default 5,000) is dropped, and counted. */
  async close(grace = 5000): Promise<void> {
    this.#isClosed = true;
    const { clock } = this.#options;
    let timer: unknown;
    const over = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, grace);
    });
    // Told by `onTrouble`.
    await Promise.race([this.flush().catch(() => {}), over]);
    clock.clearTimeout(timer);
    clock.clearTimeout(this.#timer);
    this.#queue.dropAll();
    this.#release();
  }

  #start(): void {
    if (this.#writing === undefined) this.#append().catch(() => {});
  }

  /** One batch. Rejects where it stays. */
  #append(): Promise<void> {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#appendBatch();
    return this.#writing;
  }

  async #appendBatch(): Promise<void> {
    const { entries, contents } = this.#queue.batch();
    try {
      await this.#options.ledger.append(entries, contents);
    } catch (error) {
      this.#writing = undefined;
      this.#fail(error);
      throw storeFailure(error);
    }
    this.#writing = undefined;
    this.#queue.take(entries.length);
    if (this.#failures > 0) this.#tell('well', undefined);
    this.#failures = 0;
    if (!this.#queue.isFull) this.#release();
    if (this.#queue.hasBatch) this.#start();
    else if (this.#queue.size > 0)
      this.#timer ??= this.#options.clock.setTimeout(() => this.#start(), gathering);
  }

  #fail(error: unknown): void {
    this.#failures++;
    if (this.#failures === 1) this.#tell('failing', error);
    if (this.#isClosed) return;
    const { clock, random } = this.#options;
    const longest = Math.min(longestPause, firstPause * 2 ** Math.min(this.#failures - 1, 10));
    this.#timer = clock.setTimeout(() => this.#start(), longest * (0.5 + random() / 2));
  }

  #tell(state: 'failing' | 'well', reason: unknown): void {
    this.#options.onTrouble?.(state, reason);
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
