import { createServer } from 'node:http';
import {
  NodeTracerProvider,
  NoopSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { toNodeListener } from '@vector-engine/core';
import { listen } from '../listen.ts';
import { benchGateway } from './gateway.ts';
import type { Subject } from './subject.ts';

/** `share`: of the calls that are recorded. What becomes of their spans costs the host's exporter, and is none of ours. */
export async function startTraced(upstreamPort: number, share: number): Promise<Subject> {
  new NodeTracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new NoopSpanProcessor()],
  }).register();
  const { gateway, live } = benchGateway(upstreamPort);
  return { port: await listen(createServer(toNodeListener(gateway))), live };
}
