import type { LedgerEntry, LedgerFilter } from '../protocol/ledger.ts';

export const isAtOrBelow = (path: string, above: string): boolean =>
  path === above || path.startsWith(`${above}/`);

const names = ['tenant', 'principal', 'key', 'model', 'upstream', 'operation', 'error'] as const;

/** Whether a filter means it. */
export function isMeant(entry: LedgerEntry, filter: LedgerFilter): boolean {
  const { from, to, path, status, tag } = filter;
  if (from !== undefined && entry.time < from) return false;
  if (to !== undefined && entry.time >= to) return false;
  for (const name of names) {
    const wanted = filter[name];
    if (wanted !== undefined && wanted !== (entry[name] ?? '')) return false;
  }
  if (path !== undefined && !isAtOrBelow(entry.path ?? '', path)) return false;
  if (status !== undefined && status !== (status < 10 ? Math.floor(entry.status / 100) : entry.status))
    return false;
  return tag === undefined || entry.tags.includes(tag);
}
