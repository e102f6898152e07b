import { expect, test } from 'vitest';
import { openStudio, until } from './studio.ts';

test('killed again and again under load, no process loses what its caller was told of, or pays twice', async () => {
  await using studio = await openStudio();
  const told: string[] = [];
  for (let round = 0; round < 20; round++) {
    const worker = studio.start({ orders: 40, key: `order-${round}` });
    // Somewhere between the first creation and the last settlement.
    await until(() => worker.created.length > 0);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
    worker.process.kill('SIGKILL');
    await worker.exited;
    told.push(...worker.created);
  }
  const last = studio.start({ orders: 1, key: 'last' });
  expect(await last.done).toBe(true);
  const isAllSettled = async (): Promise<boolean> =>
    (await studio.tasks()).every(({ settledAt }) => settledAt !== undefined);
  await until(isAllSettled, 120_000);
  const tasks = await studio.tasks();
  const known = new Map(tasks.map((task) => [task.id, task]));
  expect(told.length).toBeGreaterThan(100);
  expect(told.filter((id) => known.get(id)?.state !== 'succeeded')).toEqual([]);
  expect([...studio.created.values()].filter((times) => times > 1)).toEqual([]);
  expect([...studio.settled.keys()].toSorted()).toEqual([...known.keys()].toSorted());
  expect(studio.mostAtOnce).toBe(1);
  // Of the others nobody was told, and nobody knows whether they were begun. How many there are is for chance to say.
  const states = tasks.map(({ state }) => state);
  const unknown = states.filter((state) => state === 'unknown').length;
  console.info(
    `${tasks.length} tasks, ${told.length} told of; of ${unknown} nobody knows whether they were begun`,
  );
  expect(states.filter((state) => !['succeeded', 'unknown', 'failed'].includes(state))).toEqual([]);
});
