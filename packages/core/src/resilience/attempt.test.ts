import { manualClock } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import { silentLogger } from '../protocol/logger.ts';
import { Attempt } from './attempt.ts';
import { Deadlines } from './deadlines.ts';

function setUp({ total = 60_000 }: { total?: number } = {}) {
  const clock = manualClock();
  const attempt = new Attempt({
    request: {
      id: 'req',
      principal: undefined,
      operation: 'chat',
      model: 'gpt',
      stream: false,
      priority: 'interactive',
    },
    target: { upstream: 'azure', model: 'gpt' },
    attempt: 1,
    isForced: false,
    startedAt: 0,
    logger: silentLogger,
    watch: new Deadlines(clock).watch(total),
    timeouts: { queue: 1000, connect: 1000, firstByte: 1000, idle: 1000, write: 1000 },
  });
  return { clock, attempt };
}

describe('Attempt', () => {
  test('its queue deadline says that the target is busy, and nothing against it', async () => {
    const { attempt, clock } = setUp();
    attempt.enter('queue');
    await clock.advance(999);
    expect(attempt.aborted).toBeUndefined();
    await clock.advance(1);
    expect(attempt.aborted).toMatchObject({
      code: 'VE_TARGET_BUSY',
      details: { upstream: 'azure', retryAfter: 1000 },
      failure: { retry: 'elsewhere', health: 'neutral', sent: false },
    });
  });

  test('while it is prepared only the deadline of the whole request runs', async () => {
    const { attempt, clock } = setUp();
    attempt.enter('prepare');
    await clock.advance(59_999);
    expect(attempt.aborted).toBeUndefined();
    await clock.advance(1);
    expect(attempt.aborted).toMatchObject({ code: 'VE_DEADLINE' });
  });

  test.each([
    ['connect', false],
    ['firstByte', true],
    ['idle', true],
  ] as const)('its %s deadline gives it up on time', async (phase, sent) => {
    const { attempt, clock } = setUp();
    attempt.enter(phase);
    await clock.advance(999);
    expect(attempt.aborted).toBeUndefined();
    await clock.advance(1);
    expect(attempt.aborted).toMatchObject({
      code: 'VE_UPSTREAM_TIMEOUT',
      details: { phase, upstream: 'azure' },
      failure: { sent, health: 'failure', retry: 'elsewhere' },
    });
  });

  test('a phase that it enters again, or another, starts its deadline anew', async () => {
    const { attempt, clock } = setUp();
    for (const phase of ['connect', 'firstByte', 'idle', 'idle'] as const) {
      attempt.enter(phase);
      await clock.advance(900);
    }
    expect(attempt.aborted).toBeUndefined();
  });

  test('the deadline of the whole request ends it whatever is waited for', async () => {
    const { attempt, clock } = setUp({ total: 500 });
    attempt.enter('idle');
    await clock.advance(500);
    expect(attempt.aborted).toMatchObject({ code: 'VE_DEADLINE', failure: { retry: 'never' } });
  });

  test('a caller who does not read is one who has gone', async () => {
    const { attempt, clock } = setUp();
    attempt.enter('write');
    await clock.advance(1000);
    expect(attempt.aborted).toMatchObject({ code: 'VE_CLIENT_CLOSED' });
  });

  test('settles once, tells late listeners at once, and has no deadline afterwards', async () => {
    const { attempt, clock } = setUp();
    const outcomes: string[] = [];
    attempt.enter('idle');
    attempt.onSettled(({ health }) => outcomes.push(health));
    attempt.settle({ health: 'success' });
    attempt.settle({ health: 'failure' });
    attempt.onSettled(({ health }) => outcomes.push(`${health}, late`));
    attempt.enter('idle');
    attempt.abort(new GatewayError('VE_CLIENT_CLOSED'));
    await clock.advance(100_000);
    expect(outcomes).toEqual(['success', 'success, late']);
    expect(attempt.aborted).toBeUndefined();
  });

  test('is given up once, for the first reason', () => {
    const { attempt } = setUp();
    const reasons: string[] = [];
    attempt.onAbort(({ code }) => reasons.push(code));
    attempt.abort(new GatewayError('VE_CLOSING'));
    attempt.abort(new GatewayError('VE_CLIENT_CLOSED'));
    attempt.onAbort(({ code }) => reasons.push(`${code}, late`));
    expect(reasons).toEqual(['VE_CLOSING', 'VE_CLOSING, late']);
  });

  test('its signal aborts with the reason, also when it is asked for afterwards', () => {
    const gone = new GatewayError('VE_CLIENT_CLOSED');
    const early = setUp().attempt;
    const { signal } = early;
    early.abort(gone);
    expect(signal.reason).toBe(gone);
    const late = setUp().attempt;
    late.abort(gone);
    expect(late.signal.reason).toBe(gone);
  });
});
