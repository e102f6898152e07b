import { manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { ledgerEntry } from '../../test/ledger-world.ts';
import type { Ledger } from '../protocol/ledger.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { memoryLedger } from './memory/memory-ledger.ts';
import { upToDate } from './up-to-date.ts';

function open() {
  const kept = memoryLedger();
  const clock = manualClock();
  // One that does nothing at once.
  const late: Pick<Ledger, 'append'> = { append: (entries) => kept.append(entries) };
  const writer = new LedgerWriter({ ledger: late, clock, random: () => 1, whenFull: 'block' });
  return { kept, writer, ledger: upToDate(kept, () => writer.flush()) };
}

test('what is over is in the figures, though its batch still waits for others', async () => {
  for (const read of ['totals', 'query', 'find'] as const) {
    const { writer, ledger, kept } = open();
    writer.write(ledgerEntry({ id: 'one' }));
    expect(await kept.find?.('one')).toBeUndefined();
    const found = {
      totals: async () => (await ledger.totals({}, []))[0]?.calls,
      query: async () => (await ledger.query({})).entries.length,
      find: async () => Number((await ledger.find?.('one'))?.id === 'one'),
    };
    expect(await found[read]()).toBe(1);
    expect(writer.queued).toBe(0);
  }
});

test('where nothing can be written, what is there is read', async () => {
  const { kept } = open();
  await kept.append([ledgerEntry({ id: 'one' })]);
  const ledger = upToDate(kept, () => Promise.reject(new Error('full')));
  expect((await ledger.query({})).entries).toHaveLength(1);
});
