import type { Context, Span, SpanContext } from './open-telemetry.ts';

/**
 * A span, and the context inside of it. The API's own contexts copy a map each and make functions of their own, which every
 * call would pay for, recorded or not.
 */
export class Within implements Context {
  readonly span: Span;
  /** As those are told who go on with it. */
  readonly told: SpanContext;
  readonly #key: symbol;
  readonly #parent: Context;

  /** `key`: under which the API looks for a context's span. */
  constructor(key: symbol, parent: Context, span: Span) {
    this.#key = key;
    this.#parent = parent;
    this.span = span;
    this.told = span.spanContext();
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.span : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#whole().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#whole().deleteValue(key);
  }

  #whole(): Context {
    return this.#parent.setValue(this.#key, this.span);
  }
}
