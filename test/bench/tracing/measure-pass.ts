import { createServer } from 'node:http';
import { createGateway, openaiCompatible, toNodeListener } from '@vector-engine/core';
import { startChild } from '../ipc.ts';
import { listen } from '../listen.ts';
import type { LoadHandlers } from '../load.ts';
import { median } from '../statistics.ts';
import { inSpan, registerSdk } from '../subjects/tracing.ts';
import type { UpstreamHandlers } from '../upstream.ts';

/** Calls at once. */
const concurrency = 50;
/** Milliseconds of a turn. */
const slice = 60;
/** Before anything is looked at, until all of it is compiled: traces more so than the pass, which both run. */
const warmUp = 3_000;

export interface PassFigures {
  /** Microseconds of processor time for a call without traces; of a busy machine more than it takes. */
  readonly untraced: number;
  /** Of the same with one call in a hundred recorded, to that. */
  readonly ratio: number;
}

/**
 * What traces cost: two gateways in one process take turns, many times a second, so that a machine that has other things to
 * do is as slow for the one as for the other.
 */
export async function measurePass(rounds: number): Promise<PassFigures> {
  const upstream = await startChild<UpstreamHandlers>(new URL('../upstream.ts', import.meta.url));
  const load = await startChild<LoadHandlers>(new URL('../load.ts', import.meta.url));
  const baseURL = `http://127.0.0.1:${await upstream.call('port')}/v1`;
  registerSdk(0.01);
  const untraced = await serve(baseURL, false);
  const traced = await serve(baseURL, true);
  /** Microseconds of processor time for a call. */
  const spend = async (port: number, time = slice): Promise<number> => {
    await load.call('open', { shape: { port, stream: false }, count: concurrency });
    const before = process.cpuUsage();
    const { requests } = await load.call('run', time);
    const { user, system } = process.cpuUsage(before);
    await load.call('close');
    return (user + system) / requests;
  };
  try {
    await spend(untraced.port, warmUp / 3);
    await spend(traced.port, warmUp);
    const pairs: { readonly without: number; readonly with: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const isFirst = round % 2 === 0;
      const one = await spend(isFirst ? untraced.port : traced.port);
      const other = await spend(isFirst ? traced.port : untraced.port);
      pairs.push(isFirst ? { without: one, with: other } : { without: other, with: one });
    }
    return {
      untraced: median(pairs.map(({ without }) => without)),
      ratio: median(pairs.map((pair) => pair.with / pair.without)),
    };
  } finally {
    await Promise.all([untraced.close(), traced.close(), load.close(), upstream.close()]);
  }
}

interface ServedGateway {
  readonly port: number;
  close(): Promise<void>;
}

/** As a host with an SDK has it: each of its requests has a span, which those of the gateway are part of. */
async function serve(baseURL: string, isTraced: boolean): Promise<ServedGateway> {
  const gateway = createGateway({
    open: true,
    upstreams: { up: openaiCompatible({ baseURL, apiKey: 'k' }) },
    models: { 'bench-model': 'up/bench-model-upstream' },
    tracing: isTraced,
  });
  const server = createServer(inSpan(toNodeListener(gateway)));
  return {
    port: await listen(server),
    close: async () => {
      await gateway.close({ grace: 0 });
      server.closeAllConnections();
      server.close();
    },
  };
}
