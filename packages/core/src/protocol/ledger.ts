import type { AccountStore } from './account.ts';
import type { Confidential } from './confidential.ts';
import type { KeyStore } from './virtual-key.ts';

/** One call, as it is written down when it is over. Nothing of what was asked or answered is in it. JSON can hold it. */
export interface LedgerEntry {
  /** Made by the gateway; as in `x-request-id`, unless the host calls its requests by names of its own. */
  readonly id: string;
  /** What the host calls the request, where it does; callers may have chosen it. */
  readonly requestId: string | undefined;
  /** When the request came, in whole milliseconds since the epoch. */
  readonly time: number;
  readonly tenant: string | undefined;
  /** Where in the tree of who pays. */
  readonly path: string | undefined;
  /** The person or program inside the tenant. */
  readonly principal: string | undefined;
  /** Id of the virtual key. */
  readonly key: string | undefined;
  /** As the caller named it; cut where it is longer than 256 characters. */
  readonly model: string | undefined;
  /** The model that answered, as its upstream calls it. */
  readonly served: string | undefined;
  readonly upstream: string | undefined;
  /** Which of the upstream's keys was shown: `#1` for the first; never the key itself. */
  readonly upstreamKey: string | undefined;
  readonly operation: string | undefined;
  /** HTTP; 499 where the caller left before it was answered. */
  readonly status: number;
  /** Our stable code. */
  readonly error: string | undefined;
  readonly attempts: number;
  /** Tokens; undefined where nobody counted. The cached ones, and those written to the vendor's cache, are part of the input, reasoning is part of the output. */
  readonly inputTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly cacheWriteTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
  /** Other things that were billed: pictures, seconds, characters, searches, tokens of sound; by name. */
  readonly units: Readonly<Record<string, number>> | undefined;
  /** Whole nano-dollars (1e-9 of a dollar); undefined where no price is known. */
  readonly cost: number | undefined;
  /** Where the price is from. */
  readonly priceSource: 'options' | 'catalogue' | undefined;
  /** The usage was not told by the vendor, but estimated. */
  readonly isEstimated: boolean;
  /** What the response cache saved, in nano-dollars, about. */
  readonly saved: number | undefined;
  /** Whole milliseconds, from the first line to the last byte; and until the head was written. */
  readonly milliseconds: number;
  readonly firstByteMilliseconds: number | undefined;
  readonly cache: string | undefined;
  readonly stream: boolean;
  /** `x-vector-tags`. */
  readonly tags: readonly string[];
  /** Parameters that the target has no words for, and what was changed. */
  readonly dropped: readonly string[];
  readonly adjusted: readonly string[];
  /** What was redacted, by kind: how many, never what. */
  readonly redacted: Readonly<Record<string, number>> | undefined;
  /** Notes of the operator's own guards. */
  readonly notes: Readonly<Record<string, string>> | undefined;
  readonly traceless: boolean;
  /** Every attempt, in the order in which they began; undefined where there was one, which waited for nothing and went well. */
  readonly steps: readonly CallStep[] | undefined;
}

/** One attempt of a call. Times are whole milliseconds from the first line of the request. */
export interface CallStep {
  readonly upstream: string;
  /** As the upstream calls it. */
  readonly model: string;
  /** Which of the upstream's keys was shown: `#1` for the first; never the key itself. */
  readonly key?: string;
  /** When it was its turn; what it waited for a place, in milliseconds, is behind that. */
  readonly start: number;
  readonly waited: number;
  /** When the upstream had begun to answer. */
  readonly firstByte?: number;
  readonly end: number;
  /** As breakers count it; `overtaken` where another was faster. */
  readonly outcome: 'success' | 'failure' | 'neutral' | 'overtaken';
  /** Our stable code. */
  readonly error?: string;
  /** HTTP, as the upstream gave it. */
  readonly status?: number;
}

/** Which entries are meant; what is left out does not matter. */
export interface LedgerFilter {
  /** From this time on, and before that one: milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly tenant?: string | undefined;
  /** At this path and below it. */
  readonly path?: string | undefined;
  readonly principal?: string | undefined;
  readonly key?: string | undefined;
  readonly model?: string | undefined;
  readonly upstream?: string | undefined;
  readonly operation?: string | undefined;
  /** One status, or a class of them by its first digit: 429, or 4. */
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly tag?: string | undefined;
}

export interface LedgerQuery extends LedgerFilter {
  /** Default 100, at most 1,000. */
  readonly limit?: number | undefined;
  /** What the page before said. */
  readonly cursor?: string | undefined;
}

/** Newest first. */
export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  /** For the next page; undefined on the last one. */
  readonly cursor: string | undefined;
}

export type LedgerGroup =
  | 'model'
  | 'served'
  | 'upstream'
  | 'tenant'
  | 'path'
  | 'principal'
  | 'key'
  | 'operation'
  | 'status'
  | 'error'
  | 'minute'
  | 'hour'
  | 'day';

/** The sum of all entries that have the same of something. */
export interface LedgerTotal {
  /** By the names of what was asked to group by; an empty text where entries have none, a day as `2026-11-21`, an hour as `2026-11-21T09`, a minute as `2026-11-21T09:05` (UTC). */
  readonly group: Readonly<Partial<Record<LedgerGroup, string>>>;
  readonly calls: number;
  /** With an error. */
  readonly failed: number;
  readonly cacheHits: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Nano-dollars. */
  readonly cost: number;
  readonly saved: number;
  readonly milliseconds: number;
  /** Milliseconds until the head was written, of half of the calls and of 95 % of them at most: within about 10 %. Of those with a status below 400; undefined where there are none. */
  readonly firstByteP50: number | undefined;
  readonly firstByteP95: number | undefined;
}

/** What is kept of a call's content, where the operator wants that. */
export interface ContentRecord {
  /** The request's id. */
  readonly id: string;
  readonly time: number;
  readonly tenant: string | undefined;
  /** Texts, as JSON. */
  readonly question: Confidential;
  readonly answer: Confidential;
}

/** What is to be forgotten. */
export interface Retention {
  /** Entries before this time: milliseconds since the epoch. */
  readonly before?: number | undefined;
  /** The newest so many are kept. */
  readonly entries?: number | undefined;
  /** Contents before this time. */
  readonly contentBefore?: number | undefined;
}

/**
 * The operator's books: every call, what may be spent and was, who has a key, and contents where they are kept. What
 * `append` has resolved for is kept, whatever becomes of the process.
 */
export interface Ledger {
  /** Whether other processes may write to it. */
  readonly isShared: boolean;
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  /** An entry whose id is there already takes its place: a call is written down when it is over, and once. All of them, or none. */
  append(entries: readonly LedgerEntry[], contents?: readonly ContentRecord[]): Promise<void>;
  /** The same of one, of a ledger that can do it at once; it throws what `append` rejects with. */
  appendNow?(entry: LedgerEntry, content?: ContentRecord): void;
  query(query: LedgerQuery): Promise<LedgerPage>;
  /** The entry of a request; undefined where there is none. */
  find(id: string): Promise<LedgerEntry | undefined>;
  totals(filter: LedgerFilter, groups: readonly LedgerGroup[]): Promise<readonly LedgerTotal[]>;
  /** What was kept of a call; undefined where nothing was. */
  content(id: string): Promise<ContentRecord | undefined>;
  /** Gives how many entries are gone. */
  prune(retention: Retention): Promise<number>;
  close(): Promise<void>;
}
