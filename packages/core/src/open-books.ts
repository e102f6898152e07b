import { randomUUID } from 'node:crypto';
import { BudgetDesk } from './access/budget-desk.ts';
import { type Budgets, openBudgets } from './access/budgets.ts';
import { LimitDesk } from './access/limit-desk.ts';
import type { Targets } from './create-targets.ts';
import { LedgerWriter } from './ledger/ledger-writer.ts';
import { memoryLedger } from './ledger/memory/memory-ledger.ts';
import { upToDate } from './ledger/up-to-date.ts';
import type { Observer } from './observe/observer.ts';
import { wallTime } from './protocol/clock.ts';
import type { Ledger } from './protocol/ledger.ts';
import type { Settings } from './settings/settings.ts';
import { Spending } from './spending.ts';

/** Calls that a ledger in memory keeps: what a person looks through. */
const keptInMemory = 10_000;
/** Characters of questions and answers that may wait to be written down. */
const mostContent = 33_554_432;
/** Milliseconds between two looks for what has been kept long enough. */
const prunes = 3_600_000;
/** Milliseconds beyond a call's longest time, after which its place and what is held for it are taken for lost. */
const slack = 60_000;

/** What `gateway.stats()` tells of the ledger. */
export interface LedgerStats {
  /** Calls that are not written down yet. */
  readonly queued: number;
  /** Calls that were never written down, for want of room or of a store. */
  readonly dropped: number;
}

/** Who may have how much, and where it is written down. */
export interface Books {
  /** To be read; undefined where nothing is written down. */
  readonly ledger: Ledger | undefined;
  readonly limits: LimitDesk;
  readonly desk: BudgetDesk;
  readonly budgets: Budgets;
  readonly spending: Spending;
  /** Undefined where the ledger keeps up. */
  readonly ready: () => Promise<void> | undefined;
  readonly stats: LedgerStats | undefined;
  /** What is written down is in the ledger then, and what was spent is settled. */
  close(): Promise<void>;
}

export interface BooksWiring {
  readonly observer: Observer;
  readonly targets: Targets;
}

export function openBooks(settings: Settings, { observer, targets }: BooksWiring): Books {
  const { audit, clock, logger, longestTotal } = settings;
  const { events } = observer;
  const own = settings.ledger === undefined ? memoryLedger({ entries: keptInMemory }) : undefined;
  const ledger = settings.ledger === false ? undefined : (settings.ledger ?? own);
  const writer =
    ledger &&
    new LedgerWriter({
      ledger,
      clock,
      random: settings.random,
      capacity: audit.queue,
      contentCapacity: mostContent,
      whenFull: audit.whenFull,
      onTrouble: (state, reason) => {
        if (state === 'failing') logger.error({ error: reason }, 'the ledger cannot be written to');
        else logger.info({}, 'the ledger is written to again');
        events.emit('ledger', () => ({
          state,
          ...(reason === undefined ? {} : { reason: wordReason(reason) }),
        }));
      },
    });
  observer.books = {
    priceOf: (target) => targets.priceOf(target),
    priceSourceOf: (target) => targets.priceSourceOf(target),
    write: writer && ((entry, content) => writer.write(entry, content)),
  };
  // What calls cost is asked with the first of them; this takes tens of milliseconds.
  if (writer !== undefined) void targets.catalog.load();
  const limits = new LimitDesk({
    settings: settings.limits,
    clock,
    lease: longestTotal + slack,
    onTrouble: (state, reason) => {
      if (state === 'failing')
        logger.warn({ reason }, 'limits cannot be shared; this process counts by itself');
      else logger.info({}, 'limits are shared again');
      events.emit('limits', () => ({ state, ...(reason === undefined ? {} : { reason }) }));
    },
  });
  const desk = new BudgetDesk({
    rules: settings.budgets,
    accounts: settings.accounts ?? (ledger ?? memoryLedger({ entries: 1 })).accounts,
    clock,
    holder: randomUUID(),
    logger,
    onSoft: (warning) => events.emit('budget', () => warning),
    onLost: (holds) => {
      logger.warn({ holds: holds.length }, 'holds of calls that nobody has settled count as spent');
      events.emit('holdsLost', () => ({ holds }));
    },
  });
  const pruner = ledger && new Pruner(ledger, settings);
  return {
    ledger: ledger && writer && upToDate(ledger, () => writer.flush()),
    limits,
    desk,
    budgets: openBudgets(desk),
    spending: new Spending({
      desk,
      targets,
      clock,
      logger,
      longest: { call: longestTotal + slack, job: settings.tasks.deadline + settings.tasks.retention },
    }),
    ready: () => writer?.ready(),
    get stats() {
      return writer && { queued: writer.queued, dropped: writer.dropped };
    },
    close: async () => {
      pruner?.close();
      await observer.booked();
      await Promise.all([writer?.close(), desk.close(), limits.close()]);
      await own?.close();
    },
  };
}

function wordReason(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

/** Forgets what was kept long enough. */
class Pruner {
  readonly #ledger: Ledger;
  readonly #settings: Settings;
  #timer: unknown;

  constructor(ledger: Ledger, settings: Settings) {
    this.#ledger = ledger;
    this.#settings = settings;
    const { retention, entries, content } = settings.audit;
    if ((retention ?? entries) !== undefined || content !== 'none') this.#wait();
  }

  close(): void {
    this.#settings.clock.clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = this.#settings.clock.setTimeout(() => void this.#prune(), prunes);
  }

  async #prune(): Promise<void> {
    const { audit, clock, logger } = this.#settings;
    const { retention, entries, contentRetention } = audit;
    const now = wallTime(clock);
    try {
      await this.#ledger.prune({
        ...(retention === undefined ? {} : { before: now - retention }),
        ...(entries === undefined ? {} : { entries }),
        contentBefore: now - contentRetention,
      });
    } catch (error) {
      logger.warn({ error }, 'what was kept long enough could not be forgotten yet');
    }
    this.#wait();
  }
}
