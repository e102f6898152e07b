import { array, assert, boolean, double, integer, nat, option, property, record } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { choosing, targetOf, wish } from '../../../test/route-requests.ts';
import { loadCodecs } from '../../dialects/load-codecs.ts';
import type { Price, TargetView } from '../../protocol/target-view.ts';
import type { Choosing, Pick } from '../strategy.ts';
import { makeStrategy, type Strategy, type StrategyName } from './named.ts';

beforeAll(loadCodecs);

const names: readonly StrategyName[] = [
  'priority',
  'weighted',
  'round-robin',
  'least-busy',
  'fastest',
  'cheapest',
  'headroom',
];
const last: Strategy = (targets) => targets.at(-1) ?? targetOf('none');
const all: readonly (readonly [name: string, strategy: Strategy])[] = [
  ...names.map((name) => [name, name] as const),
  ['own', last],
];

const anyTarget = record({
  weight: double({ min: 0.01, max: 100, noNaN: true }),
  active: nat(1000),
  latency: option(double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
  successRate: double({ min: 0, max: 1, noNaN: true }),
  headroom: double({ min: 0, max: 1, noNaN: true }),
  price: option(record({ input: nat(), output: nat() }), { nil: undefined }),
}).map(({ latency, ...rest }) => targetOf('target', { ...rest, latency: () => latency }));
const anyMembers = array(record({ target: anyTarget, isOpen: boolean() }), { maxLength: 30 });

/** How often each was picked. */
function count(
  pick: Pick,
  members: readonly TargetView[],
  { times = 20_000, isOpen = () => true, at = choosing(1) }: Partial<Counting> = {},
): number[] {
  const counts = members.map(() => 0);
  for (let time = 0; time < times; time++) {
    const place = members.indexOf(pick(members, isOpen, at) ?? targetOf('none'));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

interface Counting {
  readonly times: number;
  readonly isOpen: (member: TargetView) => boolean;
  readonly at: Choosing;
}

const named = (...targets: Partial<TargetView>[]): TargetView[] =>
  targets.map((more, index) => targetOf(`t${index}`, more));

describe.each(all)('%s', (_, strategy) => {
  test('picks an open member where there is one, and none where there is none', () => {
    assert(
      property(anyMembers, integer(), (members, seed) => {
        const pick = makeStrategy(strategy);
        const at = choosing(seed);
        const targets = members.map(({ target }) => target);
        const open = new Set(members.filter(({ isOpen }) => isOpen).map(({ target }) => target));
        for (let time = 0; time < 3; time++) {
          const picked = pick(targets, (target) => open.has(target), at);
          expect(picked !== undefined && open.has(picked)).toBe(open.size > 0);
        }
      }),
    );
  });

  test('holds at both ends of chance', () => {
    for (const random of [() => 0, () => 1 - 2 ** -53]) {
      const pick = makeStrategy(strategy);
      const members = named({}, {}, {});
      for (const only of members)
        expect(pick(members, (member) => member === only, { ...choosing(1), random })).toBe(only);
    }
  });
});

describe('priority', () => {
  test('is the order written', () => {
    const members = named({ active: 900 }, {}, {});
    expect(count(makeStrategy('priority'), members, { times: 10 })).toEqual([10, 0, 0]);
    const isOpen = (member: TargetView): boolean => member !== members[0];
    expect(count(makeStrategy('priority'), members, { times: 10, isOpen })).toEqual([0, 10, 0]);
  });
});

describe('weighted', () => {
  test('spreads by weight', () => {
    const counts = count(makeStrategy('weighted'), named({ weight: 7 }, { weight: 2 }, { weight: 1 }));
    for (const [index, share] of [0.7, 0.2, 0.1].entries())
      expect((counts[index] ?? 0) / 20_000).toBeCloseTo(share, 1.7);
  });

  test('gives the share of one that is out to the others, by theirs', () => {
    const members = named({ weight: 7 }, { weight: 2 }, { weight: 1 });
    const isOpen = (member: TargetView): boolean => member !== members[0];
    const [first, second = 0, third = 0] = count(makeStrategy('weighted'), members, { isOpen });
    expect(first).toBe(0);
    expect(second / third).toBeGreaterThan(1.85);
    expect(second / third).toBeLessThan(2.15);
  });

  test('asks about few of many', () => {
    const members = named(...Array.from({ length: 100 }, () => ({})));
    let asked = 0;
    const isOpen = (): boolean => {
      asked++;
      return true;
    };
    count(makeStrategy('weighted'), members, { times: 100, isOpen });
    expect(asked).toBeLessThanOrEqual(200);
  });
});

describe('round-robin', () => {
  test('is even', () => {
    expect(count(makeStrategy('round-robin'), named({}, {}, {}), { times: 300 })).toEqual([100, 100, 100]);
  });

  test('is even among those that are left, whoever drops out and comes back', () => {
    assert(
      property(integer({ min: 1, max: 9 }), array(array(nat(8), { maxLength: 8 })), (size, outs) => {
        const members = named(...Array.from({ length: size }, () => ({})));
        const pick = makeStrategy('round-robin');
        for (const out of outs) {
          const isOpen = (member: TargetView): boolean => !out.includes(members.indexOf(member));
          const left = members.filter(isOpen).length;
          const counts = count(pick, members, { times: left * 4, isOpen });
          expect(counts).toEqual(members.map((member) => (isOpen(member) ? 4 : 0)));
        }
      }),
    );
  });

  test('keeps a turn of its own in every group', () => {
    const [first, second] = [makeStrategy('round-robin'), makeStrategy('round-robin')];
    const members = named({}, {});
    expect(first(members, () => true, choosing(1))).toBe(members[0]);
    expect(second(members, () => true, choosing(1))).toBe(members[0]);
  });
});

describe('least-busy', () => {
  test('is the one with the fewest requests under way for its weight', () => {
    const pick = makeStrategy('least-busy');
    expect(count(pick, named({ active: 3 }, { active: 2 }, { active: 4 }), { times: 9 })).toEqual([0, 9, 0]);
    expect(count(pick, named({ active: 3, weight: 4 }, { active: 2 }), { times: 9 })).toEqual([9, 0]);
  });

  test('draws among equals', () => {
    const counts = count(makeStrategy('least-busy'), named({}, {}, {}, { active: 1 }));
    expect(counts[3]).toBe(0);
    for (const each of counts.slice(0, 3)) expect(each / 20_000).toBeCloseTo(1 / 3, 1.5);
  });
});

const taking = (milliseconds: number) => () => milliseconds;

describe('fastest', () => {
  test('takes the better of two: the worst of all never, the best twice as often as by chance', () => {
    const members = named(...[10, 20, 30, 40].map((milliseconds) => ({ latency: taking(milliseconds) })));
    const shares = count(makeStrategy('fastest'), members).map((each) => each / 20_000);
    // Of the six pairs of four, the best is in three, the second wins two, the third one.
    for (const [index, share] of [3 / 6, 2 / 6, 1 / 6, 0].entries())
      expect(shares[index]).toBeCloseTo(share, 1.5);
  });

  test('reckons with requests under way, with weight, and with failures', () => {
    const pick = makeStrategy('fastest');
    const alone = (...targets: Partial<TargetView>[]): number[] =>
      count(pick, named(...targets.map((each) => ({ latency: taking(100), ...each }))), { times: 10 });
    expect(alone({ active: 4 }, { active: 1 })).toEqual([0, 10]);
    expect(alone({ active: 4, weight: 10 }, { active: 1 })).toEqual([10, 0]);
    expect(alone({ latency: taking(5), successRate: 0 }, {})).toEqual([0, 10]);
  });

  test('goes by the kind of answer that is asked for', () => {
    const members = named(
      { latency: (stream) => (stream ? 10 : 900) },
      { latency: (stream) => (stream ? 90 : 100) },
    );
    const stream = { random: choosing(1).random, request: wish('Hello', { stream: true }) };
    expect(count(makeStrategy('fastest'), members, { times: 10, at: stream })).toEqual([10, 0]);
    expect(count(makeStrategy('fastest'), members, { times: 10 })).toEqual([0, 10]);
  });

  test('one that nobody has asked yet gets its try', () => {
    const counts = count(makeStrategy('fastest'), named({ latency: taking(10) }, {}), { times: 1000 });
    expect(Math.min(...counts)).toBeGreaterThan(400);
  });
});

const price = (input: number, output: number): { readonly price: Price } => ({ price: { input, output } });

describe('cheapest', () => {
  test('is the lowest price for a call of this size', () => {
    const members = named(price(1000, 90_000), price(10_000, 20_000), {});
    const long = wish('x'.repeat(80_000), { max_tokens: 5 });
    const short = wish('Hello', { max_tokens: 400 });
    const pick = makeStrategy('cheapest');
    expect(count(pick, members, { times: 9, at: choosing(1, long) })).toEqual([9, 0, 0]);
    expect(count(pick, members, { times: 9, at: choosing(1, short) })).toEqual([0, 9, 0]);
  });

  test('of equals, and of those whose price nobody knows, is the first written', () => {
    const pick = makeStrategy('cheapest');
    expect(count(pick, named({}, {}), { times: 9 })).toEqual([9, 0]);
    expect(count(pick, named({}, price(5, 5), price(5, 5)), { times: 9 })).toEqual([0, 9, 0]);
  });
});

describe('headroom', () => {
  test('is the one with the most left, drawn among equals', () => {
    const pick = makeStrategy('headroom');
    expect(count(pick, named({ headroom: 0.2 }, { headroom: 0.7 }), { times: 9 })).toEqual([0, 9]);
    for (const each of count(pick, named({}, {}))) expect(each / 20_000).toBeCloseTo(0.5, 1.5);
    const shares = count(pick, named({ headroom: 0.9 }, {}, { headroom: 0 }, {})).map(
      (each) => each / 20_000,
    );
    for (const [index, share] of [0, 0.5, 0, 0.5].entries()) expect(shares[index]).toBeCloseTo(share, 1.5);
  });
});

describe("a user's own", () => {
  test('sees the open ones only, and the request', () => {
    const members = named({}, {}, {});
    const seen: [names: string[], model: string][] = [];
    const pick = makeStrategy((targets, request) => {
      seen.push([targets.map(({ name }) => name), request.model]);
      return targets[0] ?? targetOf('none');
    });
    expect(pick(members, (member) => member !== members[0], choosing(1))).toBe(members[1]);
    expect(seen).toEqual([[['t1', 't2'], 'auto']]);
  });

  test('is not asked where nothing is open', () => {
    const pick = makeStrategy(() => {
      throw new Error('asked');
    });
    expect(pick(named({}), () => false, choosing(1))).toBeUndefined();
  });

  test.each<[mistake: string, strategy: unknown]>([
    ['nothing', () => undefined],
    ['a name', () => 't0'],
    ['a copy', (targets: readonly TargetView[]) => ({ ...targets[0] })],
    ['one that is out', () => targetOf('t1')],
    ['a promise', async (targets: readonly TargetView[]) => targets[0]],
  ])('that returns %s is told so', (_, strategy) => {
    const pick = makeStrategy(strategy as Strategy);
    expect(() => pick(named({}, {}), () => true, choosing(1))).toThrow(
      'a strategy must return one of the targets that it is given',
    );
  });
});
