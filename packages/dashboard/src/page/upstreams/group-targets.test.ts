import { expect, test } from 'vitest';
import {
  actsFor,
  conditionOf,
  filterTargets,
  groupTargets,
  isLastOf,
  leftShare,
  timeOf,
  totalsOf,
} from './group-targets.ts';
import type { UpstreamStatus } from './upstream-status.ts';

function target(id: string, changes: Partial<UpstreamStatus> = {}): UpstreamStatus {
  const [upstream = '', model = ''] = id.split('/');
  return {
    id,
    upstream,
    model,
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
    keys: [],
    restingKeys: 0,
    promptCacheShare: null,
    region: null,
    tags: [],
    balances: [],
    ...changes,
  };
}

test('targets stand below their upstream, which is as its worst target is', () => {
  const groups = groupTargets([
    target('openai/gpt-5.2', { tags: ['a'] }),
    target('azure/gpt-5.2', { region: 'eu' }),
    target('openai/gpt-5-nano', { state: 'open', tags: ['a', 'b'] }),
  ]);
  expect(groups).toMatchObject([
    { upstream: 'openai', condition: 'open', tags: ['a', 'b'], region: undefined },
    { upstream: 'azure', condition: 'fine', region: 'eu' },
  ]);
  expect(groups[0]?.targets.map(({ model }) => model)).toEqual(['gpt-5.2', 'gpt-5-nano']);
});

test('what was done by hand is said before what the breaker found', () => {
  expect(conditionOf(target('a/b', { byHand: 'drain', state: 'open', isDown: true }))).toBe('drained');
  expect(conditionOf(target('a/b', { byHand: 'open', state: 'open' }))).toBe('opened');
  expect(conditionOf(target('a/b', { isDown: true, state: 'half-open' }))).toBe('down');
  expect(conditionOf(target('a/b', { state: 'half-open' }))).toBe('half-open');
});

test('a target rests when all of its keys do', () => {
  const resting = { label: '#1', state: 'resting' } as const;
  expect(conditionOf(target('a/b', { keys: [resting] }))).toBe('resting');
  expect(conditionOf(target('a/b', { keys: [resting, { label: '#2', state: 'low' }] }))).toBe('fine');
});

test('only what would change something can be done by hand', () => {
  expect(actsFor({ byHand: null, state: 'closed' })).toEqual(['open', 'drain']);
  expect(actsFor({ byHand: null, state: 'open' })).toEqual(['close', 'open', 'drain']);
  expect(actsFor({ byHand: 'open', state: 'open' })).toEqual(['close', 'drain']);
  expect(actsFor({ byHand: 'drain', state: 'closed' })).toEqual(['close']);
});

test('a target is the last of its model where no other one of it is fine', () => {
  const one = target('openai/gpt-5.2');
  expect(isLastOf(one, [one, target('openai/gpt-5-nano')])).toBe(true);
  expect(isLastOf(one, [one, target('azure/gpt-5.2', { state: 'open' })])).toBe(true);
  expect(isLastOf(one, [one, target('azure/gpt-5.2')])).toBe(false);
});

test('targets are found by name, region and tag', () => {
  const all = [target('openai/gpt-5.2', { region: 'eu-west' }), target('claude/opus', { tags: ['zdr'] })];
  expect(filterTargets(all, ' EU-w ').map(({ id }) => id)).toEqual(['openai/gpt-5.2']);
  expect(filterTargets(all, 'ZDR').map(({ id }) => id)).toEqual(['claude/opus']);
  expect(filterTargets(all, '')).toBe(all);
});

test('calls under way and waiting are summed', () => {
  const all = [target('a/x', { active: 2, waiting: 1, batchWaiting: 3 }), target('a/y', { state: 'open' })];
  expect(totalsOf(all)).toEqual({ targets: 2, active: 2, waiting: 4, troubled: 1 });
});

test('a share is known where both sides of it are, and a time where it is one', () => {
  expect([leftShare(5, 20), leftShare(30, 20), leftShare(undefined, 20), leftShare(1, 0)]).toEqual([
    0.25,
    1,
    undefined,
    undefined,
  ]);
  expect([timeOf('1970-01-01T00:00:01Z'), timeOf(5), timeOf('soon'), timeOf(null)]).toEqual([
    1000,
    5,
    undefined,
    undefined,
  ]);
});
