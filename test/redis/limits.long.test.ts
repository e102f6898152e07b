import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { redisAccounts } from '@vector-engine/redis';
import { expect, onTestFinished, test } from 'vitest';
import { type RedisServer, redisServer, startRedis } from './redis-server.ts';

interface Passed {
  readonly spent: number;
  readonly settled: number;
  readonly requests: number;
}

/** Resolves with what makes its calls, once it is there. */
async function startSpender({ port }: RedisServer, calls: number, name: string) {
  const child = fork(join(import.meta.dirname, 'spending-process.ts'), [String(port), String(calls), name], {
    execArgv: ['--conditions=@vector-engine/source'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'message');
  return async (): Promise<Passed> => {
    const told = once(child, 'message');
    child.send('go');
    const [passed] = (await told) as [Passed];
    return passed;
  };
}

test.skipIf(redisServer === undefined)(
  'four processes, 10,000 calls on a budget for 5,000 and a limit of 1,000: exactly so many',
  { timeout: 30_000 },
  async () => {
    await using redis = await startRedis();
    const spenders = await Promise.all(['a', 'b', 'c', 'd'].map((name) => startSpender(redis, 2500, name)));
    const begun = performance.now();
    const passed = await Promise.all(spenders.map((spend) => spend()));
    const milliseconds = Math.round(performance.now() - begun);
    console.log(`10,000 calls of four processes in ${milliseconds} ms; passed: ${JSON.stringify(passed)}`);
    const sum = (count: (one: Passed) => number): number => passed.reduce((all, one) => all + count(one), 0);
    expect(sum(({ spent }) => spent)).toBe(5000);
    expect(sum(({ settled }) => settled)).toBe(5000);
    expect(sum(({ requests }) => requests)).toBe(1000);
    const line = { account: 'acme month', period: '2026-11', limit: 5000 * 10_000_000 };
    const [state] = await redisAccounts(await redis.connect()).read([line]);
    expect(state).toEqual({ spent: line.limit, held: 0, limit: line.limit });
  },
);
