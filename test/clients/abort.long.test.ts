import type { Clock } from '@vector-engine/core';
import { describe, expect, test } from 'vitest';
import { plainServer } from '../plain-server.ts';
import { type DoorName, doorNames, openDoor } from './doors.ts';

const warmUp = 30;
const rounds = 100;

const now = (): number => performance.timeOrigin + performance.now();
const clock: Clock = { now, setTimeout: () => undefined, clearTimeout: () => undefined };

describe.each<DoorName>(doorNames)('through %s', (name) => {
  test.each([
    ['thinking', { type: 'hang' }],
    ['streaming', { type: 'hang-mid-stream', afterEvents: 3 }],
  ] as const)(
    'a caller that leaves while the model is %s is noticed upstream within 20 ms, p99',
    // Other work on the machine can take the processor away for longer than that.
    { retry: 2 },
    async (state, fault) => {
      await using door = await openDoor(name, { upstream: { clock } });
      await using plain = await plainServer();
      door.upstream.fail(fault);
      const delays: number[] = [];
      for (let round = 1; round <= warmUp + rounds; round++) {
        const leaving = new AbortController();
        const answer = door.client.chat.completions.create(
          { model: 'gpt-5.2', messages: [{ role: 'user', content: 'hello' }], stream: true },
          { signal: leaving.signal },
        );
        const requests = await door.upstream.waitForRequests(round);
        if (state === 'streaming') await (await answer)[Symbol.asyncIterator]().next();
        const leftAt = now();
        leaving.abort();
        await answer.catch(() => undefined);
        const request = requests[round - 1];
        await request?.closed;
        delays.push((request?.abortedAt ?? Number.POSITIVE_INFINITY) - leftAt);
        await plain.leave();
      }
      delays.splice(0, warmUp);
      delays.sort((a, b) => a - b);
      expect(delays).toHaveLength(rounds);
      expect(delays[Math.floor(rounds * 0.99) - 1]).toBeLessThanOrEqual(plain.within(20));
      expect(door.gateway.stats().active).toBe(0);
    },
  );
});
