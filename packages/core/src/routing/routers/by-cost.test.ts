import { array, assert, boolean, double, integer, property, tuple } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { seeded, wish } from '../../../test/route-requests.ts';
import { loadCodecs } from '../../dialects/load-codecs.ts';
import type { RouteRequest } from '../route-request.ts';
import { byCost, type CostRoutes, scoreOf } from './by-cost.ts';

beforeAll(loadCodecs);

const make = (more: Partial<CostRoutes> = {}) => byCost({ simple: 'cheap', hard: 'strong', ...more });

/** Easy to hard: what the request is like is drawn, and so is its length. */
function draw(random: () => number): RouteRequest {
  const kind = random();
  const filler = 'and so on '.repeat(Math.floor(random() * 40));
  if (kind < 0.5) return wish(`Hello, what is ${Math.floor(random() * 100)} plus two? ${filler}`);
  if (kind < 0.8) return wish(`Summarize this: ${filler.repeat(8)}`);
  return wish(`Debug this, step by step, and explain why:\n\`\`\`\n${filler.repeat(20)}\n\`\`\``, {
    reasoning_effort: 'high',
  });
}

const traffic = (count: number, seed = 7): RouteRequest[] => {
  const random = seeded(seed);
  return Array.from({ length: count }, () => draw(random));
};

function shareOf(requests: readonly RouteRequest[], more: Partial<CostRoutes> = {}): number {
  const route = make(more);
  return requests.filter((request) => route(request) === 'strong').length / requests.length;
}

const orders: readonly (readonly [name: string, order: (requests: RouteRequest[]) => RouteRequest[]])[] = [
  ['mixed', (requests) => requests],
  ['from easy to hard', (requests) => requests.toSorted((a, b) => scoreOf(a) - scoreOf(b))],
  ['from hard to easy', (requests) => requests.toSorted((a, b) => scoreOf(b) - scoreOf(a))],
  [
    'in blocks of a hundred',
    (requests) => {
      const sorted = requests.toSorted((a, b) => scoreOf(a) - scoreOf(b));
      const blocks = Array.from({ length: 30 }, (_, index) => sorted.slice(index * 100, index * 100 + 100));
      return Array.from({ length: 30 }, (_, index) => blocks[(index * 7) % 30] ?? []).flat();
    },
  ],
];

describe('the share of the cheap tier', () => {
  for (const [name, order] of orders) {
    test(`is held within a few percent by traffic ${name}`, () => {
      const requests = order(traffic(3000));
      for (const share of [0.5, 0.8, 0.95]) {
        const strong = shareOf(requests, { share });
        expect(Math.abs(strong - (1 - share)), `share ${share}: ${strong} strong`).toBeLessThan(0.05);
      }
    });
  }

  test('is held by requests that are all alike', () => {
    const request = wish('Hello');
    expect(shareOf(Array.from({ length: 2000 }, () => request))).toBeCloseTo(0.2, 1.7);
  });

  test('is held again when the traffic changes', () => {
    const route = make();
    const easy = Array.from({ length: 2000 }, () => wish('Hello'));
    expect(easy.map((request) => route(request))).toContain('cheap');
    const strong = traffic(2000).filter((request) => route(request) === 'strong').length;
    expect(strong / 2000).toBeGreaterThan(0.15);
    expect(strong / 2000).toBeLessThan(0.27);
  });

  test('the hard ones go to the strong tier', () => {
    const route = make({ share: 0.8 });
    const requests = traffic(4000);
    const scores = requests.map(scoreOf).toSorted((a, b) => a - b);
    const median = scores[2000] ?? 0;
    const hardest = scores[3600] ?? 0;
    // It has learned by then what is hard here.
    const sent = requests.map((request) => ({ score: scoreOf(request), to: route(request) })).slice(500);
    expect(sent.filter(({ score, to }) => score < median && to === 'strong')).toEqual([]);
    expect(sent.filter(({ score, to }) => score > hardest && to === 'cheap')).toEqual([]);
  });

  test('of all or nothing is that', () => {
    const requests = traffic(200);
    expect(shareOf(requests, { share: 1 })).toBe(0);
    expect(shareOf(requests, { share: 0 })).toBe(1);
  });
});

const hard = () => wish('Hello', {}, { headers: { 'x-vector-tier': 'hard' } });

describe('the cap', () => {
  test('holds, whatever callers say and in whatever order they come', () => {
    assert(
      property(
        double({ min: 0, max: 1, noNaN: true }),
        array(tuple(boolean(), integer({ min: 1, max: 300 })), { maxLength: 20 }),
        (cap, runs) => {
          const route = make({ cap });
          const [always, never] = [hard(), wish('Hello', {}, { headers: { 'x-vector-tier': 'simple' } })];
          const sent = runs.flatMap(([isHard, length]) =>
            Array.from({ length }, () => route(isHard ? always : never) === 'strong'),
          );
          // Of any that follow one another: their capped share, and that of a hundred more.
          let saved = 0;
          for (const isStrong of sent) {
            saved = Math.max(0, saved + (isStrong ? 1 : 0) - cap);
            expect(saved).toBeLessThanOrEqual(Math.max(1, cap * 100) + 1e-6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is used where there are enough that are hard', () => {
    const request = hard();
    const requests = Array.from({ length: 3000 }, () => request);
    expect(shareOf(requests, { cap: 0.3 })).toBeCloseTo(0.3, 1.5);
    expect(shareOf(requests, { cap: 0 })).toBe(0);
    expect(shareOf(requests, { cap: 1 })).toBe(1);
  });
});

describe('a caller', () => {
  test('decides for itself, below the cap', () => {
    const route = make();
    const request = wish('prove this step by step', { metadata: { tier: 'simple' } });
    expect(route(request)).toBe('cheap');
    expect(route(wish('Hello', { metadata: { tier: 'hard' } }))).toBe('strong');
  });
});

describe('the options', () => {
  test.each([
    [{ share: 1.2 }, 'byCost: share is 1.2; it must be a number from 0 to 1'],
    [{ cap: -0.1 }, 'byCost: cap is -0.1; it must be a number from 0 to 1'],
    [{ share: Number.NaN }, 'byCost: share is NaN; it must be a number from 0 to 1'],
  ])('%j is a mistake', (more, message) => {
    expect(() => make(more)).toThrow(message);
  });

  test('tell where it may send, and what it would have been without', () => {
    const route = make();
    expect(route.destinations).toEqual(['cheap', 'strong']);
    expect(route.baseline).toBe('strong');
  });
});
