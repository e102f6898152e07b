/** What an entry of the response cache is kept under, and the labels that it is invalidated by. */
export interface CacheKey {
  /**
   * SHA-256, in base64url, of everything that the answer depends on. The labels are part of it: what comes with the same
   * hash has the same labels.
   */
  readonly hash: string;
  /** Whose it is, as `StoreKey.tenant`; empty where callers are not told apart, or share. */
  readonly tenant: string;
  /** As callers name it. */
  readonly model: string;
  /** Words of the caller's or the operator's, each once. */
  readonly tags: readonly string[];
}

/** Which entries are meant: those of which everything that is given holds; all of them where nothing is. */
export interface CacheSelection {
  readonly tenant?: string | undefined;
  readonly model?: string | undefined;
  readonly tag?: string | undefined;
}

export interface CacheFinding {
  /** Undefined where there is none that is still good. */
  readonly entry: Uint8Array | undefined;
  /**
   * Opaque. It changes with every invalidation that the key falls under: an answer that was asked for before, and comes
   * after, must not be found.
   */
  readonly generation: string;
}

export interface CacheKeeping {
  /** How long it is to be kept at most; it may be forgotten sooner where room is short. */
  readonly milliseconds: number;
  /** As `get` told it before the answer was asked for. */
  readonly generation: string;
}

/**
 * The response cache's second tier, which several processes share; the first is in each one's memory. A tier that is down,
 * slow or throws is a miss: the gateway waits for `get` a short time only, and for `set` not at all.
 */
export interface CacheTier {
  get(key: CacheKey): Promise<CacheFinding>;
  /** What was kept under a generation that is not the present one is not found. The bytes are not changed afterwards. */
  set(key: CacheKey, entry: Uint8Array, keeping: CacheKeeping): Promise<void>;
  /** Whether there was anything. */
  delete(key: CacheKey): Promise<boolean>;
  /** Nothing of the selection that was set, or asked for, before is found afterwards. It need not be removed at once. */
  invalidate(selection: CacheSelection): Promise<void>;
  /**
   * Tells of invalidations by other processes, so that what is in this one's memory is forgotten, too; without it that
   * lasts until its time is over. Returns the function that takes the listener off again.
   */
  onInvalidate?(listener: (selection: CacheSelection) => void): () => void;
}
