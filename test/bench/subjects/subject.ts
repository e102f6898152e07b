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

/** A gateway under test, listening. */
export interface Subject {
  readonly port: number;
  readonly live?: () => Liveness;
}

/** Each subject's file exports `start` of this type. */
export type StartSubject = (upstreamPort: number) => Promise<Subject>;
