import type { GatewayErrorCode } from '../errors.ts';
import type { Operation, TargetName } from '../protocol/call.ts';
import type { Attributes, OpenTelemetry, Tracer } from './open-telemetry.ts';
import type { Within } from './within.ts';

/** Where an upstream is, in the convention's words. */
export interface Place {
  readonly provider: string;
  readonly address: string;
  readonly port: number;
}

/** What spans are made with. */
export interface Telemetry {
  readonly api: OpenTelemetry;
  readonly tracer: Tracer;
  /** By the names of the upstreams. */
  readonly places: ReadonlyMap<string, Place>;
  /** Under which the API looks for a context's span. */
  readonly spanKey: symbol;
  /** Names of the headers that the host's propagators read and write. */
  readonly fields: readonly string[];
  /** Whether they speak of traces as https://www.w3.org/TR/trace-context does. */
  readonly passesOn: boolean;
  /** Tells of what the host's SDK has thrown. */
  readonly blame: (error: unknown) => void;
  /** What the host has put into its SDK may throw, which is no caller's trouble. */
  readonly safely: <Result>(work: () => Result, otherwise: Result) => Result;
}

/** What the attempts of a call have in common, and what became of those before. */
export interface Asked {
  /** The operation, as the convention calls it. */
  readonly name: string;
  /** In the span of the call. */
  readonly within: Within;
  readonly operation: Operation | undefined;
  /** Of what was asked; undefined where nothing of it is to be told. */
  readonly request: Attributes | undefined;
  /** The last that failed. */
  failed: (TargetName & { readonly code: GatewayErrorCode }) | undefined;
}
