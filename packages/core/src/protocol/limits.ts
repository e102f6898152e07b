/** How much of something at once, and over time. What is left out is not limited. */
export interface Limits {
  /** Requests in a minute, and in a day. */
  readonly rpm?: number | undefined;
  readonly rpd?: number | undefined;
  /** Tokens in a minute, and in a day, those of questions and answers together. */
  readonly tpm?: number | undefined;
  readonly tpd?: number | undefined;
  /** Calls under way at once. */
  readonly concurrency?: number | undefined;
}

/** One thing that is counted over a window of time. */
export interface Counter {
  /** Of what, of whom and over which time; no two counters have the same. */
  readonly key: string;
  /** The most in one window. */
  readonly limit: number;
  /** Milliseconds; it begins with the first that is taken after the one before has ended. */
  readonly window: number;
}

export interface CounterState {
  /** Never below 0. */
  readonly remaining: number;
  /** Milliseconds until the window ends. */
  readonly resetsAfter: number;
}

export interface CounterChange extends Counter {
  readonly change: number;
  /** Milliseconds within which the window ends that is meant: one that lasts longer is another, and is left alone. */
  readonly endsWithin: number;
}

/** What became of a taking: all of the counters have it, or none. */
export interface Taking {
  /** Place of the counter that has no room, the one that resets last of them; -1 where all have taken it. */
  readonly refusedBy: number;
  /** In the order of the counters. */
  readonly states: readonly CounterState[];
}

/** A right to be under way, of which there are only so many. */
export interface Place {
  readonly key: string;
  readonly limit: number;
}

/**
 * Where what is limited is counted. One that processes share is atomic among them. What rejects makes the gateway count in its
 * own process, and tell so.
 */
export interface LimitStore {
  /** Takes its amount from each counter, or nothing from any. An amount above the limit of a counter is taken as that limit. */
  take(takes: readonly (Counter & { readonly amount: number })[]): Promise<Taking>;
  /** Afterwards: more was used than was taken (above 0), or less. A window that has ended meanwhile is left alone, and the one after it. */
  adjust(changes: readonly CounterChange[]): Promise<void>;
  /**
   * Takes a place of each kind, or none; gives the index of one that is full, or -1. `lease`: milliseconds after which a place
   * is free again by itself, should the process die. Who has the place already keeps it, with a lease that begins anew.
   */
  enter(places: readonly Place[], id: string, lease: number): Promise<number>;
  leave(places: readonly Place[], id: string): Promise<void>;
  close(): Promise<void>;
}
