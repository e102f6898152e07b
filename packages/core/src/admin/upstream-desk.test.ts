import { expect, test } from 'vitest';
import type { TargetName } from '../protocol/call.ts';
import type { TargetStats } from '../target-stats.ts';
import { UpstreamDesk } from './upstream-desk.ts';

const idle: TargetStats = {
  upstream: 'fireworks',
  model: 'accounts/fireworks/models/kimi',
  breaker: 'closed',
  byHand: undefined,
  successes: 0,
  failures: 0,
  errorRate: undefined,
  active: 0,
  waiting: 0,
  batchWaiting: 0,
  isDown: false,
  latencyMilliseconds: undefined,
  rateLimit: undefined,
  keys: [{ label: '#1', state: 'fine' }],
  restingKeys: 0,
  promptCacheShare: undefined,
  region: undefined,
  tags: [],
};

function setUp(stats: TargetStats = idle) {
  const done: [act: string, target: TargetName][] = [];
  const note =
    (act: string) =>
    (target: TargetName): TargetStats => {
      done.push([act, target]);
      return { ...stats, byHand: act === 'drain' ? 'drain' : undefined };
    };
  const desk = new UpstreamDesk({
    targets: { stats: () => [stats], open: note('open'), drain: note('drain'), close: note('close') },
    balances: {
      of: (upstream) => [
        { upstream, key: 0, state: 'low', left: 1.5, currency: 'CNY', readAt: 7 },
        { upstream, key: 1, state: 'fine', left: 80, currency: undefined, readAt: 8 },
      ],
    },
  });
  return { desk, done };
}

test('what is not known of a target is null, so that JSON has it', () => {
  const { desk } = setUp();
  const { data } = desk.list();
  expect(JSON.parse(JSON.stringify(data))).toEqual([
    {
      upstream: 'fireworks',
      model: 'accounts/fireworks/models/kimi',
      id: 'fireworks/accounts/fireworks/models/kimi',
      state: 'closed',
      byHand: null,
      successes: 0,
      failures: 0,
      errorRate: null,
      active: 0,
      waiting: 0,
      batchWaiting: 0,
      isDown: false,
      latencyMilliseconds: null,
      rateLimit: null,
      keys: [{ label: '#1', state: 'fine' }],
      restingKeys: 0,
      promptCacheShare: null,
      region: null,
      tags: [],
      balances: [
        { label: '#1', state: 'low', left: 1.5, currency: 'CNY', readAt: 7 },
        { label: '#2', state: 'fine', left: 80, currency: null, readAt: 8 },
      ],
    },
  ]);
});

test('a target is found by its id, whatever is in the name of its model', () => {
  const { desk, done } = setUp();
  expect(desk.change(desk.list().data[0]?.id ?? '', 'drain')).toMatchObject({ byHand: 'drain' });
  const { upstream, model } = idle;
  expect(done).toEqual([['drain', { upstream, model }]]);
});

test.each(['fireworks', '/kimi', ''])('what is no id is not there: %j', (id) => {
  const { desk, done } = setUp();
  expect(() => desk.change(id, 'open')).toThrow(expect.objectContaining({ code: 'VE_OBJECT_NOT_FOUND' }));
  expect(done).toEqual([]);
});
