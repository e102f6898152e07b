import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, RequestFacts } from '../protocol/call.ts';
import type { Principal } from '../protocol/principal.ts';
import { type Candidate, type Candidates, canStart, isAvailable } from './candidate.ts';
import { leaveDrained } from './drain.ts';
import { attemptHedged, BothFailed, type FailedAttempt } from './hedge.ts';
import type { Hedging } from './hedging.ts';
import { asPaid, isOnce, isPaidCreation } from './paid-creation.ts';
import type { RequestScope } from './request-scope.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface FailoverPolicy {
  readonly budget: RetryBudget;
  /** Rounds through the targets after the first. */
  readonly retries: number;
  /** Milliseconds: the longest pause before another round, and the most that is waited for keys that are over their limits. */
  readonly longestPause: number;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
}

export interface FailoverParts {
  readonly scope: RequestScope;
  readonly facts: RequestFacts;
  readonly policy: FailoverPolicy;
  /** Undefined where a slow target is waited for. */
  readonly hedging?: Hedging | undefined;
  /** A stream is to be gone on with; the call has been counted before. */
  readonly isContinuation?: boolean;
}

const firstPause = 100;

/**
 * Tries the targets in order until one answers; where all failed in passing, once more after a pause.
 * An attempt that follows one which had reached an upstream is paid from the retry budget.
 */
export async function failover(call: Call, candidates: Candidates, parts: FailoverParts): Promise<Answer> {
  const { scope, facts, policy, hedging, isContinuation = false } = parts;
  leaveDrained(call, candidates);
  if (!isContinuation) policy.budget.earn();
  const patience = { left: policy.longestPause };
  let isOpen = candidates.some(isAvailable);
  if (!isOpen) {
    if (!(await outlastLimits(candidates, parts, patience)))
      throw new GatewayError('VE_UPSTREAM_COOLING', { retryAfter: shortestRest(candidates) });
    isOpen = candidates.some(isAvailable);
  }
  const isPaid = isPaidCreation(call);
  const next = (): Candidate | undefined =>
    isOpen ? choose(candidates, facts.principal) : leastBad(candidates.list());
  let failure: GatewayError | undefined;
  for (let round = 0; ; round++) {
    const again: Retriable[] = [];
    // Nearly every call is answered at once, and needs none.
    let keysTried: Map<Candidate, number> | undefined;
    for (let chosen = next(); chosen !== undefined; chosen = next()) {
      const candidate = chosen;
      if (failure?.failure?.sent === true && !policy.budget.spend()) throw failure;
      let failed: readonly FailedAttempt[];
      try {
        // Only the first is slow without anybody knowing; those that follow have cost their caller time already.
        if (hedging?.allows(call) === true && isOpen && failure === undefined)
          return await attemptHedged(call, candidate, { scope, facts, hedging, candidates });
        return await scope.attempt(call, candidate, { facts, isForced: !isOpen, isContinuation });
      } catch (thrown) {
        failed =
          thrown instanceof BothFailed ? thrown.failures : [{ candidate, error: scope.failed(thrown) }];
      }
      for (const { candidate: tried, error: raised } of failed) {
        const error = isPaid ? asPaid(raised, scope.isCutOff) : raised;
        if ((error.failure?.retry ?? 'never') === 'never' || scope.cancelled !== undefined || isOnce(call))
          throw error;
        failure = moreTelling(failure, error);
        // The key that was refused or limited rests now; the target may have another, unless this is about its account.
        if (error.failure?.key !== undefined && tried.hasAwakeKey && call.keyDigest === undefined) {
          keysTried ??= new Map();
          const times = (keysTried.get(tried) ?? 0) + 1;
          keysTried.set(tried, times);
          // Each once a round: an upstream may say that the key need not rest at all.
          if (times < tried.keyCount) continue;
        }
        // Another account must not pay for what this one was asked for.
        if (isPaid && error.failure?.key?.problem === 'refused') throw error;
        candidates.drop(tried);
        if (error.failure?.retry === 'anywhere')
          again.push({ candidate: tried, asked: askedPause(error, tried) });
      }
    }
    if (failure === undefined) throw new GatewayError('VE_TARGET_BUSY', { retryAfter: 1000 });
    // Those that have not had their turn because their keys are over their limits: their turn comes, whatever the round.
    const resting = isOpen ? candidates.list().filter(({ limitedFor }) => limitedFor > 0) : [];
    const failedBefore = round < policy.retries ? again : [];
    const soonest = Math.min(
      ...failedBefore.map(({ asked }) => asked),
      ...resting.map(({ limitedFor }) => limitedFor),
    );
    const pause = soonest + jitter(soonest, firstPause * 2 ** Math.min(round, policy.retries), policy);
    if (soonest > policy.longestPause || pause >= scope.watch.remaining) {
      // Before the caller is told, those have their turn that nobody should ask now.
      const isLast = !isOpen || leastBad(candidates.list()) === undefined;
      if (isLast) throw failure;
      isOpen = false;
      continue;
    }
    await scope.sleep(pause);
    const ready = failedBefore.filter(({ asked }) => asked <= pause).map(({ candidate }) => candidate);
    candidates.keep([...ready, ...resting]);
    // Others were faster, and the keys are over their limits again.
    if (isOpen && !(await outlastLimits(candidates, parts, patience))) throw failure;
  }
}

