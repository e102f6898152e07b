import type { RequestHeaders } from '../protocol/exchange.ts';

/** What a caller says of caches, in `Cache-Control` (RFC 9111, 5.2.1); what is not here is for others. */
export interface CacheControl {
  /** Neither answer from the cache nor keep the answer. */
  readonly noStore: boolean;
  /** Milliseconds that an answer may have been kept; 0 for `no-cache`: it is asked for anew. */
  readonly maxAge: number;
  /** Rather nothing than asking an upstream. */
  readonly onlyIfCached: boolean;
}

const unrestricted: CacheControl = { noStore: false, maxAge: Number.POSITIVE_INFINITY, onlyIfCached: false };

export function readCacheControl(headers: RequestHeaders): CacheControl {
  const given = headers['cache-control'];
  if (given === undefined) return unrestricted;
  let noStore = false;
  let onlyIfCached = false;
  let maxAge = Number.POSITIVE_INFINITY;
  for (const directive of String(given).toLowerCase().split(',')) {
    const [name = '', value = ''] = directive.split('=').map((word) => word.trim());
    if (name === 'no-store') noStore = true;
    else if (name === 'only-if-cached') onlyIfCached = true;
    else if (name === 'no-cache') maxAge = 0;
    else if (name === 'max-age') maxAge = Math.min(maxAge, readSeconds(value));
  }
  return { noStore, maxAge, onlyIfCached };
}

/** What cannot be read means that nothing is fresh enough. */
function readSeconds(value: string): number {
  const digits = /^"?(\d+)"?$/.exec(value)?.[1];
  return digits === undefined ? 0 : Number(digits) * 1000;
}
