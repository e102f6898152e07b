import { expect, test } from 'vitest';
import { manualClock } from './manual-clock.ts';

test('time stands still until it is advanced', async () => {
  const clock = manualClock(1000);
  expect(clock.now()).toBe(1000);
  await clock.advance(250);
  expect(clock.now()).toBe(1250);
});

test('timers run in the order of their moments, each at its own', async () => {
  const clock = manualClock(0);
  const ran: [string, number][] = [];
  clock.setTimeout(() => ran.push(['late', clock.now()]), 30);
  clock.setTimeout(() => ran.push(['early', clock.now()]), 10);
  clock.setTimeout(() => ran.push(['early too', clock.now()]), 10);
  await clock.advance(29);
  expect(ran).toEqual([
    ['early', 10],
    ['early too', 10],
  ]);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  expect(ran.at(-1)).toEqual(['late', 30]);
});

test('a timer that a timer sets, even after awaiting, runs in the same advance', async () => {
  const clock = manualClock(0);
  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimeout(resolve, milliseconds);
    });
  let moment = 0;
  const work = (async () => {
    await wait(10);
    await wait(10);
    moment = clock.now();
  })();
  await clock.advance(100);
  await work;
  expect(moment).toBe(20);
  expect(clock.now()).toBe(100);
});

test('a cleared timer never runs', async () => {
  const clock = manualClock();
  let ran = false;
  const handle = clock.setTimeout(() => {
    ran = true;
  }, 5);
  clock.clearTimeout(handle);
  await clock.advance(10);
  expect(ran).toBe(false);
  expect(clock.pending).toBe(0);
});
