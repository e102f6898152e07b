import type { Clock } from '../protocol/clock.ts';
import type { Principal } from '../protocol/principal.ts';
import { Admission } from './admission.ts';
import { GuardedLimits, type LimitTrouble } from './guarded-limits.ts';
import type { LimitSettings } from './limit-settings.ts';
import { RuleBook } from './rule-book.ts';

export interface LimitDeskParts {
  readonly settings: LimitSettings;
  readonly clock: Clock;
  /** Milliseconds that a call takes at most: after that its place is free, should its process have died. */
  readonly lease: number;
  /** Told when the store fails, and this process counts for itself, and when the store is well again. */
  readonly onTrouble: LimitTrouble;
}

const nobody: Principal = {};

/** Holds callers to how much they may ask for at once, and over time. */
export class LimitDesk {
  readonly #parts: LimitDeskParts;
  readonly #limits: GuardedLimits;
  readonly #rules: RuleBook;
  readonly #limitsSomebody: boolean;
  #opened = 0;

  constructor(parts: LimitDeskParts) {
    const { settings, clock, onTrouble } = parts;
    const { gateway, tenant, principal, key, models, paths, store } = settings;
    this.#parts = parts;
    this.#limits = new GuardedLimits({ store, clock, onTrouble });
    this.#rules = new RuleBook(settings);
    this.#limitsSomebody =
      (gateway ?? tenant ?? principal ?? key) !== undefined || models.size > 0 || paths.size > 0;
  }

  /** Where a call is counted, from its beginning to its end; undefined where nothing limits its caller. */
  open(principal: Principal | undefined): Admission | undefined {
    if (!this.#limitsSomebody && principal?.limits === undefined) return undefined;
    const { clock, lease } = this.#parts;
    const parts = { number: this.#opened++, clock, lease, rules: this.#rules, limits: this.#limits };
    return new Admission(principal ?? nobody, parts);
  }

  /** The store is closed with it. */
  close(): Promise<void> {
    return this.#limits.close();
  }
}
