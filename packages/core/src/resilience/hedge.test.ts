import { type ManualClock, manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callOf, inOrder } from '../../test/resilience-world.ts';
import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, RequestFacts } from '../protocol/call.ts';
import type { CallContext, Outcome, Send } from '../protocol/layer.ts';
import { silentLogger } from '../protocol/logger.ts';
import type { Attempt } from './attempt.ts';
import type { Candidate } from './candidate.ts';
import { Deadlines } from './deadlines.ts';
import { failover } from './failover.ts';
import { asksToStore, Hedging } from './hedging.ts';
import { RequestScope } from './request-scope.ts';
import { RetryBudget } from './retry-budget.ts';

const facts: RequestFacts = {
  id: 'req',
  principal: undefined,
  operation: 'chat',
  model: 'gpt',
  stream: true,
  priority: 'interactive',
};
const call = callOf(facts);

const patience = 100;
const firstByte = 1000;

/** What a target does, so many milliseconds after it was asked. */
interface Script {
  readonly does: 'answers' | 'streams' | 'fails' | 'refuses' | 'stalls';
  readonly after: number;
  /** It goes on whatever it is told, as a layer may that does not listen. */
  readonly isDeaf?: boolean;
}

class FakeStream {
  aborted: Error | undefined;
  pipe(): void {}
  resume(): void {}
  abort(reason: Error): void {
    this.aborted = reason;
  }
}

interface Given {
  readonly name: string;
  readonly answer: Answer;
  readonly context: CallContext;
}

function failure(name: string, retry: 'anywhere' | 'never'): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_STATUS',
    { reason: name },
    { failure: { retry, health: 'failure', sent: true } },
  );
}

class Bench {
  readonly clock: ManualClock = manualClock(0);
  readonly asked: [name: string, at: number][] = [];
  readonly given: Given[] = [];
  readonly started: Attempt[] = [];
  readonly settled: [Attempt, Outcome][] = [];
  readonly chosen: Attempt[] = [];
  ended = 0;
  readonly hedging: Hedging;
  readonly scope: RequestScope;
  readonly #candidates: readonly Candidate[];

  constructor(scripts: Readonly<Record<string, Script>>, share = 1) {
    this.hedging = new Hedging({ share, after: patience, minimum: 0 }, this.clock);
    this.#candidates = Object.entries(scripts).map(([name, script]) => this.#candidate(name, script));
    this.scope = new RequestScope(
      {
        clock: this.clock,
        deadlines: new Deadlines(this.clock),
        logger: silentLogger,
        total: 60_000,
        leave: () => {},
      },
      {
        attemptStarted: (attempt) => this.started.push(attempt),
        attemptSettled: (attempt, outcome) => {
          this.settled.push([attempt, outcome]);
          return 0;
        },
        attemptChosen: (attempt) => this.chosen.push(attempt),
        requestEnded: () => this.ended++,
      },
    );
  }

  run(asked: Partial<Call> = {}): Promise<Answer> {
    const result = failover({ ...call, ...asked }, inOrder(this.#candidates), {
      scope: this.scope,
      facts,
      policy: { budget: new RetryBudget(0.2, 100), retries: 0, longestPause: 5000, random: () => 1 },
      hedging: this.hedging,
    });
    result.catch(() => {});
    return result;
  }

  #candidate(name: string, script: Script): Candidate {
    const send: Send = (_, context) => {
      this.asked.push([name, this.clock.now()]);
      context.enter('firstByte');
      return new Promise((resolve, reject) => {
        if (script.isDeaf !== true)
          context.onAbort((error) => {
            context.settle({ health: 'neutral', error });
            reject(error);
          });
        if (script.does !== 'stalls')
          this.clock.setTimeout(() => this.#act(name, script, { context, resolve, reject }), script.after);
      });
    };
    const timeouts = { queue: firstByte, connect: firstByte, firstByte, idle: 30_000, write: 30_000 };
    return {
      target: { upstream: name, model: 'gpt' },
      send,
      timeouts,
      supports: () => true,
      admits: () => true,
      isFull: false,
      keyCount: 1,
      hasAwakeKey: true,
      limitedFor: 0,
      reopensAt: 0,
    };
  }

  #act(
    name: string,
    { does, isDeaf }: Script,
    ends: {
      readonly context: CallContext;
      readonly resolve: (answer: Answer) => void;
      readonly reject: (error: GatewayError) => void;
    },
  ): void {
    const { context, resolve, reject } = ends;
    if (isDeaf !== true && context.aborted !== undefined) return;
    if (does === 'fails' || does === 'refuses') {
      const error = failure(name, does === 'fails' ? 'anywhere' : 'never');
      context.settle({ health: 'failure', error });
      return reject(error);
    }
    const body = does === 'streams' ? new FakeStream() : Buffer.from(name);
    const answer: Answer = { kind: 'verbatim', status: 200, headers: { name }, body };
    this.given.push({ name, answer, context });
    if (does === 'answers') context.settle({ health: 'success' });
    else context.enter('idle');
    resolve(answer);
  }
}

