import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, RequestFacts } from '../protocol/call.ts';
import { type Candidate, type Candidates, canStart, isAvailable } from './candidate.ts';
import type { RequestScope } from './request-scope.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface FailoverPolicy {
  readonly budget: RetryBudget;
  /** Rounds through the targets after the first. */
  readonly retries: number;
  /** Milliseconds: the longest pause before another round. */
  readonly longestPause: number;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
}

export interface FailoverParts {
  readonly scope: RequestScope;
  readonly facts: RequestFacts;
  readonly policy: FailoverPolicy;
}

const firstPause = 100;

/**
 * Tries the targets in order until one answers; where all failed in passing, once more after a pause.
 * An attempt that follows one which had reached an upstream is paid from the retry budget.
 */
export async function failover(call: Call, candidates: Candidates, parts: FailoverParts): Promise<Answer> {
  const { scope, facts, policy } = parts;
  policy.budget.earn();
  const isOpen = candidates.some(isAvailable);
  if (!isOpen) candidates.keep([leastBad(candidates.list())]);
  let failure: GatewayError | undefined;
  for (let round = 0; ; round++) {
    const again: Retriable[] = [];
    const keysTried = new Map<Candidate, number>();
    for (let next = choose(candidates, isOpen); next !== undefined; next = choose(candidates, isOpen)) {
      const candidate = next;
      if (failure?.failure?.sent === true && !policy.budget.spend()) throw failure;
      try {
        return await scope.attempt(call, candidate, { facts, isForced: !isOpen });
      } catch (thrown) {
        const error = scope.failed(thrown);
        if ((error.failure?.retry ?? 'never') === 'never' || scope.cancelled !== undefined) throw error;
        failure = moreTelling(failure, error);
        // The key that was refused or limited rests now; the target may have another.
        if (error.failure?.key !== undefined && candidate.hasAwakeKey) {
          const tried = (keysTried.get(candidate) ?? 0) + 1;
          keysTried.set(candidate, tried);
          // Each once a round: an upstream may say that the key need not rest at all.
          if (tried < candidate.keyCount) continue;
        }
        candidates.drop(candidate);
        if (error.failure?.retry === 'anywhere')
          again.push({ candidate, asked: askedPause(error, candidate) });
      }
    }
    if (failure === undefined) throw new GatewayError('VE_TARGET_BUSY', { retryAfter: 1000 });
    const pause = pauseBefore(round, again, policy);
    const isWorthIt = round < policy.retries && pause <= policy.longestPause;
    if (!isWorthIt || pause >= scope.watch.remaining) throw failure;
    await scope.sleep(pause);
    candidates.keep(again.filter(({ asked }) => asked <= pause).map(({ candidate }) => candidate));
  }
}

/** One that can start at once, else one to wait in line for. `isOpen` false: whatever is left is tried. */
function choose(candidates: Candidates, isOpen: boolean): Candidate | undefined {
  if (!isOpen) return candidates.choose(any);
  return candidates.choose(canStart) ?? candidates.choose(isAvailable);
}

const any = (): boolean => true;

/**
 * With every target out, one is tried all the same: the one that would come back first. Only an upstream that asked to
 * be left alone for a while is: then the caller is told to wait.
 */
function leastBad(candidates: readonly Candidate[]): Candidate {
  const triable = candidates.filter((candidate) => candidate.limitedFor === 0);
  const [first, ...others] = triable;
  if (first === undefined) {
    const retryAfter = Math.min(...candidates.map((candidate) => candidate.limitedFor));
    throw new GatewayError('VE_UPSTREAM_COOLING', { retryAfter });
  }
  return others.reduce((best, other) => (other.reopensAt < best.reopensAt ? other : best), first);
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

/** Milliseconds: until the first may be tried again, and full jitter over a doubling range. `Infinity` without any. */
function pauseBefore(round: number, again: readonly Retriable[], policy: FailoverPolicy): number {
  const jitter = policy.random() * Math.min(policy.longestPause, firstPause * 2 ** round);
  return Math.min(...again.map(({ asked }) => asked)) + jitter;
}
