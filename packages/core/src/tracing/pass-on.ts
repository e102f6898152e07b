import { channel } from 'node:diagnostics_channel';
import type { AttemptTrace, CallTrace, KeptContent } from '../protocol/trace.ts';
import { type SpanContext, suppress } from './open-telemetry.ts';
import type { Telemetry } from './telemetry.ts';
import type { Within } from './within.ts';

/** Of a span that is none: where the host keeps traces silent. */
const noTrace = '0'.repeat(32);
/** Where whoever instruments undici listens. */
const requests = channel('undici:request:create');

/** How the trace goes on at an upstream. */
export class Passing implements Pick<AttemptTrace, 'passOn' | 'quietly'> {
  readonly #telemetry: Telemetry;
  readonly #within: Within;

  /** `within`: the span that is the upstream's parent. */
  constructor(telemetry: Telemetry, within: Within) {
    this.#telemetry = telemetry;
    this.#within = within;
  }

  passOn(headers: string[]): string[] {
    const { safely, passesOn } = this.#telemetry;
    const { told: context } = this.#within;
    // The host's propagators speak of traces in another way: what the caller has said stays.
    if (!passesOn) return headers;
    const told =
      context.traceState === undefined ? traceOf(context) : safely(() => traceOf(context), undefined);
    return told === undefined ? headers : withoutTrace(headers).concat(told);
  }

  /** What is traced in there is a part of it. */
  protected enter<Result>(serve: () => Result): Result {
    return this.#telemetry.api.context.with(this.#within, serve);
  }

  quietly(send: () => void): void {
    if (requests.hasSubscribers) this.#telemetry.api.context.with(suppress(this.#within), send);
    else send();
  }
}

/**
 * A call that is not recorded, nor are its attempts: its upstreams go on with the call itself, or with the host's span around
 * it, and hear that it is not.
 */
export class UnrecordedCall extends Passing implements CallTrace, AttemptTrace {
  readonly #isOwn: boolean;

  /** `isOwn`: nothing of the host's is around it. */
  constructor(telemetry: Telemetry, within: Within, isOwn: boolean) {
    super(telemetry, within);
    this.#isOwn = isOwn;
  }

  run<Result>(serve: () => Result): Result {
    return this.#isOwn ? this.enter(serve) : serve();
  }

  named(): void {}

  understood(): void {}

  attemptStarted(): AttemptTrace {
    return this;
  }

  answered<Answer>(answer: Answer): Answer {
    return answer;
  }

  settled(): void {}

  ended(_event: unknown, content: KeptContent | undefined): KeptContent | undefined {
    return content;
  }
}

/**
 * As https://www.w3.org/TR/trace-context writes it; undefined where there is nothing to tell. Not what the host's propagators
 * would write beside: baggage is the host's own, and none of a vendor's business.
 */
function traceOf({ traceId, spanId, traceFlags, traceState }: SpanContext): string[] | undefined {
  if (traceId === noTrace) return undefined;
  const parent = `00-${traceId}-${spanId}-${flagsOf(traceFlags)}`;
  const state = traceState?.serialize() ?? '';
  return state === '' ? ['traceparent', parent] : ['traceparent', parent, 'tracestate', state];
}

/** Nearly all are the first. */
function flagsOf(flags: number): string {
  return flags === 0 ? '00' : (flags & 0xff).toString(16).padStart(2, '0');
}

const traceHeaders: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

function withoutTrace(headers: string[]): string[] {
  // Nearly always there is none.
  if (!headers.includes('traceparent') && !headers.includes('tracestate')) return headers;
  return headers.filter((_, index) => !traceHeaders.has(headers[index - (index % 2)] ?? ''));
}
