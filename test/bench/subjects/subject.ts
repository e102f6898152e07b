/** What the gateway's own parts have counted so far. Only our own gateway tells it. */
export interface Liveness {
  /** Requests that ended, and of these the ones whose usage was read from the answer. */
  readonly ended: number;
  readonly metered: number;
  /** Successes that the circuit breaker recorded. */
  readonly recorded: number;
  /** How often a breaker opened. */
  readonly opened: number;
}

/** Milliseconds that the gateway of the probes waits for a first byte. */
export const PROBE_DEADLINE_MS = 200;

/** What was written down of a gateway's calls, and of their money, in dollars. */
export interface BooksReading {
  readonly rows: number;
  readonly spent: number;
  readonly held: number;
}

/** A gateway under test, listening. */
export interface Subject {
  readonly port: number;
  readonly live?: () => Liveness;
  /** When all is written. */
  readonly books?: () => Promise<BooksReading>;
}

/** Each subject's file exports `start` of this type. */
export type StartSubject = (upstreamPort: number) => Promise<Subject>;
