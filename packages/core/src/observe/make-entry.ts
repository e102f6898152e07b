import type { GatewayError } from '../errors.ts';
import type { RequestFacts, TargetName } from '../protocol/call.ts';
import type { CacheOutcome } from '../protocol/events.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import { type Principal, pathOf } from '../protocol/principal.ts';
import type { Usage } from '../protocol/usage.ts';

/** What is known of a request when it is over. */
export interface RequestStory {
  readonly id: string;
  /** The host's; undefined where it has none. */
  readonly requestId: string | undefined;
  /** False for what asked no model, and for the refusal of somebody who is not known. */
  readonly isCall: boolean;
  /** Undefined when it was refused before it was understood. */
  readonly request: RequestFacts | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly principal: Principal | undefined;
  /** What was asked for, as far as it was read. */
  readonly facts: Pick<RequestFacts, 'operation' | 'model' | 'stream'> | undefined;
  readonly target: TargetName | undefined;
  /** The place of the upstream's key in its list. */
  readonly key: number | undefined;
  readonly status: number;
  readonly error: GatewayError | undefined;
  readonly attempts: number;
  /** Those of them that went on with a stream that had broken off. */
  readonly continuations: number;
  readonly usage: Usage | undefined;
  readonly cost: number | undefined;
  readonly priceSource: LedgerEntry['priceSource'];
  readonly saved: number | undefined;
  readonly milliseconds: number;
  readonly firstByteMilliseconds: number | undefined;
  readonly cache: CacheOutcome | undefined;
  readonly tags: readonly string[];
  readonly dropped: string | undefined;
  readonly adjusted: string | undefined;
  readonly redacted: Readonly<Record<string, number>> | undefined;
  readonly notes: Readonly<Record<string, string>> | undefined;
  readonly traceless: boolean;
  /** See `LedgerEntry`. */
  readonly steps: LedgerEntry['steps'];
}

/** Characters of a name that a caller has chosen. */
const longestName = 256;

/** How a request is written down. */
export function makeEntry(story: RequestStory): LedgerEntry {
  const { principal, facts, target, usage, key, traceless } = story;
  return {
    id: story.id,
    requestId: story.requestId,
    time: Math.round(story.time),
    tenant: principal?.tenant,
    path: pathOf(principal) || undefined,
    principal: principal?.id,
    key: principal?.key,
    model: facts?.model.slice(0, longestName),
    served: target?.model.slice(0, longestName),
    upstream: target?.upstream,
    upstreamKey: key === undefined ? undefined : nameKey(key),
    operation: facts?.operation,
    status: story.status,
    error: story.error?.code,
    attempts: story.attempts,
    inputTokens: usage?.inputTokens,
    cachedTokens: usage?.cachedInputTokens,
    cacheWriteTokens: usage?.cacheWriteTokens,
    outputTokens: usage?.outputTokens,
    reasoningTokens: usage?.reasoningTokens,
    units: unitsOf(usage),
    cost: story.cost,
    priceSource: story.priceSource,
    isEstimated: usage?.isEstimated === true,
    saved: story.saved,
    milliseconds: Math.round(story.milliseconds),
    firstByteMilliseconds:
      story.firstByteMilliseconds === undefined ? undefined : Math.round(story.firstByteMilliseconds),
    cache: story.cache,
    stream: facts?.stream === true,
    tags: traceless ? none : story.tags,
    dropped: readList(story.dropped),
    adjusted: readList(story.adjusted),
    redacted: story.redacted,
    notes: traceless ? undefined : story.notes,
    traceless,
    steps: story.steps,
  };
}

/** One text for all calls, which are many. */
const keyNames = Array.from({ length: 16 }, (_, place) => `#${place + 1}`);

/** An upstream's key, by its place in the list: never the key itself. */
export function nameKey(place: number): string {
  return keyNames[place] ?? `#${place + 1}`;
}

/** Of a chat model there are none. */
function unitsOf(usage: Usage | undefined): LedgerEntry['units'] {
  const { media } = usage ?? {};
  if (media === undefined) return undefined;
  const units: Record<string, number> = {};
  for (const [name, value] of Object.entries(media)) if (typeof value === 'number') units[name] = value;
  return units;
}

/** A header that lists things. */
function readList(header: string | undefined): readonly string[] {
  return header === undefined ? none : header.split(', ');
}

const none: readonly string[] = [];
