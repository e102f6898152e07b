import { manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { ledgerEntry } from '../../test/ledger-world.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import { LiveDesk } from './live-desk.ts';

interface Tick {
  readonly calls: number;
  readonly failed: number;
  readonly cost: number;
  readonly inputTokens: number;
  readonly cacheHits: number;
  readonly active: number;
  readonly entries: readonly LedgerEntry[];
}

/** A desk, and what it listens to. */
function openDesk() {
  const clock = manualClock();
  const watchers = new Set<(entry: LedgerEntry) => void>();
  const state = { active: 0, subscribed: 0 };
  const desk = new LiveDesk({
    clock,
    watch: (listener) => {
      state.subscribed++;
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    active: () => state.active,
  });
  const end = (fields: Partial<LedgerEntry> = {}): void => {
    for (const watcher of watchers) watcher(ledgerEntry(fields));
  };
  return { clock, desk, end, state, watchers };
}

/** Somebody who listens, and may stop taking what it is told. */
function listen(desk: LiveDesk) {
  const { body, headers } = desk.answer();
  const stream = body as ByteStream;
  const heard = { words: [] as string[], isFull: false, isEnded: false, isCut: false };
  const sink: ByteSink = {
    write(chunk) {
      heard.words.push(Buffer.from(chunk).toString());
      return !heard.isFull;
    },
    end: () => {
      heard.isEnded = true;
    },
    destroy: () => {
      heard.isCut = true;
    },
  };
  stream.pipe(sink);
  return { stream, heard, headers, ticks: () => ticksOf(heard.words) };
}

function ticksOf(words: readonly string[]): readonly Tick[] {
  return words
    .filter((word) => word.startsWith('event: tick\n'))
    .map((word) => JSON.parse(word.slice(word.indexOf('data: ') + 6)) as Tick);
}

test('of 200 calls a second at most two words a second are said, and they are small', async () => {
  const { clock, desk, end } = openDesk();
  const { heard, ticks } = listen(desk);
  for (let call = 0; call < 2000; call++) {
    end({ id: `req_${call}`, error: call % 10 === 0 ? 'VE_DEADLINE' : undefined, cache: 'hit', cost: 7 });
    await clock.advance(5);
  }
  await clock.advance(1000);
  expect(heard.words.length).toBeLessThanOrEqual(1 + 22);
  expect(ticks().reduce((sum, { calls }) => sum + calls, 0)).toBe(2000);
  expect(ticks().reduce((sum, { failed }) => sum + failed, 0)).toBe(200);
  expect(ticks().reduce((sum, { cost, cacheHits }) => sum + cost + cacheHits, 0)).toBe(2000 * 8);
  expect(Math.max(...ticks().map(({ entries }) => entries.length))).toBe(20);
  expect(Math.max(...heard.words.map((word) => word.length))).toBeLessThan(16_384);
  // The newest last, of that half second.
  expect(ticks()[1]?.entries.at(-1)?.id).toBe(`req_${(ticks()[1]?.calls ?? 0) - 1}`);
});

test('however many listen, calls are counted once, and where nobody does, not at all', async () => {
  const { clock, desk, end, state, watchers } = openDesk();
  end();
  expect([watchers.size, clock.pending]).toEqual([0, 0]);
  const [first, second] = [listen(desk), listen(desk)];
  expect([watchers.size, clock.pending, state.subscribed]).toEqual([1, 1, 1]);
  end();
  await clock.advance(500);
  expect([first.ticks().at(-1), second.ticks().at(-1)]).toMatchObject([{ calls: 1 }, { calls: 1 }]);
  first.stream.abort(new Error('gone'));
  end();
  await clock.advance(500);
  expect(second.ticks().at(-1)).toMatchObject({ calls: 1 });
  expect(first.ticks()).toHaveLength(2);
  second.stream.abort(new Error('gone'));
  expect([watchers.size, clock.pending]).toEqual([0, 0]);
  // Nothing of it is told to whoever comes next.
  const third = listen(desk);
  await clock.advance(500);
  expect(third.ticks().map(({ calls }) => calls)).toEqual([0]);
});

test('whoever comes is told at once what is under way, and again when that changes', async () => {
  const { clock, desk, state } = openDesk();
  // One of them is the listener.
  state.active = 5;
  const { ticks } = listen(desk);
  expect(ticks()).toMatchObject([{ calls: 0, active: 4, entries: [] }]);
  await clock.advance(500);
  expect(ticks().map(({ active }) => active)).toEqual([4]);
  state.active = 2;
  await clock.advance(500);
  expect(ticks().map(({ active }) => active)).toEqual([4, 1]);
});

test('where nothing happens, the connection is kept by a comment every 15 seconds', async () => {
  const { clock, desk } = openDesk();
  const { heard } = listen(desk);
  await clock.advance(46_000);
  expect(heard.words.slice(1)).toEqual([': keep-alive\n\n', ': keep-alive\n\n', ': keep-alive\n\n']);
});

test('nothing is kept for whoever takes nothing, who is cut off; the others hear on', async () => {
  const { clock, desk, end, watchers } = openDesk();
  const [slow, quick] = [listen(desk), listen(desk)];
  slow.heard.isFull = true;
  for (let tick = 0; tick < 15; tick++) {
    end();
    await clock.advance(500);
  }
  // The one word that filled it.
  expect(slow.ticks()).toHaveLength(2);
  expect([slow.heard.isCut, quick.ticks().length]).toEqual([false, 16]);
  for (let tick = 0; tick < 7; tick++) {
    end();
    await clock.advance(500);
  }
  expect([slow.heard.isCut, slow.ticks().length, quick.ticks().length]).toEqual([true, 2, 23]);
  expect(watchers.size).toBe(1);
});

test('whoever takes again is told again', async () => {
  const { clock, desk, end } = openDesk();
  const { stream, heard, ticks } = listen(desk);
  heard.isFull = true;
  end();
  await clock.advance(9000);
  heard.isFull = false;
  stream.resume();
  end();
  await clock.advance(9000);
  expect([heard.isCut, ticks().map(({ calls }) => calls)]).toEqual([false, [0, 1, 1]]);
});

test('the end of the gateway is the end of all streams; more than a hundred there are not', () => {
  const { clock, desk, watchers } = openDesk();
  const all = Array.from({ length: 100 }, () => listen(desk));
  expect(() => desk.answer()).toThrow(expect.objectContaining({ code: 'VE_RATE_LIMITED' }));
  all[0]?.stream.abort(new Error('gone'));
  const late = desk.answer().body as ByteStream;
  desk.close();
  expect(all.filter(({ heard }) => heard.isEnded)).toHaveLength(99);
  expect([watchers.size, clock.pending]).toEqual([0, 0]);
  expect(() => desk.answer()).toThrow(expect.objectContaining({ code: 'VE_CLOSING' }));
  const heard: string[] = [];
  late.pipe({ write: () => heard.push('write') > 0, end: () => heard.push('end'), destroy: () => undefined });
  expect(heard).toEqual(['end']);
});
