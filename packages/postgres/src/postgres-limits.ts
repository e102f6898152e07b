import type { Clock, Counter, CounterChange, LimitStore, Place, Taking } from '@vector-engine/core';
import { Batches } from './batches.ts';
import { Database } from './database.ts';
import { type Entering, enterMany, type Leaving } from './enter-many.ts';
import { type PostgresOptions, readOptions } from './postgres-options.ts';
import { type Take, takeMany } from './take-many.ts';
import { whole } from './whole.ts';

export interface PostgresLimitsOptions extends PostgresOptions {
  /** Time, for tests; the database's own by default, which is the same for all processes. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** Takings after which what is over is thrown out, and how much of it at once. */
const tidyAfter = 1000;
const manyOver = 2000;

/**
 * Counts requests, tokens and calls under way of many processes: `createGateway({ limiter: postgresLimits({ … }) })`. Each
 * taking is one function of the database: a limiter that counts first and gives back what was too much refuses others in
 * the meantime who have room, and asks for each counter by itself.
 *
 * @throws TypeError that says what to give.
 */
export function postgresLimits(options: PostgresLimitsOptions): LimitStore {
  return new PostgresLimits(new Database(readOptions(options)), options.clock);
}

class PostgresLimits implements LimitStore {
  readonly #database: Database;
  readonly #clock: Pick<Clock, 'now'> | undefined;
  readonly #takes: Batches<readonly Take[], Taking>;
  readonly #changes: Batches<CounterChange, null>;
  readonly #entries: Batches<Entering, number>;
  readonly #leavings: Batches<Leaving, null>;
  #taken = 0;

  constructor(database: Database, clock: Pick<Clock, 'now'> | undefined) {
    this.#database = database;
    this.#clock = clock;
    this.#takes = new Batches({ most: 200, send: (asks) => takeMany(database, asks, this.#now()) });
    this.#entries = new Batches({ most: 200, send: (asks) => enterMany(database, asks, this.#now()) });
    this.#changes = new Batches({ most: 500, send: (asks) => this.#adjustMany(asks) });
    this.#leavings = new Batches({ most: 500, send: (asks) => this.#leaveMany(asks) });
  }

  async take(takes: readonly (Counter & { readonly amount: number })[]): Promise<Taking> {
    if (takes.length === 0) return { refusedBy: -1, states: [] };
    const taking = await this.#takes.ask(takes);
    if (++this.#taken % tidyAfter === 0) this.#tidy().catch(() => {});
    return taking;
  }

  async adjust(changes: readonly CounterChange[]): Promise<void> {
    await Promise.all(changes.map((change) => this.#changes.ask(change)));
  }

  async enter(places: readonly Place[], id: string, lease: number): Promise<number> {
    return places.length === 0 ? -1 : this.#entries.ask({ places, id, lease });
  }

  async leave(places: readonly Place[], id: string): Promise<void> {
    await Promise.all(places.map(({ key }) => this.#leavings.ask({ key, id })));
  }

  async close(): Promise<void> {
    const batches = [this.#takes, this.#changes, this.#entries, this.#leavings];
    await Promise.all(batches.map((each) => each.drain()));
    await this.#database.close();
  }

  async #adjustMany(changes: readonly CounterChange[]): Promise<readonly null[]> {
    await this.#database.query(`SELECT "${this.#database.schema}".vector_adjust($1, $2, $3, $4, $5)`, [
      changes.map(({ key }) => key),
      changes.map(({ change }) => whole(change)),
      changes.map(({ endsWithin }) => whole(endsWithin)),
      changes.map(({ window }) => whole(window)),
      this.#now(),
    ]);
    return changes.map(() => null);
  }

  async #leaveMany(leavings: readonly Leaving[]): Promise<readonly null[]> {
    await this.#database.query(`SELECT "${this.#database.schema}".vector_leave($1, $2)`, [
      leavings.map(({ key }) => key),
      leavings.map(({ id }) => id),
    ]);
    return leavings.map(() => null);
  }

  async #tidy(): Promise<void> {
    await this.#database.query(`SELECT "${this.#database.schema}".vector_tidy_limits($1, $2)`, [
      this.#now(),
      manyOver,
    ]);
  }

  #now(): number | null {
    return this.#clock === undefined ? null : whole(this.#clock.now());
  }
}
