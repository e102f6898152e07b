import type { GatewayError } from '../errors.ts';
import type { Answer } from './answer.ts';
import type { Call, RequestFacts, TargetName } from './call.ts';
import type { Logger } from './logger.ts';
import type { AttemptTrace } from './trace.ts';
import type { Usage } from './usage.ts';

/** How an attempt ended. For a stream this is known only at its end. */
export interface Outcome {
  readonly health: 'success' | 'failure' | 'neutral';
  readonly error?: GatewayError;
  readonly usage?: Usage;
}

/** The phases of an attempt that have a deadline of their own. */
export type TimedPhase = 'queue' | 'connect' | 'firstByte' | 'idle' | 'write';

/** Where an attempt is; in `prepare` (layers, a key function) only the whole request's deadline runs. */
export type Phase = 'prepare' | TimedPhase;

/** One attempt at one target, as the layers around the send see it. */
export interface CallContext {
  readonly request: RequestFacts;
  readonly target: TargetName;
  /** 1 for the first attempt of the request. */
  readonly attempt: number;
  /** No target may be tried by the rules, and this is the least bad: its breaker is passed by. */
  readonly isForced: boolean;
  /** Everything is over. */
  readonly isSettled: boolean;
  readonly logger: Logger;
  /** Fires when the caller goes away or a deadline passes. Made on first use. */
  readonly signal: AbortSignal;
  /** Why the attempt was given up, if it was. */
  readonly aborted: GatewayError | undefined;
  /** For whoever sends: how the attempt is seen in traces. Undefined where nobody traces. */
  readonly trace?: AttemptTrace | undefined;
  /** Runs when the attempt is given up, or at once if it already was. */
  onAbort(listener: (reason: GatewayError) => void): void;
  /** Runs once, when everything of this attempt is over: at the end of a stream, not at its start. */
  onSettled(listener: (outcome: Outcome) => void): void;
  /** Told by whoever sends, once. False the second time: a layer called `next` twice, and that is refused. */
  begin(): boolean;
  /** Told by whoever sends: the attempt is now in this phase, whose deadline starts anew. */
  enter(phase: Phase): void;
  /** Told by whoever sends: which of the upstream's keys is shown, by its place in the list. */
  showKey(index: number): void;
  /** Told by whoever hides something from the target: how many of each kind. */
  showRedacted(counts: Readonly<Record<string, number>>): void;
  /** Told by whoever sends: everything is over. Later reports are ignored. */
  settle(outcome: Outcome): void;
}

/** Takes a call to an answer. A rejected promise is a `GatewayError` whose `failure` says what may follow. */
export type Send = (call: Call, context: CallContext) => Promise<Answer>;

/** Something around a send: a breaker, a limit, a trace, your own. Returns the type of what it wraps. */
export type Layer = (next: Send) => Send;

/** The first layer is the outermost. */
export function composeLayers(layers: readonly Layer[], send: Send): Send {
  return layers.reduceRight<Send>((next, layer) => layer(next), send);
}
