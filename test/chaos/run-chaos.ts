import { createGateway, type Gateway, openaiCompatible } from '@vector-engine/core';
import { startChild } from '../bench/ipc.ts';
import { heapInUse } from '../reliability/memory.ts';
import { startHost, until } from '../reliability/support.ts';
import type { Told } from './tally.ts';
import type { Counts, Trouble } from './troubled-upstreams.ts';
import type { World } from './world.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly requests: number;
  readonly concurrency: number;
  /** Told after each tenth how many calls are done. */
  readonly onProgress?: (done: number) => void;
}

export interface ChaosReport {
  readonly options: ChaosOptions;
  readonly seconds: number;
  readonly tally: Told;
  /** Attempts that the gateway made. */
  readonly attempts: number;
  /** What the upstreams did. */
  readonly counts: Counts | undefined;
  /** Bytes that are held, and that the process has, after each tenth of the calls. */
  readonly heap: readonly number[];
  readonly rss: readonly number[];
  /** Requests that the gateway still holds when all callers have gone. */
  readonly left: number;
}

const names = ['east', 'west', 'north'] as const;
/**
 * Extra attempts that each call earns, and that can be saved up: more than the default, because an upstream that goes
 * takes a third of 500 calls down with it.
 */
export const budget = { ratio: 0.2, savings: 1000 };

const trouble = {
  names,
  failing: 0.08,
  every: 15_000,
  limited: 3000,
  fastest: 200,
  slowest: 600,
} satisfies Omit<Trouble, 'seed'>;

/**
 * As somebody sets it up who would rather wait than fail. Each target is tried at most twice in a row, and where that is
 * not enough, `chat` goes on to `again`: the same targets once more, those included that have let a deadline pass. Of
 * hundreds of calls that begin together, those that fail are over first: more of them in a row than usual are no outage.
 */
function openGateway(ports: readonly number[]): Gateway {
  const at = (index: number) =>
    openaiCompatible({
      baseURL: `http://127.0.0.1:${ports[index]}/v1`,
      apiKey: [`${names[index]}-1`, `${names[index]}-2`],
    });
  const targets = ['east/gpt', 'west/gpt', 'north/gpt'] as const;
  return createGateway({
    open: true,
    upstreams: { east: at(0), west: at(1), north: at(2) },
    models: {
      chat: { targets, strategy: 'fastest', fallback: { outage: 'again' } },
      again: { targets, strategy: 'fastest' },
    },
    timeouts: { connect: 2000, firstByte: 4000, idle: 4000, total: 30_000 },
    retry: { rounds: 1, longestPause: 5000, ...budget },
    breaker: { consecutiveFailures: 20, resetAfter: 1000 },
    memory: false,
  });
}

/** Upstreams and callers in a process of their own, the gateway in this one, sockets between all of them. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, requests, concurrency, onProgress } = options;
  const child = await startChild<World>(new URL('./world.ts', import.meta.url));
  try {
    const gateway = openGateway(await child.call('listen', { seed, ...trouble }));
    await using host = await startHost(gateway);
    let attempts = 0;
    gateway.on('attempt', () => {
      attempts++;
    });
    const heap: number[] = [];
    const rss: number[] = [];
    const noteTenths = async (): Promise<void> => {
      const done = await child.call('done');
      if (done < (requests / 10) * (heap.length + 1)) return;
      heap.push(heapInUse());
      rss.push(process.memoryUsage.rss());
      onProgress?.(done);
    };
    const startedAt = performance.now();
    const timer = setInterval(() => void noteTenths(), 200);
    const traffic = { port: host.port, requests, concurrency, down: seed % names.length };
    const tally = await child.call('run', traffic).finally(() => clearInterval(timer));
    const seconds = (performance.now() - startedAt) / 1000;
    await noteTenths();
    await until(() => gateway.stats().active === 0, 'everything is settled').catch(() => {});
    const left = gateway.stats().active;
    await gateway.close();
    const counts = await child.call('counts');
    return { options, seconds, tally, attempts, counts, heap, rss, left };
  } finally {
    await child.close();
  }
}