/** One that can start at once, else one to wait in line for. */
function choose(candidates: Candidates, principal: Principal | undefined): Candidate | undefined {
  const startsAt = (candidate: Candidate): boolean => canStart(candidate, principal);
  return candidates.choose(startsAt) ?? candidates.choose(isAvailable);
}

/**
 * Waits while no target can be tried and one would be but for keys over their limits: for the soonest, as long as that is no
 * longer than the deadline and what is left of the patience allow; false where it is. Nothing is held meanwhile. Where all
 * are out for other reasons, there is nothing to wait for.
 */
async function outlastLimits(
  candidates: Candidates,
  { scope, policy }: FailoverParts,
  patience: { left: number },
): Promise<boolean> {
  while (!candidates.some(isAvailable)) {
    const rest = shortestRest(candidates);
    const pause = rest + jitter(rest, firstPause, policy);
    if (rest > patience.left || pause >= scope.watch.remaining)
      return candidates.some((candidate) => candidate.limitedFor === 0);
    patience.left -= rest;
    await scope.sleep(pause);
  }
  return true;
}

/** Milliseconds until a target has a key that is not over its limit, of those that are; `Infinity` where none is. */
function shortestRest(candidates: Candidates): number {
  const rests = candidates.list().map((candidate) => candidate.limitedFor);
  return Math.min(...rests.filter((rest) => rest > 0));
}

/** Of targets that are out, which are tried all the same: the one that would come back first, of those that did not ask to be left alone. */
function leastBad(candidates: readonly Candidate[]): Candidate | undefined {
  return leastBadFirst(candidates)[0];
}

/** In the order in which they are tried where every target is out. */
export function leastBadFirst<Target extends Candidate>(candidates: readonly Target[]): Target[] {
  const triable = candidates.filter(({ limitedFor }) => limitedFor === 0);
  return triable.toSorted((one, other) => one.reopensAt - other.reopensAt);
}

/** An upstream's own answer says more than that another could not be reached. */
function moreTelling(before: GatewayError | undefined, now: GatewayError): GatewayError {
  return before?.failure?.answer !== undefined && now.failure?.answer === undefined ? before : now;
}

/** A target that failed in passing, and the milliseconds for which it is to be left alone. */
interface Retriable {
  readonly candidate: Candidate;
  readonly asked: number;
}

/** As long as the upstream asked for, and as its keys rest. */
function askedPause(error: GatewayError, candidate: Candidate): number {
  return Math.max(error.details.retryAfter ?? 0, candidate.hasAwakeKey ? 0 : candidate.limitedFor);
}

/**
 * Milliseconds on top of a wait: over the whole of a range, so that those who wait for the same do not all come at once. The
 * longer the wait, the more of them there are.
 */
function jitter(wait: number, range: number, { random, longestPause }: FailoverPolicy): number {
  return random() * Math.min(longestPause, Math.max(range, wait / 4));
}
