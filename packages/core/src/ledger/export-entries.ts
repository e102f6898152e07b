import type { Ledger, LedgerEntry, LedgerFilter } from '../protocol/ledger.ts';

/** The most that a ledger gives at once. */
const pageSize = 1000;

/** Pieces of text for a file, a page each: the whole is never in memory. The newest first. */
export async function* exportCsv(
  ledger: Pick<Ledger, 'query'>,
  filter: LedgerFilter,
): AsyncGenerator<string, void> {
  yield `${columns.join(',')}\r\n`;
  for await (const entries of pagesOf(ledger, filter)) yield entries.map(writeRow).join('');
}

/** Likewise, each entry a line of JSON. */
export async function* exportJsonLines(
  ledger: Pick<Ledger, 'query'>,
  filter: LedgerFilter,
): AsyncGenerator<string, void> {
  for await (const entries of pagesOf(ledger, filter))
    yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

async function* pagesOf(
  ledger: Pick<Ledger, 'query'>,
  filter: LedgerFilter,
): AsyncGenerator<readonly LedgerEntry[], void> {
  let cursor: string | undefined;
  do {
    const page = await ledger.query({ ...filter, limit: pageSize, cursor });
    if (page.entries.length > 0) yield page.entries;
    ({ cursor } = page);
  } while (cursor !== undefined);
}

/** In this order; a new one comes at the end, for those who count on it. */
const columns = [
  'id',
  'time',
  'tenant',
  'path',
  'principal',
  'key',
  'model',
  'served',
  'upstream',
  'requestId',
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
  'steps',
] as const satisfies readonly (keyof LedgerEntry)[];

/** A row as of RFC 4180. */
function writeRow(entry: LedgerEntry): string {
  return `${columns.map((name) => writeCell(name, entry)).join(',')}\r\n`;
}

function writeCell(name: (typeof columns)[number], entry: LedgerEntry): string {
  const value = entry[name];
  if (name === 'time') return new Date(entry.time).toISOString();
  if (value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return quote(guard(typeof value === 'string' ? value : writeList(value)));
}

const writeList = (value: object): string =>
  Array.isArray(value) && value.length === 0 ? '' : JSON.stringify(value);

/** A text that spreadsheets would take for a formula is shown as a text: https://owasp.org/www-community/attacks/CSV_Injection */
const guard = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
