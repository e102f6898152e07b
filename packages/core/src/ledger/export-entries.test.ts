import { describe, expect, test } from 'vitest';
import { ledgerEntry } from '../../test/ledger-world.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import { exportCsv, exportJsonLines } from './export-entries.ts';
import { memoryLedger } from './memory/memory-ledger.ts';

async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** As of RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const row of text.matchAll(/((?:"(?:[^"]|"")*"|[^"\r\n])*)\r\n/g)) {
    const cells = [...(row[1] ?? '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)];
    rows.push(cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''));
  }
  return rows;
}

async function open(entries: readonly LedgerEntry[]) {
  const ledger = memoryLedger();
  await ledger.append(entries);
  return ledger;
}

describe('the export', () => {
  test('as CSV has a row for each entry, whatever is in it', async () => {
    const odd = 'a,"b"\r\nc';
    const ledger = await open([
      ledgerEntry({ model: odd, tags: ['x', 'y'], cost: -5, units: { images: 2 } }),
    ]);
    const [head = [], row = [], ...more] = readCsv(await collect(exportCsv(ledger, {})));
    expect(more).toEqual([]);
    expect(head).toEqual(Object.keys(ledgerEntry()));
    const cells = Object.fromEntries(head.map((name, index) => [name, row[index]]));
    expect(cells).toMatchObject({
      id: 'request-1',
      time: '2026-11-21T09:00:00.000Z',
      model: odd,
      tags: '["x","y"]',
      cost: '-5',
      units: '{"images":2}',
      key: '',
      isEstimated: 'false',
    });
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    'shows %j as a text in spreadsheets',
    async (model) => {
      const ledger = await open([ledgerEntry({ model, principal: `x${model}` })]);
      const [, row = []] = readCsv(await collect(exportCsv(ledger, {})));
      expect(row[6]).toBe(`'${model}`);
      expect(row[4]).toBe(`x${model}`);
    },
  );

  test('as JSON lines gives back what was written down', async () => {
    const entries = Array.from({ length: 2500 }, (_, index) =>
      ledgerEntry({ id: `${index}`, time: index, model: index % 2 === 0 ? 'a' : 'b\n\u2028' }),
    );
    const ledger = await open(entries);
    let longest = 0;
    const ledgerOfPages: Pick<typeof ledger, 'query'> = {
      async query(query) {
        const page = await ledger.query(query);
        longest = Math.max(longest, page.entries.length);
        return page;
      },
    };
    const lines = (await collect(exportJsonLines(ledgerOfPages, { model: 'b\n\u2028' }))).split('\n');
    expect(lines).toHaveLength(1251);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: '2499', model: 'b\n\u2028' });
    expect(longest).toBe(1000);
    expect(await collect(exportJsonLines(ledger, { model: 'none' }))).toBe('');
  });
});
