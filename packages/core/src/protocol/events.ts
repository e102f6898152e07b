import type { GatewayErrorCode } from '../errors.ts';
import type { RequestFacts, TargetName } from './call.ts';
import type { Usage } from './usage.ts';

/** A request was read and understood. */
export interface RequestEvent {
  readonly request: RequestFacts;
}

/** One attempt at one target is over; for a stream, at its end. */
export interface AttemptEvent {
  readonly request: RequestFacts;
  readonly target: TargetName;
  /** 1 for the first. */
  readonly attempt: number;
  readonly outcome: 'success' | 'failure' | 'neutral';
  readonly error?: GatewayErrorCode;
  readonly upstreamStatus?: number;
  readonly milliseconds: number;
}

/** The request is over: answered, refused, broken off or left by the caller. */
export interface EndEvent {
  readonly requestId: string;
  /** Undefined when the request was refused before it was understood. */
  readonly request: RequestFacts | undefined;
  /** The one that answered. */
  readonly target: TargetName | undefined;
  readonly attempts: number;
  /** What the caller got; 499 when the caller left before that. */
  readonly status: number;
  readonly error?: GatewayErrorCode;
  /** As the provider counted it; undefined where it did not say. */
  readonly usage: Usage | undefined;
  /** Until the head was written. */
  readonly firstByteMilliseconds: number | undefined;
  readonly milliseconds: number;
}

/** The breaker of a target changed its state. */
export interface BreakerEvent {
  readonly target: TargetName;
  readonly state: 'closed' | 'open' | 'half-open';
}

export interface GatewayEvents {
  readonly request: RequestEvent;
  readonly attempt: AttemptEvent;
  readonly end: EndEvent;
  readonly breaker: BreakerEvent;
}
