/* Keys and budgets as the admin API tells of them. */

export interface Limits {
  readonly rpm?: number;
  readonly rpd?: number;
  readonly tpm?: number;
  readonly tpd?: number;
  readonly concurrency?: number;
}

export interface BudgetOptions {
  /** Dollars. */
  readonly limit?: number;
  readonly window?: 'day' | 'week' | 'month' | 'total' | 'credit';
  readonly timeZone?: string;
  readonly startDay?: number;
  /** 0 to 1. */
  readonly soft?: number;
}

/** What is said of a key by whoever hands it out. */
export interface KeySpec {
  readonly name: string;
  readonly tenant?: string;
  readonly path?: string;
  readonly roles?: readonly string[];
  readonly models?: readonly string[];
  readonly operations?: readonly string[];
  readonly addresses?: readonly string[];
  readonly limits?: Limits;
  readonly budgets?: readonly BudgetOptions[];
  readonly regions?: readonly string[];
  readonly tags?: readonly string[];
  readonly traceless?: boolean;
  /** Milliseconds since the epoch, as all times of a key. */
  readonly expiresAt?: number;
}

/** What is to be another; `null` takes away what was said. */
export type KeyChanges = { readonly [Member in keyof KeySpec]?: KeySpec[Member] | null };

export interface KeyInfo extends KeySpec {
  readonly id: string;
  /** Its end: `…a1b2`. */
  readonly hint: string;
  /** Until when the key that it took the place of is good. */
  readonly previousUntil?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly disabledAt?: number;
  readonly version: number;
}

export interface KeysAnswer {
  readonly data: readonly KeyInfo[];
  readonly hasMore: boolean;
  /** The gateway has no keys. */
  readonly areOff?: true;
}

/** The one time that a key is shown. */
export interface ShownKey {
  readonly key: string;
  readonly record: KeyInfo;
}

/** How a budget stands; dollars. */
export interface BudgetState {
  readonly path?: string;
  /** Id of the key whose it is. */
  readonly key?: string;
  readonly window: 'day' | 'week' | 'month' | 'total' | 'credit';
  readonly limit: number;
  readonly spent: number;
  readonly held: number;
  readonly left: number;
  /** ISO. */
  readonly resetsAt?: string;
}

/** How much of what may be spent is spent. */
interface Spent {
  readonly budgets: readonly BudgetState[];
  /** The largest of `spent / limit`; null where there is no budget. */
  readonly share: number | null;
  readonly isNear: boolean;
}

/** A place in the tree of who pays. */
export interface BudgetNode extends Spent {
  readonly path: string;
  readonly name: string;
  /** Places or keys are below it. */
  readonly hasMore: boolean;
  /** Dollars. */
  readonly spentThisMonth: number;
}

/** A key at a place in the tree. */
export interface KeyNode extends Spent {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly spentThisMonth: number;
  readonly isDisabled: boolean;
  readonly expiresAt: number | null;
}

export interface BudgetLevelAnswer {
  readonly data: readonly BudgetNode[];
  readonly keys: readonly KeyNode[];
  /** False where there are more than are told. */
  readonly isWhole: boolean;
}

/** Whoever has little left. */
export interface NearBudget extends Spent {
  readonly of: 'path' | 'key';
  /** The path, or the key's id. */
  readonly id: string;
  readonly name: string;
}

export interface NearAnswer {
  readonly data: readonly NearBudget[];
  readonly isWhole: boolean;
}
