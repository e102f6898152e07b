import { expect, test } from 'vitest';
import { isOver } from '../../packages/core/src/protocol/task.ts';
import { openStudio, until } from './studio.ts';

/* `kill -9` at each step of a video job: before and after everything that is written to the file. What is asked of the
   upstream and of the books lies between two of them. */

async function dieAt(deathAt: string): Promise<{ readonly died: boolean; readonly told: string }> {
  await using studio = await openStudio({ pollsUntilDone: 1 });
  const first = studio.start({ orders: 1, deathAt });
  // Its caller may be answered, and the process die after that: settled is later.
  const isDone = await first.done;
  const isSettled = async (): Promise<boolean> =>
    (await studio.tasks()).every(({ settledAt }) => settledAt !== undefined);
  const survived = async (): Promise<boolean> => {
    await until(isSettled);
    // The last that is written is that the lease is given back.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return first.process.signalCode !== null;
  };
  const died = !isDone || (await Promise.race([first.exited.then(() => true), survived()]));
  expect(first.process.signalCode).toBe(died ? 'SIGKILL' : null);
  // The same caller asks again, under the same key.
  const second = studio.start({ orders: 1 });
  expect(await second.done).toBe(true);
  await until(isSettled);
  const tasks = await studio.tasks();
  const created = studio.created.get('order-0') ?? 0;
  expect(tasks.every(({ state }) => isOver(state))).toBe(true);
  expect([...studio.settled.keys()].toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
  expect(studio.mostAtOnce).toBeLessThanOrEqual(1);
  // Of the last one his caller is told; what was never begun may stand before it.
  const states = tasks.map(({ state }) => state);
  expect(states.slice(0, -1).every((state) => state === 'failed')).toBe(true);
  expect(first.created.every((id) => tasks.some((task) => task.id === id))).toBe(true);
  return { died, told: `${states.join()}, created ${created} times` };
}

test('a job is created once, settled once, and ends well or as unknown, wherever its process is killed', async () => {
  const seen: Record<string, string> = {};
  let step = 1;
  for (let isLast = false; step < 40 && !isLast; ) {
    // Some at once: most of the time they wait for a lease to end.
    const courses = [step, step + 1, step + 2].map((one) =>
      Promise.all([dieAt(`before ${one}`), dieAt(`after ${one}`)]),
    );
    for (const [before, after] of await Promise.all(courses)) {
      if (isLast) break;
      seen[`before ${step}`] = before.told;
      seen[`after ${step}`] = after.told;
      isLast = !before.died && !after.died;
      if (!isLast) step++;
    }
  }
  // Insertion, sending, creation, then two polls and the settlement, with what is leased and released.
  expect(step).toBeGreaterThan(10);
  expect(step).toBeLessThan(40);
  const { 'after 1': afterInsertion, 'before 2': beforeSending, ...others } = seen;
  // Nothing was sent: the caller may begin again.
  expect(afterInsertion).toBe('failed,succeeded, created 1 times');
  expect(beforeSending).toBe(afterInsertion);
  // It was about to be sent, or it was, and nobody heard the answer: it is never sent again.
  const { 'after 2': aboutToSend, 'before 3': sent, ...rest } = others;
  expect(aboutToSend).toBe('unknown, created 0 times');
  expect(sent).toBe('unknown, created 1 times');
  expect(new Set(Object.values(rest))).toEqual(new Set(['succeeded, created 1 times']));
});
