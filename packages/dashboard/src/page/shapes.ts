/** What the gateway tells over the wire, as far as this page reads it. What it does not know is left out there. */

export interface Sums {
  readonly calls: number;
  readonly failed: number;
  readonly cacheHits: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Nano-dollars, as `saved`. */
  readonly cost: number;
  readonly saved: number;
  readonly dollars: number;
  readonly milliseconds: number;
  /** Milliseconds; null where nothing was measured. */
  readonly firstByteP50: number | null;
  readonly firstByteP95: number | null;
}

/** `time`: the start of the bucket. */
export interface Point extends Sums {
  readonly time: number;
}

export interface Group extends Sums {
  readonly name: string;
}

export interface OverviewAnswer {
  readonly from: number;
  readonly to: number;
  readonly bucket: 'minute' | 'hour' | 'day';
  readonly total: Sums;
  readonly before: Sums;
  readonly series: readonly Point[];
  readonly by: string;
  readonly groups: readonly Group[];
  readonly groupSeries: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

/** Times in milliseconds from the start of the request. */
export interface CallStep {
  readonly upstream: string;
  readonly model: string;
  readonly key?: string;
  readonly start: number;
  /** Milliseconds of it that it stood in the queue. */
  readonly waited: number;
  readonly firstByte?: number;
  readonly end: number;
  readonly outcome: 'success' | 'failure' | 'neutral' | 'overtaken';
  readonly error?: string;
  readonly status?: number;
}

export interface CallEntry {
  readonly id: string;
  readonly requestId?: string;
  readonly time: number;
  readonly tenant?: string;
  readonly path?: string;
  readonly principal?: string;
  readonly key?: string;
  readonly model?: string;
  readonly served?: string;
  readonly upstream?: string;
  readonly upstreamKey?: string;
  readonly operation?: string;
  readonly status: number;
  readonly error?: string;
  readonly attempts: number;
  readonly inputTokens?: number;
  readonly cachedTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  readonly units?: Readonly<Record<string, number>>;
  readonly cost?: number;
  readonly priceSource?: 'options' | 'catalogue';
  readonly isEstimated: boolean;
  readonly saved?: number;
  readonly milliseconds: number;
  readonly firstByteMilliseconds?: number;
  readonly cache?: string;
  readonly stream: boolean;
  readonly tags: readonly string[];
  readonly dropped: readonly string[];
  readonly adjusted: readonly string[];
  readonly redacted?: Readonly<Record<string, number>>;
  readonly notes?: Readonly<Record<string, string>>;
  readonly traceless: boolean;
  readonly steps?: readonly CallStep[];
}

export interface CallsAnswer {
  readonly data: readonly CallEntry[];
  readonly cursor: string | null;
}

export interface CallAnswer extends CallEntry {
  readonly content: { readonly question: string; readonly answer: string } | null;
}

/** What ended since the tick before. */
export interface LiveTick {
  readonly time: number;
  readonly calls: number;
  readonly failed: number;
  readonly cost: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheHits: number;
  /** Under way now. */
  readonly active: number;
  /** The newest last. */
  readonly entries: readonly CallEntry[];
}
