import type { FlightFacts, FlightOutcome } from './cache/flight.ts';
import type { GatewayError } from './errors.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { TargetName } from './protocol/call.ts';
import type { Outcome } from './protocol/layer.ts';
import type { Attempt } from './resilience/attempt.ts';
import type { RequestListener } from './resilience/request-listener.ts';

/**
 * What is known of an upstream call that several requests share. Attempts and usage are told to one of them: to the one
 * that started it, or where that has left, to one that is still there.
 */
export class FlightRecord implements RequestListener, FlightFacts {
  #payer: RequestRecord;
  #last: Attempt | undefined;
  #outcome: FlightOutcome | undefined;
  trouble: GatewayError | undefined;
  /** The answer is another model's, which is good for now only. */
  hasFallenBack = false;
  /** The answer has begun. One that broke off afterwards and was gone on with is not what was asked for. */
  hasArrived = false;
  #isPatched = false;

  constructor(payer: RequestRecord) {
    this.#payer = payer;
  }

  get target(): TargetName | undefined {
    return this.#last?.target;
  }

  /** Undefined where the call did not end well. */
  get outcome(): FlightOutcome | undefined {
    return this.hasFallenBack || this.#isPatched ? undefined : this.#outcome;
  }

  /** The one who paid has left. */
  handOver(payer: RequestRecord): void {
    this.#payer = payer;
    if (this.#last !== undefined) payer.attemptStarted(this.#last);
  }

  attemptStarted(attempt: Attempt): void {
    this.#last = attempt;
    this.#payer.attemptStarted(attempt);
  }

  attemptSettled(attempt: Attempt, outcome: Outcome): number {
    if (outcome.health === 'success' && outcome.error === undefined)
      this.#outcome = { target: attempt.target, usage: toldUsage(outcome.usage) };
    else if (this.hasArrived && outcome.health === 'failure') this.#isPatched = true;
    if (attempt === this.#last) this.trouble = outcome.error;
    return this.#payer.attemptSettled(attempt, outcome);
  }

  attemptChosen(attempt: Attempt, outcome: Outcome | undefined): void {
    this.#last = attempt;
    this.#payer.attemptChosen(attempt, outcome);
  }

  tells(name: string, value: string): void {
    this.#payer.tells(name, value);
  }

  /** The requests that share it end by themselves. */
  requestEnded(): void {}
}

/** What is only estimated is not told again to those who ask the same later. */
function toldUsage(usage: Outcome['usage']): Outcome['usage'] {
  return usage?.isEstimated === true ? undefined : usage;
}
