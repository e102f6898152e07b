import type { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, RequestFacts } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import { type Candidate, type Candidates, canStart } from './candidate.ts';
import { asksToStore, type Hedging } from './hedging.ts';
import type { RequestScope } from './request-scope.ts';

/** An attempt that came to nothing. */
export interface FailedAttempt {
  readonly candidate: Candidate;
  readonly error: GatewayError;
}

/** Two were asked, and both failed; in the order in which they did. */
export class BothFailed extends Error {
  readonly failures: readonly FailedAttempt[];

  constructor(failures: readonly FailedAttempt[]) {
    super('both attempts failed');
    this.failures = failures;
  }
}

export interface HedgeParts {
  readonly scope: RequestScope;
  readonly facts: RequestFacts;
  readonly hedging: Hedging;
  readonly candidates: Candidates;
}

/** How an attempt came out; a promise of it never rejects. */
type Outcome = { readonly answer: Answer } | { readonly thrown: unknown };

/**
 * Asks the first, and where it shows nothing for longer than is usual there, a second beside it. Whoever answers first is
 * the answer; the other is given up at once. Rejects with what the first threw, or with `BothFailed`.
 */
export async function attemptHedged(call: Call, first: Candidate, parts: HedgeParts): Promise<Answer> {
  const { scope, facts, hedging } = parts;
  hedging.earn();
  const primary = outcomeOf(scope.attempt(call, first, { facts, isForced: false }));
  if (!(await isSlow(primary, first, { ...parts, call }))) return unwrap(await primary);
  const second = chooseSecond(call, first, parts);
  if (second === undefined || !hedging.spend()) return unwrap(await primary);
  const secondary = outcomeOf(scope.attemptBeside(call, second, { facts, isForced: false }));
  const isSecond = await Promise.race([primary.then(no), secondary.then(yes)]);
  const sooner = await (isSecond ? secondary : primary);
  if ('answer' in sooner) {
    scope.decide(isSecond);
    void discard(isSecond ? primary : secondary);
    return sooner.answer;
  }
  return isSecond
    ? goOnWithFirst({ first, second, primary, thrown: sooner.thrown }, scope)
    : goOnWithSecond({ first, second, secondary, thrown: sooner.thrown }, scope);
}

interface Race {
  readonly first: Candidate;
  readonly second: Candidate;
  readonly thrown: unknown;
}

/** The second has failed: it does not count against the first. */
async function goOnWithFirst(
  { first, second, primary, thrown }: Race & { readonly primary: Promise<Outcome> },
  scope: RequestScope,
): Promise<Answer> {
  const error = scope.failedBeside(thrown);
  const outcome = await primary;
  if ('answer' in outcome) {
    scope.decide(false);
    return outcome.answer;
  }
  throw new BothFailed([
    { candidate: second, error },
    { candidate: first, error: scope.failed(outcome.thrown) },
  ]);
}

/** The first has failed: the second goes on as if it had been asked after it. */
async function goOnWithSecond(
  { first, second, secondary, thrown }: Race & { readonly secondary: Promise<Outcome> },
  scope: RequestScope,
): Promise<Answer> {
  const error = scope.failed(thrown);
  if ((error.failure?.retry ?? 'never') === 'never') {
    // What no other target would do better: the caller's own mistake, or the end of the time.
    scope.decide(false);
    void discard(secondary);
    throw error;
  }
  scope.promote();
  const outcome = await secondary;
  if ('answer' in outcome) {
    scope.decide(false);
    return outcome.answer;
  }
  throw new BothFailed([
    { candidate: first, error },
    { candidate: second, error: scope.failed(outcome.thrown) },
  ]);
}

/** Whether the first has been waited for longer than is usual there. One that still waits in line is not slow. */
async function isSlow(
  primary: Promise<Outcome>,
  first: Candidate,
  { call, scope, hedging }: HedgeParts & { readonly call: Call },
): Promise<boolean> {
  const patience = hedging.patience(first, call.stream);
  if (patience === undefined) return false;
  let isLate: boolean;
  do isLate = await isStillPending(primary, patience, hedging.clock);
  while (isLate && scope.isPreparing);
  return isLate && scope.cancelled === undefined;
}

async function isStillPending(
  pending: Promise<unknown>,
  milliseconds: number,
  clock: Clock,
): Promise<boolean> {
  let timer: unknown;
  const late = new Promise<boolean>((resolve) => {
    timer = clock.setTimeout(() => resolve(true), milliseconds);
  });
  const isLate = await Promise.race([pending.then(no), late]);
  clock.clearTimeout(timer);
  return isLate;
}

/** Another target that is well and can start at once: what costs extra is to help at once. */
function chooseSecond(
  call: Call,
  first: Candidate,
  { candidates, facts }: HedgeParts,
): Candidate | undefined {
  if (asksToStore(call)) return undefined;
  const { upstream, model } = first.target;
  return candidates.choose(
    (candidate) =>
      (candidate.target.upstream !== upstream || candidate.target.model !== model) &&
      candidate.isSteady !== false &&
      canStart(candidate, facts.principal),
  );
}

async function outcomeOf(answering: Promise<Answer>): Promise<Outcome> {
  try {
    return { answer: await answering };
  } catch (thrown) {
    return { thrown };
  }
}

function unwrap(outcome: Outcome): Answer {
  if ('answer' in outcome) return outcome.answer;
  throw outcome.thrown;
}

/** One that was given up may answer all the same: a layer did not listen, or it came at the same moment. */
async function discard(overtaken: Promise<Outcome>): Promise<void> {
  const outcome = await overtaken;
  if (!('answer' in outcome) || outcome.answer.body instanceof Uint8Array) return;
  outcome.answer.body.abort(new Error('another attempt was faster'));
}

const yes = (): boolean => true;
const no = (): boolean => false;
