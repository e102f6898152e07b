import type { Context, OpenTelemetry, Span, SpanContext } from './open-telemetry.ts';

/** A span, and what is inside of it: a context is made for those only that are asked for one. */
export class Within {
  readonly span: Span;
  /** As those are told who go on with it. */
  readonly told: SpanContext;
  readonly #api: OpenTelemetry;
  readonly #parent: Context;
  #context: Context | undefined;

  constructor(api: OpenTelemetry, parent: Context, span: Span) {
    this.#api = api;
    this.#parent = parent;
    this.span = span;
    this.told = span.spanContext();
  }

  get context(): Context {
    this.#context ??= this.#api.trace.setSpan(this.#parent, this.span);
    return this.#context;
  }
}
