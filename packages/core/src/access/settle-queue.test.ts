import { manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import type { Settlement } from '../protocol/account.ts';
import { SettleQueue } from './settle-queue.ts';

const done = (): Promise<void> => Promise.resolve();
const fail = (): Promise<void> => Promise.reject(new Error('gone'));

const open = () => {
  const clock = manualClock();
  const batches: string[] = [];
  const failures: number[] = [];
  const settled: string[] = [];
  let answer = done;
  const queue = new SettleQueue({
    accounts: {
      settle: async (settlements) => {
        batches.push(settlements.map(({ id }) => id).join());
        await answer();
        return [];
      },
    },
    clock,
    onSettled: (settlements) => settled.push(...settlements.map(({ id }) => id)),
    onFailure: (_, waiting) => failures.push(waiting),
  });
  const add = (...ids: readonly (string | number)[]): void => {
    for (const id of ids) queue.add({ id: String(id), cost: 1 } satisfies Settlement);
  };
  const answerWith = (next: () => Promise<void>): void => {
    answer = next;
  };
  return { clock, batches, failures, settled, queue, add, answerWith };
};

test('what comes within 10 ms goes together', async () => {
  const { clock, batches, queue, add } = open();
  add('a');
  await clock.advance(9);
  add('b');
  expect(batches).toEqual([]);
  await clock.advance(1);
  expect(batches).toEqual(['a,b']);
  expect([queue.size, clock.pending]).toEqual([0, 0]);
});

test('500 do not wait', async () => {
  const { clock, batches, add } = open();
  add(...Array.from({ length: 501 }, (_, index) => index));
  await clock.advance(0);
  expect(batches.map((batch) => batch.split(',').length)).toEqual([500, 1]);
});

test('one goes at a time; those that came meanwhile go next', async () => {
  const { clock, batches, settled, add, answerWith } = open();
  const first = Promise.withResolvers<void>();
  answerWith(() => first.promise);
  add('a');
  await clock.advance(10);
  add('b', 'c');
  await clock.advance(1000);
  expect(batches).toEqual(['a']);
  answerWith(done);
  first.resolve();
  await clock.advance(0);
  expect(batches).toEqual(['a', 'b,c']);
  expect(settled).toEqual(['a', 'b', 'c']);
});

test('a store that fails is tried again, after ever longer pauses, and nothing is lost', async () => {
  const { clock, batches, failures, settled, add, answerWith } = open();
  answerWith(fail);
  add('a');
  await clock.advance(10);
  add('b');
  await clock.advance(100 + 200 + 400 + 800 + 1600 + 3200 + 6400 + 10_000 + 10_000);
  expect(batches).toEqual(['a', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a']);
  expect(failures).toEqual([1, ...Array.from({ length: 9 }, () => 2)]);
  answerWith(done);
  await clock.advance(10_000);
  expect(settled).toEqual(['b', 'a']);
  add('c');
  await clock.advance(10);
  expect(settled).toEqual(['b', 'a', 'c']);
});

test('one that the store does not take is in the way of no other', async () => {
  const { clock, batches, settled, add, answerWith } = open();
  answerWith(() => (batches.at(-1)?.split(',').includes('bad') ? fail() : done()));
  add(1, 2, 3, 'bad', 4, 5, 6, 7);
  await clock.advance(2000);
  expect(settled.toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  add(8);
  await clock.advance(20_000);
  expect(settled).toContain('8');
  answerWith(done);
  await clock.advance(20_000);
  expect(settled).toContain('bad');
});

test('a store that throws in place of rejecting is one that fails', async () => {
  const { clock, settled, add, answerWith } = open();
  answerWith(() => {
    throw new Error('gone');
  });
  add('a');
  await clock.advance(10);
  answerWith(done);
  await clock.advance(100);
  expect(settled).toEqual(['a']);
});

test('flush settles what there is at once, and tells where it cannot', async () => {
  const { batches, clock, queue, settled, add, answerWith } = open();
  await queue.flush();
  add('a');
  await queue.flush();
  expect(settled).toEqual(['a']);
  answerWith(fail);
  add('b');
  await expect(queue.flush()).rejects.toThrow('gone');
  answerWith(done);
  await queue.flush();
  expect(settled).toEqual(['a', 'b']);
  expect(batches).toEqual(['a', 'b', 'b']);
  expect(clock.pending).toBe(0);
});

test('at the end a store that is gone is tried four times', async () => {
  const { batches, clock, queue, add, answerWith } = open();
  answerWith(fail);
  add('a');
  const closing = queue.close();
  await clock.advance(100 + 200 + 400);
  await closing;
  expect(batches).toEqual(['a', 'a', 'a', 'a']);
  expect(clock.pending).toBe(0);
});
