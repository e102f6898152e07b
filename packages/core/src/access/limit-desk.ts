import { randomUUID } from 'node:crypto';
import type { Clock } from '../protocol/clock.ts';
import type { Principal } from '../protocol/principal.ts';
import type { Admission } from './admission.ts';
import { GuardedLimits, type LimitTrouble } from './guarded-limits.ts';
import type { LimitSettings } from './limit-settings.ts';
import { LocalAdmission } from './local-admission.ts';
import { type MemoryLimits, memoryLimits } from './memory-limits.ts';
import { RuleBook } from './rule-book.ts';
import { SharedAdmission } from './shared-admission.ts';

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
  readonly #limits: MemoryLimits | GuardedLimits;
  readonly #open: (principal: Principal) => Admission;
  readonly #limitsSomebody: boolean;

  constructor({ settings, clock, lease, onTrouble }: LimitDeskParts) {
    const { gateway, tenant, principal, key, models, paths, store } = settings;
    const rules = new RuleBook(settings);
    const parts = { rules, clock, lease };
    if (store === undefined) {
      const local = { ...parts, limits: memoryLimits({ clock }) };
      this.#limits = local.limits;
      this.#open = (who) => new LocalAdmission(who, local);
    } else {
      const shared = { ...parts, limits: new GuardedLimits({ store, clock, onTrouble }) };
      const self = randomUUID();
      let opened = 0;
      this.#limits = shared.limits;
      this.#open = (who) => new SharedAdmission(who, `${self} ${opened++}`, shared);
    }
    this.#limitsSomebody =
      (gateway ?? tenant ?? principal ?? key) !== undefined || models.size > 0 || paths.size > 0;
  }

  /** Where a call is counted, from its beginning to its end; undefined where nothing limits its caller. */
  open(principal: Principal | undefined): Admission | undefined {
    if (!this.#limitsSomebody && principal?.limits === undefined) return undefined;
    return this.#open(principal ?? nobody);
  }

  /** The store is closed with it. */
  close(): Promise<void> {
    return this.#limits.close();
  }
}
