/* What the playground reads of the admin API. */

export interface ModelInfo {
  readonly id: string;
  /** What it is for: `chat`, `video`. */
  readonly kind: string;
  /** Tokens that it can read at once. */
  readonly window?: number;
  readonly capabilities?: readonly string[];
}

interface TargetName {
  readonly upstream: string;
  readonly model: string;
}

export type LeftOutReason =
  | 'unsupported'
  | 'residency'
  | 'window'
  | 'probe-failed'
  | 'breaker-open'
  | 'keys-resting'
  | 'out-of-turn';

export type FallbackKind = 'contextLength' | 'contentFilter' | 'outage';

/** Where a call would go, and why. */
export interface Explanation {
  readonly model: string;
  readonly servedBy: string;
  readonly inputTokens: number;
  readonly candidates: readonly (TargetName & {
    /** Nano-dollars. */
    readonly expectedCost?: number;
    readonly waits: boolean;
  })[];
  readonly leftOut: readonly (TargetName & { readonly reason: LeftOutReason })[];
  readonly isForced: boolean;
  readonly fallbacks?: Readonly<Partial<Record<FallbackKind, readonly string[]>>>;
}

/** Of a model that can chat, in the order of their names. */
export function chatModels(models: readonly ModelInfo[]): readonly string[] {
  return models
    .filter(({ kind }) => kind === 'chat')
    .map(({ id }) => id)
    .toSorted((one, other) => one.localeCompare(other));
}
