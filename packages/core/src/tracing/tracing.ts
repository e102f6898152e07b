import { optionsError } from '../errors.ts';
import { isLocal, type RouteMatch } from '../http/route-table.ts';
import type { Operation } from '../protocol/call.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import type { Logger } from '../protocol/logger.ts';
import type { CallTrace } from '../protocol/trace.ts';
import { OpenCallTrace } from './call-trace.ts';
import {
  type Attributes,
  findRegistered,
  findSpanKey,
  loadOpenTelemetry,
  type Span,
  type SpanContext,
  sampled,
  spanKinds,
} from './open-telemetry.ts';
import { UnrecordedCall } from './pass-on.ts';
import { genAi, operationName, own, providerName } from './semantic-names.ts';
import type { Place, Telemetry } from './telemetry.ts';
import { Within } from './within.ts';

export interface TracingParts {
  /** By their names in the options. */
  readonly upstreams: Readonly<Record<string, { readonly vendor: string; readonly origin: string }>>;
  readonly logger: Logger;
  /** Without the API there is to be no gateway. */
  readonly isRequired: boolean;
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Traces of calls, by OpenTelemetry's API: from the moment that the host has registered an SDK, which may be after the
 * gateway was made, and until it takes it off again. Until then nothing is loaded, and nothing made.
 */
export class Tracing {
  readonly #parts: TracingParts;
  readonly #places: ReadonlyMap<string, Place>;
  /** Of the host: see `findRegistered`. */
  #provider: unknown;
  #propagator: unknown;
  #telemetry: Telemetry | undefined;

  /** @throws GatewayError `VE_OPTIONS_INVALID` */
  constructor(parts: TracingParts) {
    this.#parts = parts;
    this.#places = new Map(Object.entries(parts.upstreams).map(([name, at]) => [name, placeOf(at)]));
    if (parts.isRequired && loadOpenTelemetry() === undefined)
      throw optionsError(
        'tracing: true needs @opentelemetry/api, which is not installed; npm install @opentelemetry/api, or leave tracing out',
      );
  }

  /** A request comes in. Undefined where nobody traces, and for what the gateway answers by itself: that is the host's to trace. */
  beginAt(match: RouteMatch | undefined, { method, headers }: Exchange): CallTrace | undefined {
    if (match === undefined || this.#find() === undefined) return undefined;
    for (const route of match.routes)
      if (route.method === method) return isLocal(route) ? undefined : this.begin(route.operation, headers);
    return undefined;
  }

  /** A call comes in. Undefined where nobody traces. */
  begin(operation: Operation, headers: RequestHeaders): CallTrace | undefined {
    const telemetry = this.#find();
    if (telemetry === undefined) return undefined;
    try {
      return start(telemetry, operation, headers);
    } catch (error) {
      telemetry.blame(error);
      return undefined;
    }
  }

  #find(): Telemetry | undefined {
    const registered = findRegistered();
    const provider = registered?.trace;
    const propagator = registered?.propagation;
    if (provider !== this.#provider || propagator !== this.#propagator) {
      this.#provider = provider;
      this.#propagator = propagator;
      this.#telemetry = provider === undefined ? undefined : this.#load();
    }
    return this.#telemetry;
  }

  #load(): Telemetry | undefined {
    const { logger } = this.#parts;
    const api = loadOpenTelemetry();
    if (api === undefined) {
      logger.warn({}, 'calls are not traced: an SDK of OpenTelemetry is there, but no @opentelemetry/api');
      return undefined;
    }
    const blame = (error: unknown): void =>
      logger.warn({ error }, 'a call is not traced as it should be: the SDK of OpenTelemetry threw');
    const safely: Telemetry['safely'] = (work, otherwise) => {
      try {
        return work();
      } catch (error) {
        blame(error);
        return otherwise;
      }
    };
    return safely(() => {
      const tracer = api.trace.getTracer('@vector-engine/core');
      const fields = api.propagation.fields();
      const passesOn = fields.includes('traceparent');
      return {
        api,
        tracer,
        places: this.#places,
        spanKey: findSpanKey(api),
        fields,
        passesOn,
        blame,
        safely,
      };
    }, undefined);
  }
}

/** Goes on with the host's trace, or else with that of the caller. */
function start(telemetry: Telemetry, operation: Operation, headers: RequestHeaders): CallTrace {
  const { api, spanKey, tracer } = telemetry;
  const active = api.context.active();
  const around = api.trace.getSpan(active);
  const outer = around?.spanContext();
  const isInside = outer !== undefined && api.trace.isSpanContextValid(outer);
  // A span that the host does not record has no parts that are: to make them costs more than all the rest.
  if (isInside && around !== undefined && isLeftOut(around, outer))
    return new UnrecordedCall(telemetry, new Within(spanKey, active, around), false);
  // Nearly every caller says nothing of a trace.
  const isTold = !isInside && telemetry.fields.some((name) => headers[name] !== undefined);
  const parent = isTold ? api.propagation.extract(active, headers, headerGetter) : active;
  const name = operationName(operation);
  const span = tracer.startSpan(name, wishFor(operation, isInside), parent);
  const within = new Within(spanKey, parent, span);
  return span.isRecording()
    ? new OpenCallTrace(telemetry, name, within)
    : new UnrecordedCall(telemetry, within, !isInside);
}

interface Wish {
  readonly kind: number;
  readonly attributes: Attributes;
}

const inside = new Map<Operation, Wish>();
const outside = new Map<Operation, Wish>();

/** What a span begins with: the same for every call of an operation. */
function wishFor(operation: Operation, isInside: boolean): Wish {
  const wishes = isInside ? inside : outside;
  const known = wishes.get(operation);
  if (known !== undefined) return known;
  const attributes = { [genAi.operation]: operationName(operation), [own.operation]: operation };
  const wish = { kind: isInside ? spanKinds.internal : spanKinds.server, attributes };
  wishes.set(operation, wish);
  return wish;
}

/** The host has decided: what another process says is for the host's sampler to judge. */
function isLeftOut(span: Span, { isRemote, traceFlags }: SpanContext): boolean {
  return isRemote !== true && (traceFlags & sampled) === 0 && !span.isRecording();
}

const headerGetter = {
  keys: (headers: RequestHeaders): string[] => Object.keys(headers),
  get: (headers: RequestHeaders, name: string): string | string[] | undefined => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' || value === undefined ? value : [...value];
  },
};

function placeOf({ vendor, origin }: TracingParts['upstreams'][string]): Place {
  const { hostname, port, protocol } = new URL(origin);
  return {
    provider: providerName(vendor),
    address: hostname,
    port: port === '' ? (defaultPorts[protocol] ?? 443) : Number(port),
  };
}
