import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OwnConnection } from './own-connection.ts';
import type { RedisClient } from './redis-client.ts';

class FakeConnection extends EventEmitter {
  isReady = false;
  answers = true;
  refuses = false;
  isDestroyed = false;

  connect(): Promise<void> {
    return Promise.resolve();
  }

  subscribe(): Promise<void> {
    return this.refuses ? Promise.reject(new Error('NOPERM')) : Promise.resolve();
  }

  ping(): Promise<string> {
    return this.answers ? Promise.resolve('PONG') : new Promise(() => {});
  }

  unref(): void {}

  destroy(): void {
    if (this.isDestroyed) throw new Error('The client is closed');
    this.isDestroyed = true;
    this.isReady = false;
  }

  /** As node-redis says that it is connected. */
  async become(): Promise<void> {
    this.isReady = true;
    this.emit('ready');
    await vi.advanceTimersByTimeAsync(0);
  }
}

function setUp() {
  const made: FakeConnection[] = [];
  const overrides: unknown[] = [];
  const reach: boolean[] = [];
  const client = {
    options: { socket: { host: 'redis.internal', reconnectStrategy: false, socketTimeout: 1000 } },
    duplicate: (given: unknown) => {
      overrides.push(given);
      const connection = new FakeConnection();
      made.push(connection);
      return connection;
    },
  };
  const ready = vi.fn<() => Promise<void>>(() => Promise.resolve());
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no more of it is used
  const own = new OwnConnection(client as unknown as RedisClient, {
    channel: 'channel',
    onMessage: () => {},
    onReady: ready,
    onReach: (isReached) => reach.push(isReached),
  });
  const last = (): FakeConnection => {
    const connection = made.at(-1);
    if (connection === undefined) throw new Error('nothing was connected');
    return connection;
  };
  return { own, made, overrides, reach, ready, last };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("it has the client's settings, but comes back whatever these say, and keeps nothing to be sent later", () => {
  const { own, overrides } = setUp();
  expect(overrides).toEqual([
    expect.objectContaining({
      disableOfflineQueue: true,
      socket: { host: 'redis.internal', reconnectStrategy: undefined, socketTimeout: undefined },
    }),
  ]);
  own.close();
});

test('there is one once it is ready, each time anew', async () => {
  const { own, last, ready, reach } = setUp();
  expect(own.ready).toBeUndefined();
  await last().become();
  expect(own.ready).toBe(last());
  last().isReady = false;
  last().emit('error', new Error('ECONNRESET'));
  expect(own.ready).toBeUndefined();
  await last().become();
  expect(ready).toHaveBeenCalledTimes(2);
  expect(reach).toEqual([true, false, true]);
  own.close();
});

test('where it may not listen it is out of reach', async () => {
  const { own, last, ready, reach } = setUp();
  last().refuses = true;
  await last().become();
  expect(ready).not.toHaveBeenCalled();
  expect(reach).toEqual([false]);
  own.close();
});

test('one that leaves a ping unanswered is replaced, one that answers is not', async () => {
  const { own, made, last, reach } = setUp();
  await last().become();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made).toHaveLength(1);
  last().answers = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(made.map(({ isDestroyed }) => isDestroyed)).toEqual([true, false]);
  expect(reach).toEqual([true, false]);
  await last().become();
  expect(own.ready).toBe(last());
  own.close();
});

test('closing leaves nothing behind, and twice is once', async () => {
  const { own, last } = setUp();
  await last().become();
  own.close();
  own.close();
  expect(last().isDestroyed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
