import type { Outcome } from '../protocol/layer.ts';
import type { Attempt } from './attempt.ts';

/** Told of every attempt of a request when it starts and when it is over, and of the request's own end. */
export interface RequestListener {
  attemptStarted(attempt: Attempt): void;
  /** Gives what it cost, in nano-dollars; 0 where nobody knows. */
  attemptSettled(attempt: Attempt, outcome: Outcome): number;
  /** Of two that were under way at once, this one is the answer. `outcome`: if it is over already. */
  attemptChosen(attempt: Attempt, outcome: Outcome | undefined): void;
  requestEnded(): void;
  /** Something about the request that its caller is to know, in a header. */
  tells?(name: string, value: string): void;
}

/** Told of what a request costs, and that it is over. */
export interface Payer {
  /** Nano-dollars, of one of its attempts. */
  pay(cost: number): void;
  requestEnded(): void;
}
