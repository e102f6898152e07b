import { expect, test } from 'vitest';
import { Batches } from './batches.ts';

function errorOf(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Doubles numbers, and remembers what was sent together; what `fail` gives is thrown. */
function doubling(fail: (asks: readonly number[], turn: number) => Error | undefined = () => undefined) {
  const sent: (readonly number[])[] = [];
  const send = (asks: readonly number[]): Promise<readonly number[]> => {
    sent.push(asks);
    const error = fail(asks, sent.length);
    return error === undefined ? Promise.resolve(asks.map((ask) => 2 * ask)) : Promise.reject(error);
  };
  return { sent, batches: new Batches({ send, most: 3 }) };
}

const outcomes = async (asked: readonly Promise<number>[]): Promise<readonly unknown[]> => {
  const results = await Promise.allSettled(asked);
  return results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason.code)));
};

test('what is asked in one turn goes together, as many at once as there may be', async () => {
  const { sent, batches } = doubling();
  expect(await outcomes([1, 2, 3, 4].map((ask) => batches.ask(ask)))).toEqual([2, 4, 6, 8]);
  expect(sent).toEqual([[1, 2, 3], [4]]);
  expect(await batches.ask(5)).toBe(10);
});

test('where others are in the way it is tried again, a few times', async () => {
  const { sent, batches } = doubling((_, turn) => (turn < 3 ? errorOf('40P01') : undefined));
  expect(await outcomes([1, 2].map((ask) => batches.ask(ask)))).toEqual([2, 4]);
  expect(sent).toHaveLength(3);
  const never = doubling(() => errorOf('40001'));
  expect(await outcomes([1, 2, 3, 4].map((ask) => never.batches.ask(ask)))).toEqual(Array(4).fill('40001'));
  expect(never.sent).toHaveLength(8);
});

test('one that cannot be done is refused by itself', async () => {
  const { batches } = doubling((asks) => (asks.includes(2) ? errorOf('22003') : undefined));
  expect(await outcomes([1, 2, 3, 4].map((ask) => batches.ask(ask)))).toEqual([2, '22003', 6, 8]);
});

test('a database that is gone: those that wait are refused with those that have asked', async () => {
  const { sent, batches } = doubling(() => errorOf('ECONNREFUSED'));
  expect(await outcomes([1, 2, 3, 4, 5].map((ask) => batches.ask(ask)))).toEqual(
    Array(5).fill('ECONNREFUSED'),
  );
  expect(sent).toHaveLength(1);
  await batches.drain();
});

test('drained is when everything has its answer', async () => {
  const { sent, batches } = doubling();
  const asked = batches.ask(1);
  await batches.drain();
  expect(sent).toEqual([[1]]);
  expect(await asked).toBe(2);
});
