import type { Answer } from '../protocol/answer.ts';
import type { Ledger, LedgerEntry, LedgerQuery } from '../protocol/ledger.ts';
import { PullStream } from './pull-stream.ts';

/** Entries that are read at once. */
const pageSize = 1000;

/** All entries that are meant, newest first, as far as `limit` says: read page by page, as fast as the caller takes them. */
export function exportCalls(ledger: Ledger, query: LedgerQuery, format: 'csv' | 'jsonl'): Answer {
  const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl';
  const headers = { 'content-type': type, 'content-disposition': `attachment; filename="calls.${format}"` };
  return { kind: 'verbatim', status: 200, headers, body: new PullStream(pagesOf(ledger, query, format)) };
}

async function* pagesOf(
  ledger: Ledger,
  { limit = Number.POSITIVE_INFINITY, ...query }: LedgerQuery,
  format: 'csv' | 'jsonl',
): AsyncGenerator<Uint8Array> {
  if (format === 'csv') yield Buffer.from(`${columns.join(',')}\r\n`);
  let { cursor } = query;
  for (let left = limit; left > 0; ) {
    const page = await ledger.query({ ...query, cursor, limit: Math.min(left, pageSize) });
    const lines = page.entries.map(format === 'csv' ? rowOf : (entry) => `${JSON.stringify(entry)}\n`);
    if (lines.length > 0) yield Buffer.from(lines.join(''));
    left -= page.entries.length;
    cursor = page.cursor;
    if (cursor === undefined || lines.length === 0) return;
  }
}

const columns: readonly (keyof LedgerEntry)[] = [
  'id',
  'time',
  'tenant',
  'path',
  'principal',
  'key',
  'model',
  'served',
  'upstream',
  'upstreamKey',
  'operation',
  'status',
  'error',
  'attempts',
  'inputTokens',
  'cachedTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'units',
  'cost',
  'priceSource',
  'isEstimated',
  'saved',
  'milliseconds',
  'firstByteMilliseconds',
  'cache',
  'stream',
  'tags',
  'dropped',
  'adjusted',
  'redacted',
  'notes',
  'traceless',
];

/** RFC 4180. */
function rowOf(entry: LedgerEntry): string {
  return `${columns.map((name) => cell(entry[name])).join(',')}\r\n`;
}

function cell(value: LedgerEntry[keyof LedgerEntry]): string {
  if (value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // What callers have named must not be a formula where the table is opened.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
