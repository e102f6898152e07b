import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Line } from './line.ts';
import type { RedisClient } from './redis-client.ts';

/** A client that answers when it is told to, in order, as Redis does. */
function slowClient() {
  const asked: (() => void)[] = [];
  const answer = (): Promise<string> =>
    new Promise((resolve) => {
      asked.push(() => resolve('reply'));
    });
  const client = { isReady: true, ping: vi.fn<typeof answer>(answer), get: vi.fn<typeof answer>(answer) };
  const answerAll = async (): Promise<void> => {
    for (const one of asked.splice(0)) one();
    await vi.advanceTimersByTimeAsync(0);
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no more of it is used
  return { client, answerAll, line: new Line(client as unknown as RedisClient), ask: () => client.get() };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('an answer in time is given', async () => {
  const { line, ask, answerAll } = slowClient();
  const asked = line.ask(ask, { patience: 50 });
  await vi.advanceTimersByTimeAsync(49);
  await answerAll();
  await expect(asked).resolves.toBe('reply');
  expect(vi.getTimerCount()).toBe(0);
});

test('after one answer that is late nobody waits, until a ping is answered in time', async () => {
  const { client, line, ask, answerAll } = slowClient();
  const late = line.ask(ask, { patience: 50 }).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(50);
  expect(await late).toMatchObject({ message: 'Redis took longer than 50 milliseconds' });
  for (let time = 0; time < 3; time++)
    await expect(line.ask(ask, { patience: 50 })).rejects.toThrow('Redis is slow');
  expect(client.get).toHaveBeenCalledTimes(1);
  expect(client.ping).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(51);
  await answerAll();
  // That ping was late, too.
  await expect(line.ask(ask, { patience: 50 })).rejects.toThrow('Redis is slow');
  expect(client.ping).toHaveBeenCalledTimes(2);
  await answerAll();
  const asked = line.ask(ask, { patience: 50 });
  await answerAll();
  await expect(asked).resolves.toBe('reply');
});

test('without a connection nothing is asked', async () => {
  const { client, line, ask } = slowClient();
  client.isReady = false;
  await expect(line.send(ask)).rejects.toThrow('Redis is out of reach');
  await expect(line.ask(ask, { patience: 50 })).rejects.toThrow('Redis is out of reach');
  expect(client.get).not.toHaveBeenCalled();
});

test('what Redis leaves unanswered is bounded, in commands and in bytes', async () => {
  const { client, line, ask, answerAll } = slowClient();
  const many = Array.from({ length: 1000 }, () => line.send(ask));
  await expect(line.send(ask)).rejects.toThrow('has not answered');
  expect(client.get).toHaveBeenCalledTimes(1000);
  await answerAll();
  await Promise.all(many);
  const large = line.send(ask, 40 * 1024 * 1024);
  await expect(line.send(ask, 40 * 1024 * 1024)).rejects.toThrow('has not answered');
  await answerAll();
  await large;
});
