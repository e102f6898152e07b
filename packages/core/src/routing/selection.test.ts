import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  func,
  integer,
  letrec,
  oneof,
  property,
  tuple,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choosing, targetOf } from '../../test/route-requests.ts';
import type { TargetView } from '../protocol/target-view.ts';
import { Group, type Member } from './group.ts';
import { Selection, type SelectionParts } from './selection.ts';
import { makeStrategy, type StrategyName } from './strategies/named.ts';

type Parts = Partial<SelectionParts<TargetView>>;
const any = (): boolean => true;

function select(group: Group<TargetView>, parts: Parts = {}): Selection<TargetView> {
  return new Selection(group, { ...choosing(1), allows: any, ...parts });
}

function groupOf(
  strategy: StrategyName,
  members: readonly Member<TargetView>[],
  weight?: number,
): Group<TargetView> {
  return new Group({ members, pick: makeStrategy(strategy), weight });
}

/** Chooses and drops until nothing is left; a hundred times is for ever. */
function exhaust(selection: Selection<TargetView>, fits: (target: TargetView) => boolean = any): string[] {
  const chosen: string[] = [];
  for (let count = 0; count < 100; count++) {
    const next = selection.choose(fits);
    if (next === undefined) break;
    chosen.push(next.name);
    selection.drop(next);
  }
  return chosen;
}

const anyStrategy = constantFrom<StrategyName>(
  'priority',
  'weighted',
  'round-robin',
  'least-busy',
  'fastest',
  'cheapest',
  'headroom',
);

/** Groups in groups, of 1 to some 30 targets with names of their own. */
const anyGroup = letrec<{ member: unknown; group: unknown }>((tie) => ({
  member: oneof({ maxDepth: 3, depthIdentifier: 'group' }, constant('target'), tie('group')),
  group: tuple(anyStrategy, array(tie('member'), { minLength: 1, maxLength: 4 })),
})).group.map((shape) => {
  let count = 0;
  const build = (part: unknown): Member<TargetView> => {
    if (!Array.isArray(part)) return targetOf(`t${count++}`);
    const [strategy, members] = part as [StrategyName, unknown[]];
    return groupOf(strategy, members.map(build));
  };
  return build(shape) as Group<TargetView>;
});

describe('the targets of one call', () => {
  test('each that is allowed is chosen once a round, however the groups are nested, and none is lost', () => {
    assert(
      property(anyGroup, integer(), func(boolean()), (group, seed, isAllowed) => {
        const allows = ({ name }: TargetView): boolean => isAllowed(name);
        const allowed = group.targets.filter(allows).map(({ name }) => name);
        const selection = select(group, { ...choosing(seed), allows });
        expect(selection.isEmpty).toBe(allowed.length === 0);
        expect(exhaust(selection).toSorted()).toEqual(allowed.toSorted());
        expect(selection.isEmpty).toBe(true);
      }),
    );
  });

  test('another round has those that are kept, each once again', () => {
    assert(
      property(anyGroup, integer(), func(boolean()), (group, seed, isKept) => {
        const selection = select(group, choosing(seed));
        const all = selection.list();
        exhaust(selection);
        const kept = all.filter(({ name }) => isKept(name));
        selection.keep(kept);
        expect(selection.list()).toEqual(kept);
        expect(exhaust(selection).toSorted()).toEqual(kept.map(({ name }) => name).toSorted());
      }),
    );
  });

  test('what does not fit now is left for later', () => {
    const [a, b] = [targetOf('a'), targetOf('b')];
    const selection = select(groupOf('priority', [a, b]));
    expect(exhaust(selection, (target) => target === b)).toEqual(['b']);
    expect(selection.list()).toEqual([a]);
    expect(selection.some((target) => target === b)).toBe(false);
    expect(selection.choose(any)).toBe(a);
  });

  test('who is preferred is chosen first, while it can be', () => {
    const targets = ['a', 'b', 'c'].map((name) => targetOf(name));
    const selection = select(groupOf('priority', targets), { prefers: ({ name }) => name === 'c' });
    expect(exhaust(selection)).toEqual(['c', 'a', 'b']);
    const busy = select(groupOf('priority', targets), { prefers: ({ name }) => name === 'c' });
    expect(busy.choose(({ name }) => name !== 'c')?.name).toBe('a');
  });

  test('who is preferred must be allowed', () => {
    const targets = ['a', 'b'].map((name) => targetOf(name));
    const selection = select(groupOf('priority', targets), {
      allows: ({ name }) => name === 'a',
      prefers: ({ name }) => name === 'b',
    });
    expect(exhaust(selection)).toEqual(['a']);
  });
});

describe('groups in groups', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => targetOf(name)) as [TargetView, TargetView, TargetView];

  test('the outer strategy chooses the group, the inner one the target', () => {
    const inner = groupOf('round-robin', [a, b]);
    const outer = groupOf('priority', [inner, c]);
    const firsts = Array.from({ length: 4 }, () => select(outer).choose(any)?.name);
    expect(firsts).toEqual(['a', 'b', 'a', 'b']);
    expect(exhaust(select(outer)).at(-1)).toBe('c');
  });

  test('a group with nothing open is passed over', () => {
    const outer = groupOf('priority', [groupOf('fastest', [a, b]), c]);
    expect(select(outer).choose((target) => target === c)).toBe(c);
  });

  test('a group has its share by its own weight, whatever is in it', () => {
    const outer = groupOf('weighted', [groupOf('weighted', [a, b], 3), c]);
    const at = choosing(5);
    const counts = { a: 0, b: 0, c: 0 };
    for (let time = 0; time < 20_000; time++) {
      const name = select(outer, at).choose(any)?.name;
      if (name === 'a' || name === 'b' || name === 'c') counts[name]++;
    }
    expect(counts.c / 20_000).toBeCloseTo(0.25, 1.7);
    expect(counts.a / counts.b).toBeGreaterThan(0.9);
    expect(counts.a / counts.b).toBeLessThan(1.1);
  });

  test('a group seems as good as its best member, and as busy as all of them', () => {
    const price = { input: 1, output: 2 };
    const group = groupOf('priority', [
      targetOf('a', { active: 2, latency: () => 300, successRate: 0.5, headroom: 0.1 }),
      targetOf('b', { active: 3, latency: () => 100, successRate: 0.9, headroom: 0.4, price, window: 9 }),
      targetOf('c'),
    ]);
    expect(group).toMatchObject({
      name: 'a, b, c',
      active: 5,
      successRate: 1,
      headroom: 1,
      price,
      window: 9,
    });
    expect(group.latency(true)).toBe(100);
    expect(groupOf('priority', [targetOf('d')]).latency(true)).toBeUndefined();
  });
});
