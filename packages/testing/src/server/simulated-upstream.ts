import type { Clock } from '@vector-engine/core';
import type { Fault } from '../faults/fault.ts';
import type { FaultChooser } from '../faults/schedule-faults.ts';
import type { RecordedRequest } from './record-request.ts';

/** How any simulated server listens and keeps time. */
export interface ServerOptions {
  /** Where `receivedAt`, pace and slowness come from; default the machine's own clock. */
  readonly clock?: Clock;
  /** Milliseconds between two events of a stream; default 0. */
  readonly pace?: number;
  /** Serve https. `selfSignedCertificate()` makes a pair. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** With `tls`: offer HTTP/2 by ALPN, beside HTTP/1.1. */
  readonly http2?: boolean;
  /** How many requests the log keeps, oldest forgotten first; default all. For soaks and benchmarks. */
  readonly keepRequests?: number;
}

/** A provider that is really a server on this machine. */
export interface SimulatedUpstream extends AsyncDisposable {
  /** What an SDK takes as its base URL, such as `http://127.0.0.1:4711/v1`. */
  readonly baseURL: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly port: number;
  /** What arrived, oldest first. Set its length to 0 to forget. */
  readonly requests: RecordedRequest[];
  /** Connections ever accepted. */
  readonly connections: number;
  readonly openConnections: number;
  /** Requests whose exchange is not over. */
  readonly openRequests: number;
  /** Settles when `count` requests were read in full, counted since the start; returns the log. */
  waitForRequests(count: number): Promise<readonly RecordedRequest[]>;
  /**
   * From now on this goes wrong, until `heal()`, or for the next `times` requests (connections, for
   * `reset-on-connect`). Replaces an earlier fault. A function decides per request; its index counts from this call.
   */
  fail(fault: Fault | FaultChooser, options?: { readonly times?: number }): void;
  heal(): void;
  /** Stops listening: new connections are refused, idle ones are closed, answers under way go on to their end. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
  /** Stops for good and destroys every connection. */
  close(): Promise<void>;
}
