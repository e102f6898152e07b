/** What is left on an account. */
export interface Balance {
  /** In the account's own currency; 0 or less: nothing. */
  readonly left: number;
  /** ISO 4217, where it is known. */
  readonly currency?: string | undefined;
}

/** What vendors and aggregators answer when they are asked what is left; `billing` is what OpenAI once had, and most aggregators have. */
export type BalanceShape = 'billing' | 'deepseek' | 'moonshot' | 'openrouter' | 'siliconflow';

/** How the balance of an account is read; for each key of the upstream. */
export interface BalanceOptions {
  /** Milliseconds from one reading to the next; 1,000 or more. Default 600,000. */
  readonly every?: number;
  /** Less than this is low, in the account's own currency. Default 5. */
  readonly low?: number;
  /** What is asked for, and how the answer is read. Default: the vendor's own, where it is known. */
  readonly shape?: BalanceShape;
  /** With `read`, in place of `shape`: what is asked for with GET, below the base URL. */
  readonly path?: string;
  /** What the answer at `path`, as parsed from JSON, says is left; undefined or an error where it says nothing. */
  readonly read?: (answer: unknown) => Balance | undefined;
}

/** A balance that can be read, with every default in place. */
export interface BalanceSource {
  readonly every: number;
  readonly low: number;
  /** Below the origin; `now`: milliseconds since the epoch. */
  readonly paths: (now: number) => readonly string[];
  /** The answers to them, as parsed from JSON; undefined for one that was refused. Undefined, or an error: they do not say. */
  readonly read: (answers: readonly unknown[]) => Balance | undefined;
}
