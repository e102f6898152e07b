import type { Call, Dialect, Operation, RequestFacts } from '../protocol/call.ts';
import type { EndEvent } from '../protocol/events.ts';
import type { AttemptStart, AttemptTrace, CallTrace, KeptContent } from '../protocol/trace.ts';
import { OpenAttemptTrace } from './attempt-trace.ts';
import { type Attributes, errorStatus, type Span } from './open-telemetry.ts';
import { requestAttributes } from './request-attributes.ts';
import { genAi, general, own } from './semantic-names.ts';
import type { Asked, Telemetry } from './telemetry.ts';
import type { Within } from './within.ts';

/** Characters of a name that a caller has chosen. */
const longestName = 256;

/** The span of one call that is recorded. */
export class OpenCallTrace implements CallTrace {
  readonly #telemetry: Telemetry;
  readonly #span: Span;
  #asked: Asked;
  /** Told at the end, all at once: calls that are recorded are few, and what is rarely run is slow. */
  readonly #told: Attributes = {};
  #kind: { readonly operation: Operation; readonly dialect: Dialect } | undefined;

  /** `name`: the operation, as the convention calls it. */
  constructor(telemetry: Telemetry, name: string, within: Within) {
    this.#telemetry = telemetry;
    this.#span = within.span;
    this.#asked = { name, within, operation: undefined, request: undefined, failed: undefined };
  }

  run<Result>(serve: () => Result): Result {
    return this.#telemetry.api.context.with(this.#asked.within, serve);
  }

  named(model: string): void {
    this.#told[genAi.model] = model.slice(0, longestName);
  }

  understood({ traceless }: RequestFacts, call: Call): void {
    const { operation, dialect, stream } = call;
    this.#kind = { operation, dialect };
    const { safely } = this.#telemetry;
    const model = call.model.slice(0, longestName);
    const said = traceless === true ? undefined : safely(() => requestAttributes(call), undefined);
    const request = { ...said, ...(stream ? { [genAi.stream]: true } : {}) };
    this.#asked = { ...this.#asked, operation, request: traceless === true ? undefined : request };
    safely(() => this.#span.updateName(`${this.#asked.name} ${model}`), undefined);
    this.#told[genAi.model] = model;
    Object.assign(this.#told, request);
  }

  attemptStarted(start: AttemptStart): AttemptTrace {
    return new OpenAttemptTrace(this.#telemetry, this.#asked, start);
  }

  ended(event: () => EndEvent, content: KeptContent | undefined): KeptContent | undefined {
    this.#telemetry.safely(() => this.#tell(event()), undefined);
    if (content === undefined || this.#kind === undefined) {
      this.#end();
      return content;
    }
    const { operation, dialect } = this.#kind;
    const endedAt = performance.now();
    return {
      take: async () => {
        const taken = await content.take();
        void this.#show(taken, { operation, dialect, endedAt });
        return taken;
      },
      drop: () => {
        content.drop();
        this.#end(endedAt);
      },
    };
  }

  /** What the ledger keeps, the span has too. Never rejects. */
  async #show(
    taken: Awaited<ReturnType<KeptContent['take']>>,
    { endedAt, ...kind }: { operation: Operation; dialect: Dialect; endedAt: number },
  ): Promise<void> {
    try {
      if (taken === undefined) return;
      const { readMessages } = await import('./read-messages.ts');
      const attributes = await readMessages(taken.question.reveal(), taken.answer.reveal(), kind);
      this.#set(() => attributes);
    } catch {
      // Nothing of it is told either.
    } finally {
      this.#end(endedAt);
    }
  }

  #tell(event: EndEvent): void {
    const { request, target, usage, error } = event;
    const principal = request?.principal;
    const place = target && this.#telemetry.places.get(target.upstream);
    const attributes = this.#told;
    attributes[own.requestId] = event.requestId;
    attributes[general.status] = event.status;
    set(attributes, genAi.provider, place?.provider);
    set(attributes, own.upstream, target?.upstream);
    set(attributes, own.model, target?.model.slice(0, longestName));
    attributes[own.attempts] = event.attempts;
    set(attributes, own.cache, event.cache);
    set(attributes, own.cost, event.cost === undefined ? undefined : event.cost / 1e9);
    set(attributes, own.inputTokens, usage?.inputTokens);
    set(attributes, own.outputTokens, usage?.outputTokens);
    set(attributes, own.isEstimated, usage?.isEstimated);
    set(attributes, own.tenant, principal?.tenant);
    set(attributes, own.principal, principal?.id);
    set(attributes, own.virtualKey, principal?.key);
    if (request?.priority === 'batch') attributes[own.priority] = 'batch';
    if (request?.stream === true && event.firstByteMilliseconds !== undefined)
      attributes[genAi.firstChunk] = event.firstByteMilliseconds / 1000;
    if (error === 'VE_CLIENT_CLOSED') attributes[own.cancelled] = 'by the caller';
    else if (error !== undefined) attributes[general.error] = error;
    this.#span.setAttributes(attributes);
    if (error !== undefined && error !== 'VE_CLIENT_CLOSED') this.#span.setStatus({ code: errorStatus });
  }

  #set(build: () => Attributes): void {
    this.#telemetry.safely(() => void this.#span.setAttributes(build()), undefined);
  }

  #end(time?: number): void {
    this.#telemetry.safely(() => this.#span.end(time), undefined);
  }
}

function set(attributes: Attributes, name: string, value: Attributes[string] | undefined): void {
  if (value !== undefined) attributes[name] = value;
}
