import { type Clock, wallTime } from '../protocol/clock.ts';
import type { TaskLease, TaskStore } from '../protocol/task-store.ts';

/** Milliseconds that a lease lasts, and after which it is renewed: a process that has died is stood in for after the first. */
const lasting = 30_000;
const renewing = 10_000;

export interface LeaseKeeperParts {
  readonly tasks: TaskStore;
  readonly clock: Clock;
  /** This process, by a name that no other has. */
  readonly holder: string;
  readonly onFailure: (error: unknown) => void;
}

/** The leases that this process has: renewed together, for as long as it works on them. */
export class LeaseKeeper {
  readonly #parts: LeaseKeeperParts;
  readonly #held = new Map<string, AbortController>();
  #timer: unknown;

  constructor(parts: LeaseKeeperParts) {
    this.#parts = parts;
  }

  /** How many there are. */
  get size(): number {
    return this.#held.size;
  }

  /** One that begins now. */
  next(): TaskLease {
    const { clock, holder } = this.#parts;
    return { holder, until: Math.floor(wallTime(clock)) + lasting };
  }

  /** Renews it from now on. The signal is aborted when another has it, or this process gives up. */
  keep(id: string): AbortSignal {
    const controller = new AbortController();
    this.#held.set(id, controller);
    this.#timer ??= this.#parts.clock.setTimeout(() => void this.#renew(), renewing);
    return controller.signal;
  }

  /** Lets it run out. */
  drop(id: string): void {
    this.#held.delete(id);
    if (this.#held.size === 0) this.#rest();
  }

  async release(id: string): Promise<void> {
    this.drop(id);
    try {
      await this.#parts.tasks.release(this.#parts.holder, [id]);
    } catch (error) {
      // Then it runs out.
      this.#parts.onFailure(error);
    }
  }

  /** Renews nothing any more; what is worked on is told to stop. */
  close(): void {
    for (const controller of this.#held.values()) controller.abort();
    this.#held.clear();
    this.#rest();
  }

  #rest(): void {
    this.#parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #renew(): Promise<void> {
    const held = new Map(this.#held);
    try {
      const kept = new Set(await this.#parts.tasks.renew(this.next(), [...held.keys()]));
      for (const [id, controller] of held)
        if (!kept.has(id) && this.#held.get(id) === controller) this.#lose(id);
    } catch (error) {
      this.#parts.onFailure(error);
    }
    this.#timer = undefined;
    if (this.#held.size > 0) this.#timer = this.#parts.clock.setTimeout(() => void this.#renew(), renewing);
  }

  #lose(id: string): void {
    this.#held.get(id)?.abort();
    this.#held.delete(id);
  }
}
