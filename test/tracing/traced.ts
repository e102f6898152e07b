import { type Attributes, context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { createGateway, type Gateway, type GatewayOptions, openaiCompatible } from '@vector-engine/core';
import { type SimulatedOpenAIOptions, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { expect } from 'vitest';

/** The host's SDK: what it has exported, and what it complains of. */
export interface Sdk extends Disposable {
  readonly complaints: readonly string[];
  /** Those that have ended, in the order in which they have begun. */
  spans(): ReadableSpan[];
}

const silent = (): void => undefined;

/** Registers an SDK with the default propagators, as a host does; takes it off again at the end. */
export function registerSdk(sampler?: Sampler): Sdk {
  const exporter = new InMemorySpanExporter();
  const complaints: string[] = [];
  const complain = (message: string): void => void complaints.push(message);
  diag.setLogger(
    { error: complain, warn: complain, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler === undefined ? {} : { sampler }),
  });
  provider.register();
  return {
    complaints,
    spans: () => {
      const all = exporter.getFinishedSpans();
      return all.toSorted(
        (one, other) => timeOf(one) - timeOf(other) || depthIn(all, one) - depthIn(all, other),
      );
    },
    [Symbol.dispose]() {
      trace.disable();
      context.disable();
      propagation.disable();
      diag.disable();
    },
  };
}

function timeOf({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** How many of the others it is a part of: what begins within a millisecond has the same time. */
function depthIn(all: readonly ReadableSpan[], one: ReadableSpan): number {
  const parent = all.find((other) => other.spanContext().spanId === one.parentSpanContext?.spanId);
  return parent === undefined ? 0 : 1 + depthIn(all, parent);
}

export interface TracedOptions {
  readonly upstream?: SimulatedOpenAIOptions;
  readonly gateway?: Partial<Omit<GatewayOptions, 'identify' | 'keys' | 'models' | 'open' | 'upstreams'>>;
}

/** Two simulated upstreams behind a gateway, and the SDK that sees it. */
export interface World extends AsyncDisposable {
  readonly sdk: Sdk;
  readonly gateway: Gateway;
  readonly first: SimulatedUpstream;
  readonly second: SimulatedUpstream;
  ask(
    body: object,
    how?: {
      readonly path?: string;
      readonly headers?: Record<string, string>;
      readonly signal?: AbortSignal;
    },
  ): Promise<Response>;
  /** Once so many spans have ended. */
  spans(count: number): Promise<ReadableSpan[]>;
}

const models = {
  'gpt-4o': ['first', 'second'],
  'text-embedding-3-small': 'first',
  'gpt-image-1': 'first',
  'gpt-3.5-turbo-instruct': 'first',
  'omni-moderation-latest': 'first',
} as const;

export async function openWorld(
  { upstream: simulation = {}, gateway: own = {} }: TracedOptions = {},
  sdk: Sdk = registerSdk(),
): Promise<World> {
  const first = await simulatedOpenAI(simulation);
  const second = await simulatedOpenAI(simulation);
  const options: unknown = {
    open: true,
    upstreams: {
      first: openaiCompatible({ vendor: 'mistral', baseURL: first.baseURL, apiKey: 'sk-first' }),
      second: openaiCompatible({ baseURL: second.baseURL, apiKey: 'sk-second' }),
    },
    models,
    random: () => 0,
    ...own,
  };
  // Which options there are is checked by the type of `own`.
  const gateway: Gateway = createGateway(options as GatewayOptions);
  return {
    sdk,
    gateway,
    first,
    second,
    ask: (body, { path = '/v1/chat/completions', headers = {}, signal } = {}) =>
      gateway.fetch(`http://gateway${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    spans: async (count) => {
      // What reads the content of a call is loaded with the first.
      await expect.poll(() => sdk.spans().length, { timeout: 10_000 }).toBe(count);
      return sdk.spans();
    },
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await Promise.all([first.close(), second.close()]);
      sdk[Symbol.dispose]();
      // A span that ends twice, or has an attribute that is none, is told there.
      expect(sdk.complaints).toEqual([]);
    },
  };
}

export const question: { readonly model: string; readonly messages: readonly object[] } = {
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'hello there' }],
};

/** Of one that must be there. */
export function attributesOf(span: ReadableSpan | undefined): Attributes {
  expect(span).toBeDefined();
  return span?.attributes ?? {};
}

export function parentOf(span: ReadableSpan | undefined): string | undefined {
  return span?.parentSpanContext?.spanId;
}

export function idOf(span: ReadableSpan | undefined): string | undefined {
  return span?.spanContext().spanId;
}
