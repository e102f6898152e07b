import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TargetStats } from '@vector-engine/core';
import { expect, onTestFinished, test } from 'vitest';
import { startFleet, timeUntil } from './fleet.ts';
import { type RedisServer, redisServer, startRedis } from './redis-server.ts';

interface Other {
  readonly child: ChildProcess;
  /** Tells it what to do; the state of its target afterwards. */
  ask(what: 'call' | 'state'): Promise<TargetStats>;
}

async function startOther({ port }: RedisServer, ...upstreams: readonly string[]): Promise<Other> {
  const child = fork(join(import.meta.dirname, 'other-process.ts'), [String(port), ...upstreams], {
    execArgv: ['--conditions=@vector-engine/source'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'message');
  return {
    child,
    async ask(what) {
      const answered = once(child, 'message');
      child.send(what);
      const [state] = (await answered) as [TargetStats];
      return state;
    },
  };
}

test.skipIf(redisServer === undefined)(
  'two processes: what opens in one is open in the other, and in one that starts later; each ends when its gateway does',
  { timeout: 30_000 },
  async () => {
    await using redis = await startRedis();
    await using fleet = await startFleet();
    const addresses = [fleet.bad.baseURL, fleet.good.baseURL];
    const [one, other] = await Promise.all([
      startOther(redis, ...addresses),
      startOther(redis, ...addresses),
    ]);
    const watcher = await redis.connect();
    const channel = 'vector-engine:notices';
    await timeUntil(async () => (await watcher.pubSubNumSub([channel]))[channel] === 2);
    fleet.bad.fail({ type: 'status', status: 500 });
    while ((await one.ask('state')).breaker !== 'open') await one.ask('call');
    expect(await timeUntil(async () => (await other.ask('state')).breaker === 'open')).toBeLessThan(100);
    const late = await startOther(redis, ...addresses);
    await timeUntil(async () => (await late.ask('state')).breaker === 'open');
    const sent = fleet.bad.requests.length;
    await Promise.all([one, other, late].map((each) => each.ask('call')));
    expect(fleet.bad.requests).toHaveLength(sent);
    const ends = [one, other, late].map(async ({ child }) => {
      const ended = once(child, 'exit');
      child.send('close');
      const [code] = (await ended) as [number];
      return code;
    });
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
  },
);
