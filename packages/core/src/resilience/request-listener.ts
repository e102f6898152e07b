import type { Outcome } from '../protocol/layer.ts';
import type { Attempt } from './attempt.ts';

/** Told of every attempt of a request when it starts and when it is over, and of the request's own end. */
export interface RequestListener {
  attemptStarted(attempt: Attempt): void;
  attemptSettled(attempt: Attempt, outcome: Outcome): void;
  /** Of two that were under way at once, this one is the answer. `outcome`: if it is over already. */
  attemptChosen(attempt: Attempt, outcome: Outcome | undefined): void;
  requestEnded(): void;
  /** Something about the request that its caller is to know, in a header. */
  tells?(name: string, value: string): void;
}

/** Told of what a request has used, and that it is over. */
export type Payer = Pick<RequestListener, 'attemptSettled' | 'requestEnded'>;
