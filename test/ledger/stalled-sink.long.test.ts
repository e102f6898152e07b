import { manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { LedgerWriter } from '../../packages/core/src/ledger/ledger-writer.ts';
import { Confidential } from '../../packages/core/src/protocol/confidential.ts';
import { heapInUse, mebibyte } from '../reliability/memory.ts';
import { monthOfEntries } from './month-of-entries.ts';

const rows = 60_000;

test.each(['drop', 'block'] as const)(
  'a store that stalls for 30 seconds costs at most 20 MB where the writer is to %s',
  async (whenFull) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const kept: string[] = [];
    const clock = manualClock();
    const writer = new LedgerWriter({
      ledger: {
        async append(entries) {
          await promise;
          for (const { id } of entries) kept.push(id);
        },
      },
      clock,
      random: Math.random,
      whenFull,
    });
    const before = heapInUse();
    let most = 0;
    // 2,000 calls a second, each with 10,000 characters that are kept.
    for (const entries of monthOfEntries({ rows, batch: 2000, from: 0, to: 1e9 })) {
      for (const entry of entries) {
        const { id, time, tenant } = entry;
        const answer = new Confidential(`${id} ${'é€'.repeat(5000)}`.slice(1));
        writer.write(entry, { id, time, tenant, question: new Confidential(id), answer });
      }
      await clock.advance(1000);
      most = Math.max(most, heapInUse() - before);
    }
    console.log(
      `${whenFull}: +${(most / mebibyte).toFixed(1)} MiB; ${writer.queued} wait, ${writer.dropped} dropped, ${writer.droppedContents} contents dropped`,
    );
    expect(most).toBeLessThan(20 * mebibyte);
    expect(writer.queued + writer.dropped).toBe(rows);
    expect(writer.ready() === undefined).toBe(whenFull === 'drop');
    const waiting = writer.queued;
    resolve();
    await writer.flush();
    expect(kept).toHaveLength(waiting);
    await writer.close();
  },
);