const nameOf = (answer: Answer): string | undefined => answer.headers['name'];

const asks = (text: string): boolean => asksToStore({ ...call, bytes: Buffer.from(text) });

describe('a second target beside a slow first', () => {
  test('who answers first is the answer; the other is given up as overtaken, at once', async () => {
    const bench = new Bench({ a: { does: 'stalls', after: 0 }, b: { does: 'answers', after: 30 } });
    const result = bench.run();
    await bench.clock.advance(patience - 1);
    expect(bench.asked).toEqual([['a', 0]]);
    await bench.clock.advance(31);
    expect(nameOf(await result)).toBe('b');
    expect(bench.asked).toEqual([
      ['a', 0],
      ['b', patience],
    ]);
    const [overtaken] = bench.settled.filter(([{ target }]) => target.upstream === 'a');
    expect(overtaken?.[1]).toMatchObject({ health: 'neutral', error: { code: 'VE_OVERTAKEN' } });
    expect(bench.chosen.map(({ target, attempt }) => [target.upstream, attempt])).toEqual([['b', 2]]);
  });

  test('a first that answers in time has no second', async () => {
    const bench = new Bench({
      a: { does: 'answers', after: patience - 1 },
      b: { does: 'answers', after: 0 },
    });
    const result = bench.run();
    await bench.clock.advance(10 * patience);
    expect(nameOf(await result)).toBe('a');
    expect(bench.asked).toHaveLength(1);
    expect(bench.clock.pending).toBeLessThanOrEqual(1);
  });

  test('what is not safe to be asked twice is waited for', async () => {
    const unsafe: Partial<Call>[] = [
      { isStored: true },
      { isBackground: true },
      { operation: 'stored-response' },
      { bytes: Buffer.from('{"model":"gpt", "store" : true}') },
    ];
    for (const asked of unsafe) {
      const bench = new Bench({ a: { does: 'answers', after: 500 }, b: { does: 'answers', after: 0 } });
      const result = bench.run(asked);
      await bench.clock.advance(600);
      expect(nameOf(await result)).toBe('a');
      expect(bench.asked).toHaveLength(1);
    }
  });

  test('store is found where it is said, and not where it is quoted', () => {
    expect(asks('{"store":true}')).toBe(true);
    expect(asks('{"store":null,"x":{"store":\n true}}')).toBe(true);
    expect(asks('{"store":false}')).toBe(false);
    expect(asks('{"messages":[{"content":"say \\"store\\":true"}]}')).toBe(false);
  });

  test('no more than its share of the calls has a second attempt, from the first call on', async () => {
    const clock = manualClock(0);
    const hedging = new Hedging({ share: 0.05, after: patience, minimum: 0 }, clock);
    let extra = 0;
    for (let calls = 1; calls <= 2000; calls++) {
      hedging.earn();
      if (hedging.spend()) extra++;
      expect(extra).toBeLessThanOrEqual(calls * 0.05 + 1e-6);
    }
    expect(extra).toBe(100);
    for (let calls = 0; calls < 100_000; calls++) hedging.earn();
    let burst = 0;
    while (hedging.spend()) burst++;
    expect(burst).toBe(10);
  });

  test('without a token for it, a slow first is waited for', async () => {
    const bench = new Bench({ a: { does: 'answers', after: 500 }, b: { does: 'answers', after: 0 } }, 0.5);
    const result = bench.run();
    await bench.clock.advance(600);
    expect(nameOf(await result)).toBe('a');
    expect(bench.asked).toHaveLength(1);
  });

  test('a target that waits in line is not slow', async () => {
    const bench = new Bench({ a: { does: 'answers', after: 500 }, b: { does: 'answers', after: 0 } });
    const result = bench.run();
    bench.started[0]?.enter('queue');
    await bench.clock.advance(3 * patience);
    expect(bench.asked).toHaveLength(1);
    await bench.clock.advance(500);
    expect(nameOf(await result)).toBe('a');
  });
});

/** Distinct moments, so that nothing happens at the same time: what is then chosen would be chance. */
const firstScript: fc.Arbitrary<Script> = fc.record({
  does: fc.constantFrom('answers', 'streams', 'fails', 'refuses', 'stalls'),
  after: fc.constantFrom(31, 71, 131, 171, 251),
  isDeaf: fc.boolean(),
});
const secondScript: fc.Arbitrary<Script> = fc.record({
  does: fc.constantFrom('answers', 'streams', 'fails', 'refuses', 'stalls'),
  after: fc.constantFrom(23, 63, 93, 203),
  isDeaf: fc.boolean(),
});

