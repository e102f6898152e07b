import type { RequestHeaders } from '../protocol/exchange.ts';

/**
 * How long a caller wants to wait for what takes its time: RFC 7240, 4.1 and 4.3. `Prefer: respond-async` is 0 milliseconds,
 * `Prefer: wait=30` 30,000; undefined where it says neither.
 */
export function readWait(prefer: RequestHeaders[string]): number | undefined {
  const words = [prefer ?? ''].flat().flatMap((one) => one.split(','));
  const wishes = words.map((word) => word.trim().toLowerCase());
  if (wishes.includes('respond-async')) return 0;
  for (const wish of wishes) {
    const [, seconds] = /^wait\s*=\s*"?(\d{1,9})"?(?:\s*;|$)/.exec(wish) ?? [];
    if (seconds !== undefined) return Number(seconds) * 1000;
  }
  return undefined;
}
