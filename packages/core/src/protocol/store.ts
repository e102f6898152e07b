/** What is kept for one tenant under one name. */
export interface StoreKey {
  /** Whose it is: a tenant's, or `user` and the id of a person without a tenant; empty where callers are not told apart. Nobody else finds it. */
  readonly tenant: string;
  /** `object`: something at an upstream, a file say, of which only the owner is kept. */
  readonly kind: 'item' | 'object' | 'response' | 'turn';
  readonly id: string;
}

/**
 * Where things are kept between requests, by name and for a while. The one in memory is the default; processes that serve
 * the same callers share one that lives elsewhere. What rejects is told to the log.
 */
export interface Store {
  get(key: StoreKey): Promise<string | undefined>;
  /** `milliseconds`: how long it is to be kept at most; it may be forgotten sooner where room is short. */
  set(key: StoreKey, value: string, milliseconds: number): Promise<void>;
  /** Whether there was anything. */
  delete(key: StoreKey): Promise<boolean>;
}
