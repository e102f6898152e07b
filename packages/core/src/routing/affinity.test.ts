import { array, assert, boolean, nat, property, string, tuple } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { choosing, targetOf, wish } from '../../test/route-requests.ts';
import { loadCodecs } from '../dialects/load-codecs.ts';
import type { TargetView } from '../protocol/target-view.ts';
import { type Affinity, affinityOf, sticky } from './affinity.ts';
import { makeStrategy } from './strategies/named.ts';

beforeAll(loadCodecs);

const any = (): boolean => true;
const ten = Array.from({ length: 10 }, (_, index) => targetOf(`upstream${index}/gpt`));
/** By the tag that the test gives. */
const pick = sticky('session', makeStrategy('priority'));
const keyed = (key: string) => choosing(1, wish('Hello', {}, { headers: { 'x-vector-session': key } }));
const keys = Array.from({ length: 1000 }, (_, index) => `session ${index}`);

function placed(members: readonly TargetView[], isOpen: (member: TargetView) => boolean = any): string[] {
  return keys.map((key) => pick(members, isOpen, keyed(key))?.name ?? 'none');
}

/** An affinity function as a program without types may have it. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it returns what it likes
const returning = (value: unknown) => () => value as string;

describe('requests with the same key', () => {
  test('go to the same target', () => {
    expect(placed(ten)).toEqual(placed(ten));
    expect(placed(ten)).toEqual(placed(ten.toReversed()));
  });

  test('are spread evenly by their keys', () => {
    const counts = new Map<string, number>();
    for (const name of placed(ten)) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { name } of ten) {
      expect(counts.get(name)).toBeGreaterThan(60);
      expect(counts.get(name)).toBeLessThan(145);
    }
  });

  test.each<[how: string, place: (gone: TargetView) => string[]]>([
    ['leaves', (gone) => placed(ten.filter((member) => member !== gone))],
    ['is out', (gone) => placed(ten, (member) => member !== gone)],
  ])('move when their target %s, and no others do', (_, place) => {
    const before = placed(ten);
    for (const gone of ten) {
      const after = place(gone);
      const heirs = new Set<string>();
      for (const [index, name] of before.entries()) {
        if (name === gone.name) heirs.add(after[index] ?? '');
      }
      expect(after.filter((name, index) => before[index] !== gone.name && name !== before[index])).toEqual(
        [],
      );
      expect(heirs).not.toContain(gone.name);
      // Its keys are spread over the others, and do not all storm one.
      expect(heirs.size).toBe(9);
    }
  });

  test('a target that comes takes its share of the keys, and moves no others', () => {
    const before = placed(ten);
    const after = placed([...ten, targetOf('new/gpt')]);
    const moved = after.filter((name, index) => name !== before[index]);
    expect(new Set(moved)).toEqual(new Set(['new/gpt']));
    expect(moved.length).toBeGreaterThan(50);
    expect(moved.length).toBeLessThan(140);
  });

  test('no target gets much more than its share of what is under way, though all requests have one key', () => {
    const active = ten.map(() => 0);
    const members = ten.map(({ name }, index) =>
      Object.defineProperty({ ...targetOf(name) }, 'active', { get: () => active[index] }),
    );
    for (let under = 1; under <= 1000; under++) {
      const place = members.indexOf(pick(members, any, keyed('one')) ?? targetOf('none'));
      active[place] = (active[place] ?? 0) + 1;
      expect(Math.max(...active)).toBeLessThanOrEqual(Math.max(8, Math.ceil((under / 10) * 1.25)));
    }
  });

  test('a few under way are no load: eight stay together', () => {
    const [first] = placed(ten);
    const busy = ten.map((member) => (member.name === first ? { ...member, active: 7 } : member));
    expect(placed(busy)[0]).toBe(first);
    const full = ten.map((member) => (member.name === first ? { ...member, active: 8 } : member));
    expect(placed(full)[0]).not.toBe(first);
  });

  test('where those that are open have too much to do, the strategy decides', () => {
    const [first, second, ...others] = ten as [TargetView, TargetView, ...TargetView[]];
    const members = [{ ...first, active: 90 }, { ...second, active: 80 }, ...others];
    const open = members.slice(0, 2);
    expect(new Set(placed(members, (member) => open.includes(member)))).toEqual(new Set([first.name]));
  });

  test('an open member is picked where there is one, and none where there is none', () => {
    assert(
      property(array(tuple(boolean(), nat(50)), { maxLength: 12 }), string(), (all, key) => {
        const members = all.map(([, active], index) => targetOf(`t${index}`, { active }));
        const isOpen = (member: TargetView): boolean => all[members.indexOf(member)]?.[0] === true;
        const picked = pick(members, isOpen, keyed(key));
        expect(picked !== undefined && isOpen(picked)).toBe(members.some(isOpen));
      }),
    );
  });
});

describe('a request without a key', () => {
  test('goes by the strategy', () => {
    const turns = sticky('session', makeStrategy('round-robin'));
    const at = choosing(1, wish('Hello'));
    expect(ten.map(() => turns(ten, any, at)?.name)).toEqual(ten.map(({ name }) => name));
  });
});

const of = (affinity: Affinity, more: object, headers: Record<string, string> = {}): number | undefined =>
  affinityOf(affinity, wish('Hello', more, { headers }));
const byModel: Affinity = ({ model }) => (model === 'auto' ? 'x' : undefined);

describe('what requests share', () => {
  test('a session is what the caller names: a header, metadata, the key of a prompt cache, the user', () => {
    const seen = [
      of('session', { user: 'b' }, { 'x-vector-session': 'a' }),
      of('session', { user: 'b', metadata: { session: 'a' } }),
      of('session', { user: 'b', metadata: { session_id: 'a' } }),
      of('session', { user: 'b', prompt_cache_key: 'a' }),
      of('session', { user: 'a' }),
    ];
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toBeTypeOf('number');
    expect(of('session', {})).toBeUndefined();
  });

  test('a function of the user says it, or nothing', () => {
    expect(of(byModel, {})).toBe(of(() => 'x', { user: 'b' }));
    expect(of(byModel, { model: 'other' })).toBeUndefined();
  });

  test('a function that returns something else is told, before all requests count as alike', () => {
    expect(of(returning(null), {})).toBeUndefined();
    expect(() => of(returning(Promise.resolve('x')), {})).toThrow('it returned object');
    expect(() => of(returning(42), {})).toThrow('an affinity function must return a text or undefined');
  });

  test('a prefix is how they begin', () => {
    expect(of('prefix', { temperature: 1 })).toBe(of('prefix', { temperature: 0 }));
    expect(affinityOf('prefix', wish('Hello'))).not.toBe(affinityOf('prefix', wish('Goodbye')));
  });
});
