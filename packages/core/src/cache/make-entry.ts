import type { TargetName } from '../protocol/call.ts';
import type { Usage } from '../protocol/usage.ts';
import { findNextEventEnd } from '../stream/find-event-end.ts';
import { type CacheEntry, keepHeaders } from './entry.ts';
import type { Recording } from './flight.ts';

export interface EntryFacts {
  readonly target: TargetName;
  readonly usage: Usage | undefined;
  readonly storedAt: number;
  readonly cost: number;
}

/** What was recorded, in one piece of memory, with the places where its events end. */
export function makeEntry(recording: Recording, facts: EntryFacts): CacheEntry {
  const { status, headers, isStream, pages, offsets } = recording;
  const bytes = join(pages);
  const isEvents = isStream && /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
  const cuts = isStream ? cutPages(pages, offsets, isEvents) : { ends: [], offsets: [] };
  return { status, headers: keepHeaders(headers), isStream, bytes, ...cuts, ...facts };
}

/** Not `Buffer.concat`: small ones it makes in a piece of memory that others share, and would keep. */
function join(pages: readonly Uint8Array[]): Buffer {
  const joined = Buffer.allocUnsafeSlow(pages.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const page of pages) {
    joined.set(page, at);
    at += page.byteLength;
  }
  return joined;
}

/** What came together was several events, perhaps. */
function cutPages(
  pages: readonly Uint8Array[],
  offsets: readonly number[],
  isEvents: boolean,
): Pick<CacheEntry, 'ends' | 'offsets'> {
  const ends: number[] = [];
  const at: number[] = [];
  let start = 0;
  for (const [index, page] of pages.entries()) {
    for (let end = 0; end < page.byteLength; ) {
      // The last may lack the empty line behind it.
      end = (isEvents && findNextEventEnd(page, end)) || page.byteLength;
      ends.push(start + end);
      at.push(offsets[index] ?? 0);
    }
    start += page.byteLength;
  }
  return { ends, offsets: at };
}