/** A deaf target that stalls cannot be ended by anybody: the caller's own deadline would. */
const heard = (script: Script): Script => (script.does === 'stalls' ? { ...script, isDeaf: false } : script);

interface End {
  readonly at: number;
  readonly does: Script['does'];
}

/** A deadline ends what stalls, and lets another target try. */
function endOf({ does, after }: Script, askedAt: number): End {
  return does === 'stalls' ? { at: askedAt + firstByte, does: 'fails' } : { at: askedAt + after, does };
}

/** Who is to answer, when, and after how many attempts: read off the rules. `c` answers at once. */
function expected(first: Script, second: Script): { name: string; at: number; attempts: number } {
  const one = endOf(first, 0);
  const isHedged = one.at > patience;
  if (!isHedged) {
    if (one.does !== 'fails')
      return { name: one.does === 'refuses' ? 'error a' : 'a', at: one.at, attempts: 1 };
    const two = endOf(second, one.at);
    return goOnAfter(two, 2);
  }
  const two = endOf(second, patience);
  const sooner = one.at < two.at ? { ...one, name: 'a' } : { ...two, name: 'b' };
  const later = one.at < two.at ? { ...two, name: 'b' } : { ...one, name: 'a' };
  if (sooner.does === 'answers' || sooner.does === 'streams')
    return { name: sooner.name, at: sooner.at, attempts: 2 };
  if (sooner.does === 'refuses' && sooner.name === 'a')
    return { name: 'error a', at: sooner.at, attempts: 2 };
  if (later.does === 'answers' || later.does === 'streams')
    return { name: later.name, at: later.at, attempts: 2 };
  if (sooner.does === 'refuses') return { name: `error ${sooner.name}`, at: later.at, attempts: 2 };
  if (later.does === 'refuses') return { name: `error ${later.name}`, at: later.at, attempts: 2 };
  return { name: 'c', at: later.at, attempts: 3 };
}

function goOnAfter(end: End, attempts: number): { name: string; at: number; attempts: number } {
  if (end.does === 'fails') return { name: 'c', at: end.at, attempts: attempts + 1 };
  return { name: end.does === 'refuses' ? 'error b' : 'b', at: end.at, attempts };
}

describe('no schedule of answers, failures, stalls and aborts', () => {
  test('leaks an attempt, answers twice, or answers other than the rules say', async () => {
    await fc.assert(
      fc.asyncProperty(
        firstScript,
        secondScript,
        fc.constantFrom(undefined, 5, 45, 105, 145, 305),
        async (first, second, leaveAt) => {
          const bench = new Bench({
            a: heard(first),
            b: heard(second),
            c: { does: 'answers', after: 0 },
          });
          const ends: (readonly [string, number])[] = [];
          const result = bench.run().then(
            (answer) => {
              bench.scope.own(answer);
              ends.push([nameOf(answer) ?? '', bench.clock.now()]);
              return answer;
            },
            (error: GatewayError) => {
              ends.push([`error ${error.details.reason ?? error.code}`, bench.clock.now()]);
              return undefined;
            },
          );
          const rules = expected(first, second);
          const leaves = leaveAt !== undefined && leaveAt < rules.at;
          if (leaves) {
            await bench.clock.advance(leaveAt);
            bench.scope.leave();
          }
          await bench.clock.advance(5 * firstByte);
          const answer = await result;
          expect(ends).toHaveLength(1);
          const [name = '', at = 0] = ends[0] ?? [];
          const seen = {
            name,
            attempts: bench.asked.length,
            isInTime: at >= rules.at && at <= rules.at + 20,
          };
          const isByRules = { name: rules.name, attempts: rules.attempts, isInTime: true };
          expect(leaves ? isByRules : seen).toEqual(isByRules);
          // Whatever else was answered, nobody takes it: it was given up.
          const untaken = bench.given.filter(
            ({ answer: given }) =>
              given !== answer && given.body instanceof FakeStream && given.body.aborted === undefined,
          );
          expect(untaken).toEqual([]);
          // Only the stream that is the answer is still under way.
          const open = bench.started
            .filter((attempt) => !attempt.isSettled)
            .map(({ target }) => target.upstream);
          const isStream = answer !== undefined && answer.body instanceof FakeStream;
          expect(open).toEqual(isStream ? [nameOf(answer)] : []);
          // Where there were two, the record is told whose answer it is.
          const told = bench.chosen.at(-1)?.target.upstream;
          const isTold = told !== undefined && answer !== undefined && nameOf(answer) !== 'c';
          expect(isTold ? told : undefined).toBe(isTold ? nameOf(answer) : undefined);
          bench.scope.end();
          expect(bench.settled).toHaveLength(bench.started.length);
          expect(new Set(bench.settled.map(([attempt]) => attempt)).size).toBe(bench.started.length);
          expect(bench.ended).toBe(1);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
