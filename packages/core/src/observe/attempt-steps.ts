import type { TargetName } from '../protocol/call.ts';
import type { Outcome } from '../protocol/layer.ts';
import type { CallStep } from '../protocol/ledger.ts';
import { nameKey } from './make-entry.ts';

/** What an attempt says of itself when it is over. Times are of the gateway's clock. */
export interface StepFacts {
  readonly target: TargetName;
  readonly startedAt: number;
  /** When it began to wait for a place, and when it had one; undefined where it did not. */
  readonly queuedAt: number | undefined;
  readonly servedAt: number | undefined;
  /** When the upstream had begun to answer. */
  readonly answeredAt: number | undefined;
  readonly key: number | undefined;
}

interface Ended {
  readonly attempt: StepFacts;
  readonly outcome: Outcome;
  readonly at: number;
}

/** The attempts of a request that are over. Nearly always there is one, of which there is nothing to tell. */
export class AttemptSteps {
  #first: Ended | undefined;
  #more: Ended[] | undefined;

  /** `at`: now. */
  settled(attempt: StepFacts, outcome: Outcome, at: number): void {
    const ended = { attempt, outcome, at };
    if (this.#first === undefined) this.#first = ended;
    else (this.#more ??= []).push(ended);
  }

  /** In the order in which they began, in milliseconds from then on; undefined for one that waited for nothing and went well. */
  since(startedAt: number): readonly CallStep[] | undefined {
    const first = this.#first;
    if (first === undefined || (this.#more === undefined && isPlain(first))) return undefined;
    const all = [first, ...(this.#more ?? [])];
    return all
      .toSorted((one, other) => one.attempt.startedAt - other.attempt.startedAt)
      .map((ended) => stepOf(ended, startedAt));
  }
}

const isPlain = ({ attempt, outcome }: Ended): boolean =>
  attempt.queuedAt === undefined && outcome.error === undefined && outcome.health === 'success';

function stepOf({ attempt, outcome: { health, error }, at }: Ended, startedAt: number): CallStep {
  const { target, key, queuedAt, servedAt, answeredAt } = attempt;
  // Who takes over a call that others share may have come after it was made.
  const since = (time: number): number => Math.max(0, Math.round(time - startedAt));
  const status = error?.details.upstreamStatus;
  return {
    upstream: target.upstream,
    model: target.model,
    ...(key === undefined ? {} : { key: nameKey(key) }),
    start: since(attempt.startedAt),
    waited: queuedAt === undefined ? 0 : Math.round((servedAt ?? at) - queuedAt),
    ...(answeredAt === undefined ? {} : { firstByte: since(answeredAt) }),
    end: since(at),
    outcome: error?.code === 'VE_OVERTAKEN' ? 'overtaken' : health,
    ...(error === undefined ? {} : { error: error.code }),
    ...(status === undefined ? {} : { status }),
  };
}
