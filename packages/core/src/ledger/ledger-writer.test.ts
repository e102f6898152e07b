import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { contentRecord, ledgerEntry } from '../../test/ledger-world.ts';
import type { ContentRecord, LedgerEntry } from '../protocol/ledger.ts';
import { LedgerWriter, type LedgerWriterOptions } from './ledger-writer.ts';

function open(options: Partial<LedgerWriterOptions> = {}) {
  const clock = manualClock();
  const batches: string[][] = [];
  const contents: string[] = [];
  const told: string[] = [];
  const store = {
    problem: undefined as Error | undefined,
    gate: Promise.resolve(),
    atOnce: 0,
    mostAtOnce: 0,
  };
  const writer = new LedgerWriter({
    ledger: {
      async append(entries: readonly LedgerEntry[], given: readonly ContentRecord[] = []) {
        store.mostAtOnce = Math.max(store.mostAtOnce, ++store.atOnce);
        await store.gate;
        store.atOnce--;
        if (store.problem !== undefined) throw store.problem;
        batches.push(entries.map(({ id }) => id));
        contents.push(...given.map(({ question }) => question.reveal()));
      },
    },
    clock,
    random: () => 1,
    whenFull: 'drop',
    onTrouble: (state, reason) => told.push(reason instanceof Error ? `${state} ${reason.message}` : state),
    ...options,
  });
  const write = (count: number, from = 0): void => {
    for (let index = from; index < from + count; index++) writer.write(ledgerEntry({ id: `${index}` }));
  };
  return { clock, writer, write, batches, contents, told, store };
}

