/** Our gateway as all three of its subjects mount it, with everything on that is on by default. */
import { createGateway, type Gateway, openaiCompatible } from '@vector-engine/core';
import { livenessOf } from './liveness-of.ts';
import type { Liveness } from './subject.ts';

/** More than the streams that the memory scenario holds open. */
const MAX_CONCURRENCY = 2_000;

export interface BenchGateway {
  readonly gateway: Gateway;
  readonly live: () => Liveness;
}

export function benchGateway(
  upstreamPort: number,
  { tracing, ...timeouts }: { readonly firstByte?: number; readonly tracing?: boolean } = {},
): BenchGateway {
  const gateway = createGateway({
    open: true,
    ...(tracing === undefined ? {} : { tracing }),
    upstreams: {
      up: openaiCompatible({
        baseURL: `http://127.0.0.1:${upstreamPort}/v1`,
        apiKey: 'k',
        maxConcurrency: MAX_CONCURRENCY,
        timeouts,
      }),
    },
    models: { 'bench-model': 'up/bench-model-upstream' },
  });
  return { gateway, live: livenessOf(gateway) };
}
