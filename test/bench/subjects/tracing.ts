import { createServer, type RequestListener } from 'node:http';
import { SpanKind, trace } from '@opentelemetry/api';
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

interface Traces {
  /** Of the traces that are recorded. What becomes of their spans costs the host's exporter, and is none of ours. */
  readonly share: number;
  /** Whether the gateway traces. */
  readonly isTraced: boolean;
  /** Whether each request has a span of the host's, as an instrumentation of its server makes it. */
  readonly hasSpan: boolean;
}

/** A host with an SDK of OpenTelemetry. */
export async function startTraced(
  upstreamPort: number,
  { share, isTraced, hasSpan }: Traces,
): Promise<Subject> {
  registerSdk(share);
  const { gateway, live } = benchGateway(upstreamPort, { tracing: isTraced });
  const listener = toNodeListener(gateway);
  return { port: await listen(createServer(hasSpan ? inSpan(listener) : listener)), live };
}

export function registerSdk(share: number): void {
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) });
  new NodeTracerProvider({ sampler, spanProcessors: [new NoopSpanProcessor()] }).register();
}

/** Each request has a span, which is there for all that is done for it. */
export function inSpan(listener: RequestListener): RequestListener {
  const tracer = trace.getTracer('host');
  return (request, response) =>
    tracer.startActiveSpan('POST', { kind: SpanKind.SERVER }, (span) => {
      response.once('close', () => span.end());
      listener(request, response);
    });
}