describe('the writer of the ledger', () => {
  test('writes what came within 50 milliseconds together, off the request’s path', async () => {
    const { clock, writer, write, batches } = open();
    write(2);
    await clock.advance(49);
    write(1, 2);
    expect(batches).toEqual([]);
    expect(writer.queued).toBe(3);
    await clock.advance(1);
    expect(batches).toEqual([['0', '1', '2']]);
    expect(writer.queued).toBe(0);
    write(1, 3);
    await clock.advance(50);
    expect(batches).toEqual([['0', '1', '2'], ['3']]);
    expect(clock.pending).toBe(0);
  });

  test('writes at once where the ledger can; what it does not take waits, and what comes after that, too', async () => {
    const taken: string[] = [];
    let isFull = false;
    const append = (entries: readonly LedgerEntry[]): Promise<void> => {
      taken.push(...entries.map(({ id }) => id));
      return Promise.resolve();
    };
    const appendNow = ({ id }: LedgerEntry): void => {
      if (isFull) throw new Error('full');
      taken.push(id);
    };
    const { clock, writer, write } = open({ ledger: { append, appendNow } });
    write(2);
    expect([taken, writer.queued, clock.pending]).toEqual([['0', '1'], 0, 0]);
    isFull = true;
    write(1, 2);
    isFull = false;
    write(1, 3);
    expect([taken, writer.queued]).toEqual([['0', '1'], 2]);
    await clock.advance(50);
    expect([taken, writer.queued]).toEqual([['0', '1', '2', '3'], 0]);
  });

  test('writes 1,000 at once without waiting, one batch after the other, in order', async () => {
    const { clock, write, batches, store } = open();
    write(2345);
    await clock.advance(0);
    expect(batches.map((batch) => batch.length)).toEqual([1000, 1000]);
    await clock.advance(50);
    expect(batches.flat()).toEqual(Array.from({ length: 2345 }, (_, index) => `${index}`));
    expect(store.mostAtOnce).toBe(1);
  });

  test('tries again what the store does not take, less and less often, and loses nothing', async () => {
    const { clock, writer, write, batches, told, store } = open();
    store.problem = new Error('disk full');
    write(3);
    await clock.advance(50);
    write(1, 3);
    await clock.advance(10_000);
    expect(batches).toEqual([]);
    expect(told).toEqual(['failing disk full']);
    expect(writer.queued).toBe(4);
    store.problem = undefined;
    await clock.advance(5000);
    expect(batches).toEqual([['0', '1', '2', '3']]);
    expect(told).toEqual(['failing disk full', 'well']);
    expect(writer).toMatchObject({ queued: 0, dropped: 0 });
    expect(clock.pending).toBe(0);
  });

  test('drops what there is no room for, and counts it', async () => {
    const { clock, writer, write, batches } = open({ capacity: 10 });
    write(13);
    expect(writer).toMatchObject({ queued: 10, dropped: 3 });
    expect(writer.ready()).toBeUndefined();
    await clock.advance(50);
    expect(batches.flat()).toHaveLength(10);
  });

  test('lets new requests wait while there is no room, and drops nothing of those under way', async () => {
    const { clock, writer, write, batches, store } = open({ capacity: 10, whenFull: 'block' });
    const { promise, resolve } = Promise.withResolvers<void>();
    store.gate = promise;
    write(9);
    expect(writer.ready()).toBeUndefined();
    write(3, 9);
    let isReady = false;
    const waiting = (async () => {
      await writer.ready();
      isReady = true;
    })();
    await clock.advance(1000);
    expect(isReady).toBe(false);
    resolve();
    await clock.advance(0);
    await waiting;
    expect(isReady).toBe(true);
    expect(batches.flat()).toHaveLength(12);
    expect(writer.dropped).toBe(0);
  });

  test('keeps few contents waiting, and counts those that it let go', async () => {
    const { clock, writer, contents } = open({ contentCapacity: 10 });
    writer.write(ledgerEntry({ id: 'a' }), contentRecord('a', '12345678'));
    writer.write(ledgerEntry({ id: 'b' }), contentRecord('b', '12345678'));
    expect(writer).toMatchObject({ queued: 2, dropped: 0, droppedContents: 1 });
    await clock.advance(50);
    expect(contents).toEqual(['12345678']);
    writer.write(ledgerEntry({ id: 'c' }), contentRecord('c', 'abcdefgh'));
    await clock.advance(50);
    expect(contents).toEqual(['12345678', 'abcdefgh']);
  });

  test('flushes what waits, and says where it cannot', async () => {
    const { clock, writer, write, batches, store } = open();
    write(700);
    await writer.flush();
    expect(batches.flat()).toHaveLength(700);
    store.problem = new Error('gone');
    write(1, 700);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
    expect(writer.queued).toBe(1);
    store.problem = undefined;
    await clock.advance(200);
    expect(batches.flat()).toHaveLength(701);
    await writer.flush();
  });

  test('closed, it has written what it could, and waits for no store that hangs', async () => {
    const fine = open();
    fine.write(3);
    await fine.writer.close();
    expect(fine.batches).toEqual([['0', '1', '2']]);
    fine.write(1, 3);
    expect(fine.writer).toMatchObject({ queued: 0, dropped: 1 });
    expect(fine.clock.pending).toBe(0);

    const hanging = open({ whenFull: 'block', capacity: 1 });
    hanging.store.gate = new Promise(() => {});
    hanging.write(2);
    const waiting = hanging.writer.ready();
    const closing = hanging.writer.close(1000);
    await hanging.clock.advance(1000);
    await closing;
    await waiting;
    expect(hanging.writer).toMatchObject({ queued: 0, dropped: 2 });
    expect(hanging.clock.pending).toBe(0);

    const failing = open();
    failing.store.problem = new Error('gone');
    failing.write(2);
    await failing.writer.close();
    expect(failing.writer.dropped).toBe(2);
    expect(failing.clock.pending).toBe(0);
  });

  test('closed before its store has answered, it looks for nothing more when that answers', async () => {
    const late = open();
    const gate = Promise.withResolvers<void>();
    late.store.gate = gate.promise;
    late.write(2);
    const closing = late.writer.close(1000);
    await late.clock.advance(1000);
    await closing;
    gate.resolve();
    await late.clock.advance(1000);
    expect(late.batches.length).toBeLessThanOrEqual(1);
    expect(late.clock.pending).toBe(0);
  });
});
