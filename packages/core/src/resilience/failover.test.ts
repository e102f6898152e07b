import { type ManualClock, manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { callOf, inOrder } from '../../test/resilience-world.ts';
import { type FailureFacts, GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { RequestFacts } from '../protocol/call.ts';
import type { Send } from '../protocol/layer.ts';
import { silentLogger } from '../protocol/logger.ts';
import type { Attempt } from './attempt.ts';
import type { Candidate } from './candidate.ts';
import { Deadlines } from './deadlines.ts';
import { type FailoverPolicy, failover } from './failover.ts';
import { RequestScope } from './request-scope.ts';
import { RetryBudget } from './retry-budget.ts';

const facts: RequestFacts = {
  id: 'req',
  principal: undefined,
  operation: 'chat',
  model: 'gpt',
  stream: false,
  priority: 'interactive',
};
const answer: Answer = { kind: 'verbatim', status: 200, headers: {}, body: Buffer.from('{}') };
const call = callOf(facts);

const fails = (
  retry: FailureFacts['retry'],
  more: Partial<FailureFacts> & { retryAfter?: number } = {},
): GatewayError => {
  const { retryAfter, ...failure } = more;
  return new GatewayError(
    'VE_UPSTREAM_STATUS',
    { upstreamStatus: 503, ...(retryAfter === undefined ? {} : { retryAfter }) },
    { failure: { retry, health: 'failure', sent: true, ...failure } },
  );
};

/** What each target answers, one after the other; the last for ever. */
type Script = readonly (GatewayError | Answer)[];

interface Target extends Partial<Omit<Candidate, 'admits'>> {
  readonly script?: Script;
  readonly isOut?: boolean;
}

function setUp(
  targets: Record<string, Target>,
  policy: Partial<FailoverPolicy> = {},
  total = 60_000,
  clock = manualClock(),
) {
  const tried: [target: string, at: number][] = [];
  const attempts: Attempt[] = [];
  const startedAt = clock.now();
  const candidates = Object.entries(targets).map(([name, rest]): Candidate => {
    const { script = [answer], isOut = false } = rest;
    let next = 0;
    const send: Send = () => {
      tried.push([name, clock.now() - startedAt]);
      const outcome = script[Math.min(next++, script.length - 1)] ?? answer;
      return outcome instanceof GatewayError ? Promise.reject(outcome) : Promise.resolve(outcome);
    };
    const candidate = {
      target: { upstream: name, model: 'gpt' },
      send,
      timeouts: { queue: 1000, connect: 1000, firstByte: 1000, idle: 1000, write: 1000 },
      supports: () => true,
      admits: () => !isOut,
      isFull: false,
      keyCount: 1,
      hasAwakeKey: true,
      limitedFor: 0,
      reopensAt: 0,
    };
    // With their getters: what a target is changes as time passes.
    return Object.defineProperties(candidate, Object.getOwnPropertyDescriptors(rest));
  });
  const scope = new RequestScope(
    { clock, deadlines: new Deadlines(clock), logger: silentLogger, total, leave: () => {} },
    {
      attemptStarted: (attempt) => attempts.push(attempt),
      attemptSettled: () => 0,
      attemptChosen: () => {},
      requestEnded: () => {},
    },
  );
  const full: FailoverPolicy = {
    budget: new RetryBudget(0.2, 100),
    retries: 2,
    longestPause: 5000,
    random: () => 1,
    ...policy,
  };
  const result = failover(call, inOrder(candidates), { scope, facts, policy: full });
  result.catch(() => {});
  return { clock, scope, tried, attempts, result, names: () => tried.map(([name]) => name) };
}

const broken: Send = () => {
  throw new TypeError('in a layer');
};

/** Its only key is over its limit until then. */
const limitedUntil = (clock: ManualClock, until: { time: number }, rest: Target = {}): Target => ({
  ...rest,
  get limitedFor(): number {
    return Math.max(0, until.time - clock.now());
  },
  get hasAwakeKey() {
    return until.time <= clock.now();
  },
});

test('with some out and the keys of the others over their limits, the soonest of those is waited for', async () => {
  const clock = manualClock();
  const until = { time: clock.now() + 700 };
  const { result, tried } = setUp(
    { a: { isOut: true, reopensAt: clock.now() + 100 }, b: limitedUntil(clock, until) },
    { random: () => 0 },
    60_000,
    clock,
  );
  await clock.advance(700);
  expect(await result).toBe(answer);
  expect(tried).toEqual([['b', 700]]);
});

test('one whose keys are over their limits has its turn when they are not, though the others have failed for good', async () => {
  const clock = manualClock();
  const until = { time: clock.now() + 700 };
  const { result, tried } = setUp(
    {
      a: { script: [fails('elsewhere')] },
      b: limitedUntil(clock, until),
      c: { script: [fails('anywhere')] },
    },
    { random: () => 0, retries: 1 },
    60_000,
    clock,
  );
  await clock.advance(700);
  expect(await result).toBe(answer);
  // Those that failed in passing have their other round meanwhile.
  expect(tried).toEqual([
    ['a', 0],
    ['c', 0],
    ['c', 0],
    ['b', 700],
  ]);
});

test('whose keys rest for longer than the longest pause, it has not', async () => {
  const clock = manualClock();
  const failure = fails('elsewhere');
  const { result } = setUp(
    { a: { script: [failure] }, b: limitedUntil(clock, { time: clock.now() + 5001 }) },
    {},
    60_000,
    clock,
  );
  await expect(result).rejects.toBe(failure);
  expect(clock.pending).toBeLessThanOrEqual(1);
});

describe('failover', () => {
  test('the first that answers is the answer', async () => {
    const { result, names } = setUp({ a: {}, b: {} });
    expect(await result).toBe(answer);
    expect(names()).toEqual(['a']);
  });

  test('moves on at once while a failure may be another target away', async () => {
    const { result, tried } = setUp({
      a: { script: [fails('elsewhere')] },
      b: { script: [fails('anywhere')] },
      c: {},
    });
    expect(await result).toBe(answer);
    expect(tried).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 0],
    ]);
  });

  test("stops at a mistake of the caller's own", async () => {
    const mistake = fails('never');
    const { result, names } = setUp({ a: { script: [mistake] }, b: {} });
    await expect(result).rejects.toBe(mistake);
    expect(names()).toEqual(['a']);
  });

  test('comes back after growing pauses, only to those that failed in passing, and then gives up', async () => {
    const { result, clock, tried } = setUp({
      a: { script: [fails('anywhere')] },
      b: { script: [fails('elsewhere')] },
    });
    await clock.advance(10_000);
    await expect(result).rejects.toMatchObject({ code: 'VE_UPSTREAM_STATUS' });
    expect(tried).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', 100],
      ['a', 300],
    ]);
  });

  test('waits as long as the upstream asked for, and not at all where that is longer than the longest pause', async () => {
    const asked = setUp(
      { a: { script: [fails('anywhere', { retryAfter: 2000 }), answer] } },
      { random: () => 0 },
    );
    await asked.clock.advance(1999);
    expect(asked.tried).toHaveLength(1);
    await asked.clock.advance(1);
    expect(await asked.result).toBe(answer);
    const tooLong = setUp({ a: { script: [fails('anywhere', { retryAfter: 5001 }), answer] } });
    await expect(tooLong.result).rejects.toMatchObject({ details: { retryAfter: 5001 } });
  });

  test('each target is left alone for as long as it asked, and the others are not', async () => {
    const { result, clock, tried } = setUp(
      {
        a: { script: [fails('anywhere', { retryAfter: 3000 }), answer] },
        b: { script: [fails('anywhere'), fails('anywhere'), fails('anywhere')] },
      },
      { random: () => 0.5 },
    );
    await clock.advance(10_000);
    await expect(result).rejects.toMatchObject({ code: 'VE_UPSTREAM_STATUS' });
    expect(tried).toEqual([
      ['a', 0],
      ['b', 0],
      ['b', 50],
      ['b', 150],
    ]);
  });

  test('waits for as long as the only key rests', async () => {
    const clock = manualClock();
    const state = { restsUntil: 0 };
    const target: Target = {
      send: () => {
        if (state.restsUntil > 0) return Promise.resolve(answer);
        state.restsUntil = clock.now() + 2000;
        return Promise.reject(fails('anywhere', { key: { problem: 'limited' } }));
      },
      get hasAwakeKey() {
        return this.limitedFor === 0;
      },
      get limitedFor(): number {
        return Math.max(0, state.restsUntil - clock.now());
      },
    };
    const { result } = setUp({ a: target }, { random: () => 0 }, 60_000, clock);
    const startedAt = clock.now();
    await clock.advance(5000);
    expect(await result).toBe(answer);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(2000);
  });

  test('does not wait for what would come after the deadline of the request', async () => {
    const { result, tried } = setUp(
      { a: { script: [fails('anywhere', { retryAfter: 900 }), answer] } },
      {},
      950,
    );
    await expect(result).rejects.toMatchObject({ code: 'VE_UPSTREAM_STATUS' });
    expect(tried).toHaveLength(1);
  });

  test('attempts that follow one which was sent are paid from the budget, others are free', async () => {
    const budget = new RetryBudget(0, 0);
    const sent = setUp({ a: { script: [fails('elsewhere')] }, b: {} }, { budget });
    await expect(sent.result).rejects.toMatchObject({ code: 'VE_UPSTREAM_STATUS' });
    const refused = setUp({ a: { script: [fails('elsewhere', { sent: false })] }, b: {} }, { budget });
    expect(await refused.result).toBe(answer);
  });

  test('tries another key of the same target when one is refused', async () => {
    const refusal = fails('elsewhere', { key: { problem: 'refused' } });
    const two = setUp({ a: { script: [refusal, answer], keyCount: 2 }, b: {} });
    expect(await two.result).toBe(answer);
    expect(two.names()).toEqual(['a', 'a']);
    const allRefused = setUp({ a: { script: [refusal], keyCount: 2 }, b: {} });
    expect(await allRefused.result).toBe(answer);
    expect(allRefused.names()).toEqual(['a', 'a', 'b']);
  });

  test("tells the caller an upstream's own answer rather than that another could not be reached", async () => {
    const body = { status: 429, headers: {}, body: Buffer.from('{}') };
    const telling = fails('elsewhere', { answer: body });
    const { result } = setUp({
      a: { script: [telling] },
      b: { script: [fails('elsewhere', { sent: false })] },
    });
    await expect(result).rejects.toBe(telling);
  });

  test('passes over a target that is full while another is free, and waits in line where all are full', async () => {
    const oneFree = setUp({ a: { isFull: true }, b: {} });
    await oneFree.result;
    expect(oneFree.names()).toEqual(['b']);
    const allFull = setUp({ a: { isFull: true }, b: { isFull: true } });
    await allFull.result;
    expect(allFull.names()).toEqual(['a']);
  });

  test('passes over a target whose breaker is open or whose keys all rest', async () => {
    const { result, names } = setUp({
      a: { isOut: true },
      b: { hasAwakeKey: false, limitedFor: 500 },
      c: {},
    });
    await result;
    expect(names()).toEqual(['c']);
  });

  test('with every target out, tries the one that would come back first', async () => {
    const { result, names } = setUp({
      a: { isOut: true, reopensAt: 300 },
      b: { isOut: true, reopensAt: 100 },
      c: { hasAwakeKey: false, limitedFor: 5001 },
    });
    expect(await result).toBe(answer);
    expect(names()).toEqual(['b']);
  });

  test('with every key over its limit, the soonest is waited for', async () => {
    const clock = manualClock();
    const [later, sooner] = [{ time: clock.now() + 900 }, { time: clock.now() + 400 }];
    const { result, tried } = setUp(
      { a: limitedUntil(clock, later), b: limitedUntil(clock, sooner) },
      { random: () => 0 },
      60_000,
      clock,
    );
    await clock.advance(399);
    expect(tried).toEqual([]);
    await clock.advance(1);
    expect(await result).toBe(answer);
    expect(tried).toEqual([['b', 400]]);
  });

  test('those who wait for the same key come one after the other, over a quarter of its rest', async () => {
    const clock = manualClock();
    const until = { time: clock.now() + 8000 };
    const times: number[] = [];
    for (let caller = 0; caller < 10; caller++) {
      const { result, tried } = setUp(
        { a: limitedUntil(clock, until) },
        { random: () => caller / 10, longestPause: 30_000 },
        60_000,
        clock,
      );
      void result.then(() => times.push(tried[0]?.[1] ?? 0));
    }
    await clock.advance(20_000);
    expect(times).toEqual([8000, 8200, 8400, 8600, 8800, 9000, 9200, 9400, 9600, 9800]);
  });

  test('a key that is over its limit again is waited for again, and no longer in all than the longest pause', async () => {
    const clock = manualClock();
    const until = { time: clock.now() + 2000 };
    const { result, tried } = setUp(
      { a: limitedUntil(clock, until) },
      { random: () => 0, longestPause: 5000 },
      60_000,
      clock,
    );
    await clock.advance(1999);
    until.time = clock.now() + 2000;
    await clock.advance(1999);
    expect(tried).toEqual([]);
    until.time = clock.now() + 2000;
    await clock.advance(1);
    await expect(result).rejects.toMatchObject({
      code: 'VE_UPSTREAM_COOLING',
      details: { retryAfter: 1999 },
    });
    expect(tried).toEqual([]);
  });

  test.each([
    ['the longest pause', { longestPause: 399 }, 60_000],
    ['the deadline of the request', { longestPause: 5000 }, 400],
  ])(
    'a rest that is longer than %s is not waited for, and the caller is told when to come back',
    async (_what, policy, total) => {
      const { result, tried } = setUp(
        { a: { hasAwakeKey: false, limitedFor: 900 }, b: { hasAwakeKey: false, limitedFor: 400 } },
        { ...policy, random: () => 0 },
        total,
      );
      await expect(result).rejects.toMatchObject({
        code: 'VE_UPSTREAM_COOLING',
        details: { retryAfter: 400 },
      });
      expect(tried).toEqual([]);
    },
  );

  test('keys that others used up in a pause between rounds are waited for, too', async () => {
    const clock = manualClock();
    const until = { time: 0 };
    const { result, tried } = setUp(
      { a: limitedUntil(clock, until, { script: [fails('anywhere', { retryAfter: 500 }), answer] }) },
      { random: () => 0 },
      60_000,
      clock,
    );
    await clock.advance(499);
    until.time = clock.now() + 1000;
    await clock.advance(999);
    expect(tried).toHaveLength(1);
    await clock.advance(1);
    expect(await result).toBe(answer);
    expect(tried).toEqual([
      ['a', 0],
      ['a', 1499],
    ]);
  });

  test('a target whose slots this caller has enough of is passed over like a full one', async () => {
    const { result, names } = setUp({ a: { isFullFor: () => true }, b: {} });
    await result;
    expect(names()).toEqual(['b']);
  });

  test('ends its pause at once when the caller goes', async () => {
    const { result, scope, clock, tried } = setUp({ a: { script: [fails('anywhere')] } });
    await clock.advance(50);
    const gone = new GatewayError('VE_CLIENT_CLOSED');
    scope.cancel(gone);
    await expect(result).rejects.toBe(gone);
    await clock.advance(10_000);
    expect(tried).toHaveLength(1);
  });

  test('something else that a layer throws is an internal error, and is not tried elsewhere', async () => {
    const { result, attempts } = setUp({ a: { send: broken }, b: {} });
    await expect(result).rejects.toMatchObject({ code: 'VE_INTERNAL' });
    expect(attempts).toHaveLength(1);
  });
});

describe('a target that takes nothing new', () => {
  test('is passed over, and the others are tried by their rules', async () => {
    const { result, names } = setUp({ a: { isDrained: true }, b: {} });
    expect(await result).toBe(answer);
    expect(names()).toEqual(['b']);
  });

  test('is not tried where every other is out: the least bad of those is', async () => {
    const { result, names } = setUp({
      a: { isDrained: true, isOut: true },
      b: { isOut: true, reopensAt: 9 },
    });
    expect(await result).toBe(answer);
    expect(names()).toEqual(['b']);
  });

  test('is not tried where there is no other: the caller is told', async () => {
    const { result, names } = setUp({ a: { isDrained: true }, b: { isDrained: true } });
    await expect(result).rejects.toMatchObject({ code: 'VE_UPSTREAM_DRAINED' });
    expect(names()).toEqual([]);
  });
});
