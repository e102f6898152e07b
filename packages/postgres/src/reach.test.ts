import { expect, test } from 'vitest';
import { LateError, Reach } from './reach.ts';

const late = new Error('failed', { cause: new LateError(5) });

/** A database that answers each question as it is told to. */
function open() {
  const asked: PromiseWithResolvers<void>[] = [];
  const reach = new Reach(() => {
    const question = Promise.withResolvers<void>();
    asked.push(question);
    return question.promise;
  });
  const answer = async (act: (question: PromiseWithResolvers<void>) => void): Promise<void> => {
    const question = asked.at(-1);
    if (question !== undefined) act(question);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asked, reach, answer };
}

test('one late answer changes nothing, where the next is in time', async () => {
  const { asked, reach, answer } = open();
  reach.doubt();
  reach.doubt();
  expect([asked.length, reach.isLost]).toEqual([1, false]);
  await answer(({ resolve }) => resolve());
  expect(reach.isLost).toBe(false);
});

test('lost is what is late twice, until it has answered', async () => {
  const { asked, reach, answer } = open();
  reach.doubt();
  await answer(({ reject }) => reject(late));
  expect([reach.isLost, reach.isLost, asked.length]).toEqual([true, true, 2]);
  await answer(({ reject }) => reject(late));
  expect([reach.isLost, asked.length]).toEqual([true, 3]);
  await answer(({ resolve }) => resolve());
  expect([reach.isLost, asked.length]).toEqual([false, 3]);
});

test('what refuses at once is not lost', async () => {
  const { reach, answer } = open();
  reach.doubt();
  await answer(({ reject }) => reject(late));
  expect(reach.isLost).toBe(true);
  await answer(({ reject }) => reject(new Error('refused')));
  expect(reach.isLost).toBe(false);
});
