import type { LedgerEntry } from '../protocol/ledger.ts';
import { pathOf } from '../protocol/principal.ts';
import type { Usage } from '../protocol/usage.ts';
import type { RequestStory } from './request-story.ts';

/** Characters of a name that a caller has chosen. */
const longestName = 256;

/** How a request is written down. `time`: when it began, in milliseconds since the epoch. */
export function makeEntry(story: RequestStory, time: number): LedgerEntry {
  const { principal, facts, target, usage, key, traceless } = story;
  return {
    id: story.id,
    requestId: story.requestId,
    time: Math.round(time),
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
