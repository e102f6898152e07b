import { createRequire } from 'node:module';

/** What is used of `@opentelemetry/api` 1.x, written down: whoever has none can compile against us all the same. */
export interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string): Tracer;
    setSpan(context: Context, span: Span): Context;
    getSpan(context: Context): Span | undefined;
    isSpanContextValid(context: SpanContext): boolean;
  };
  readonly context: {
    active(): Context;
    with<Result>(context: Context, run: () => Result): Result;
  };
  readonly propagation: {
    fields(): string[];
    extract<Carrier>(context: Context, carrier: Carrier, getter: Getter<Carrier>): Context;
  };
}

export interface Context {
  getValue(key: symbol): unknown;
  deleteValue(key: symbol): Context;
  setValue(key: symbol, value: unknown): Context;
}

export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  /** It was told by another process. */
  readonly isRemote?: boolean | undefined;
  readonly traceState?: { serialize(): string } | undefined;
}

interface Getter<Carrier> {
  keys(carrier: Carrier): string[];
  get(carrier: Carrier, name: string): string | string[] | undefined;
}

export type Attributes = Record<string, string | number | boolean | string[]>;

export interface Span {
  spanContext(): SpanContext;
  isRecording(): boolean;
  updateName(name: string): unknown;
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { readonly code: number }): unknown;
  /** Milliseconds, by `performance.now()`. */
  end(time?: number): void;
}

export interface Tracer {
  startSpan(
    name: string,
    options: { readonly kind: number; readonly attributes: Attributes },
    context: Context,
  ): Span;
}

/** `SpanKind` and `SpanStatusCode` of `@opentelemetry/api`. */
export const spanKinds = { internal: 0, server: 1, client: 2 } as const;
export const errorStatus = 2;
/** A bit of `traceFlags`: https://www.w3.org/TR/trace-context/#sampled-flag. */
export const sampled = 1;

/** What an SDK leaves behind when it is registered: `internal/global-utils.ts` of `@opentelemetry/api`. */
const mark: unique symbol = Symbol.for('opentelemetry.js.api.1');
/** What keeps instrumentations silent: `trace/suppress-tracing.ts` of `@opentelemetry/core`. */
const suppressed = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** What the host has registered: each the same object as long as it is the same; undefined: nothing. */
export interface Registered {
  /** For traces. */
  readonly trace?: unknown;
  /** For passing them on. */
  readonly propagation?: unknown;
}

/** Undefined where the host has registered nothing. */
export function findRegistered(): Registered | undefined {
  return marked[mark];
}

const marked: typeof globalThis & { readonly [mark]?: Registered | undefined } = globalThis;

/** Undefined where it is not installed. */
export function loadOpenTelemetry(): OpenTelemetry | undefined {
  try {
    const api: unknown = createRequire(import.meta.url)('@opentelemetry/api');
    // A test holds that the package is what is written down above.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return api as OpenTelemetry;
  } catch {
    return undefined;
  }
}

/** The API keeps it to itself, and gives it to every context that a span is put into. */
export function findSpanKey(api: OpenTelemetry): symbol {
  let found: symbol | undefined;
  const context: Context = {
    getValue: () => undefined,
    deleteValue: () => context,
    setValue(key) {
      found = key;
      return context;
    },
  };
  api.trace.setSpan(context, noSpan);
  if (found === undefined) throw new Error('@opentelemetry/api puts no span into a context');
  return found;
}

const noSpan: Span = {
  spanContext: () => ({ traceId: '', spanId: '', traceFlags: 0 }),
  isRecording: () => false,
  updateName: () => noSpan,
  setAttributes: () => noSpan,
  setStatus: () => noSpan,
  end: () => undefined,
};

export function suppress(context: Context): Context {
  return context.setValue(suppressed, true);
}
