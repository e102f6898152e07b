import type { GatewayErrorCode } from '../errors.ts';
import type { LostHold } from './account.ts';
import type { RequestFacts, TargetName } from './call.ts';
import type { TaskRecord } from './task.ts';
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
  /** True where it went on with a stream that another had broken off; left out otherwise. */
  readonly isContinuation?: boolean;
  readonly milliseconds: number;
}

/**
 * What the cache had to do with an answer: it had it (`hit`), an upstream was asked (`miss`), another request's call to an
 * upstream was shared (`joined`), or nothing (`bypass`).
 */
export type CacheOutcome = 'hit' | 'miss' | 'joined' | 'bypass';

/** The request is over: answered, refused, broken off or left by the caller. */
export interface EndEvent {
  readonly requestId: string;
  /** Undefined when the request was refused before it was understood. */
  readonly request: RequestFacts | undefined;
  /** The one that answered. */
  readonly target: TargetName | undefined;
  readonly attempts: number;
  /** Those of them that went on with a stream that had broken off; left out where none did. */
  readonly continuations?: number;
  /** What the caller got; 499 when the caller left before that. */
  readonly status: number;
  readonly error?: GatewayErrorCode;
  /** As the provider counted it; undefined where it did not say, and where another request has paid. */
  readonly usage: Usage | undefined;
  /** Nano-dollars (1e-9 of a dollar), whole; left out where it is not known. */
  readonly cost?: number;
  /** Left out where there is no cache. */
  readonly cache?: CacheOutcome;
  /** Until the head was written. */
  readonly firstByteMilliseconds: number | undefined;
  readonly milliseconds: number;
}

/** The breaker of a target changed its state, or an operator opened, drained or closed the target by hand. */
export interface BreakerEvent {
  readonly target: TargetName;
  readonly state: 'closed' | 'open' | 'half-open';
  /** What an operator did (`gateway.targets`); left out where nobody did. */
  readonly byHand?: 'open' | 'drain' | 'close';
}

/** An upstream was looked at, because its option `probe` asks for it. */
export interface ProbeEvent {
  readonly upstream: string;
  /** `down`: it did not answer, or with a status of 500 or more; `unknown`: for want of a key it could not be asked. */
  readonly outcome: 'up' | 'down' | 'unknown';
  readonly error?: GatewayErrorCode;
  readonly upstreamStatus?: number;
  readonly milliseconds: number;
}

/** What is left on the account behind a key became low, or nothing, or is well again. */
export interface BalanceEvent {
  /** The upstream's name in the options. */
  readonly upstream: string;
  /** Its place in the upstream's list of keys, from 0; never the key itself. */
  readonly key: number;
  /** `empty`: the key is passed over while another can be had. */
  readonly state: 'fine' | 'low' | 'empty';
  /** In the account's own currency. */
  readonly left: number;
  /** ISO 4217, where it is known. */
  readonly currency: string | undefined;
}

/** The cache's second tier fails, or is well again; meanwhile there is only the first. */
export interface CacheTierEvent {
  readonly state: 'failing' | 'well';
  /** Of what it failed. */
  readonly reason?: string;
}

/** Other processes are out of reach, or within reach again; meanwhile this one goes on by itself. */
export interface SharedEvent {
  readonly state: 'failing' | 'well';
  /** Why they are out of reach. */
  readonly reason?: string;
}

/** A job came to another state, or what it cost was settled. */
export interface TaskEvent {
  readonly id: string;
  /** Whose it is: a tenant's, or `user` and the id of a person without one; empty where callers are not told apart. */
  readonly owner: string;
  readonly operation: TaskRecord['operation'];
  /** As the caller named it. */
  readonly model: string;
  readonly state: TaskRecord['state'];
  readonly target: TargetName | undefined;
  /** Nano-dollars (1e-9 of a dollar), once it is settled; undefined where it is not known. */
  readonly cost: number | undefined;
  /** True once. */
  readonly isSettled: boolean;
  readonly error?: string;
}

/** The store of limits fails, or is well again; meanwhile this process counts by itself. */
export interface LimitsEvent {
  readonly state: 'failing' | 'well';
  /** Of what it failed. */
  readonly reason?: string;
}

/** Whose a budget is: what is at a path and below it, or a virtual key, by its id. */
export interface BudgetPlace {
  readonly path?: string | undefined;
  readonly key?: string | undefined;
}

/** More than its soft share of a budget is spent. Money is in dollars. */
export interface BudgetEvent {
  /** What is at a path and below it, or a virtual key. */
  readonly owner: BudgetPlace;
  readonly window: 'day' | 'week' | 'month' | 'total' | 'credit';
  /** Of the limit; 0.83, say. */
  readonly share: number;
  readonly limit: number;
  readonly spent: number;
  /** ISO time at which it begins anew; undefined where it never does. */
  readonly resetsAt: string | undefined;
}

/** What was held for calls counts as spent, because nobody has settled it: their process died, say. */
export interface HoldsLostEvent {
  readonly holds: readonly LostHold[];
}

/** Calls cannot be written down, or can again. What waits is written then. */
export interface LedgerEvent {
  readonly state: 'failing' | 'well';
  /** Of what it failed. */
  readonly reason?: string;
}

export interface GatewayEvents {
  readonly request: RequestEvent;
  readonly attempt: AttemptEvent;
  readonly end: EndEvent;
  readonly balance: BalanceEvent;
  readonly breaker: BreakerEvent;
  readonly probe: ProbeEvent;
  readonly cacheTier: CacheTierEvent;
  readonly shared: SharedEvent;
  readonly task: TaskEvent;
  readonly limits: LimitsEvent;
  readonly budget: BudgetEvent;
  readonly holdsLost: HoldsLostEvent;
  readonly ledger: LedgerEvent;
}
