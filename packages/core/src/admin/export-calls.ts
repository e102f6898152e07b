import { exportCsv, exportJsonLines } from '../ledger/export-entries.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Ledger, LedgerFilter } from '../protocol/ledger.ts';
import { PullStream } from './pull-stream.ts';

const formats = {
  csv: { type: 'text/csv; charset=utf-8', write: exportCsv },
  jsonl: { type: 'application/jsonl', write: exportJsonLines },
} as const;

/** All entries that are meant, newest first: read page by page, as fast as the caller takes them. */
export function exportCalls(ledger: Ledger, filter: LedgerFilter, format: 'csv' | 'jsonl'): Answer {
  const { type, write } = formats[format];
  const headers = { 'content-type': type, 'content-disposition': `attachment; filename="calls.${format}"` };
  const body = new PullStream(toBytes(write(ledger, filter)));
  return { kind: 'verbatim', status: 200, headers, body };
}

async function* toBytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
