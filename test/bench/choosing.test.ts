import { createGateway, type Gateway, openaiCompatible } from '@vector-engine/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCall } from '../../packages/core/src/dialects/read-call.ts';
import { canStart } from '../../packages/core/src/resilience/candidate.ts';
import { type Affinity, sticky } from '../../packages/core/src/routing/affinity.ts';
import { Group } from '../../packages/core/src/routing/group.ts';
import { AskedRequest } from '../../packages/core/src/routing/route-request.ts';
import { Selection } from '../../packages/core/src/routing/selection.ts';
import { makeStrategy, type Strategy } from '../../packages/core/src/routing/strategies/named.ts';
import type { Pick } from '../../packages/core/src/routing/strategy.ts';
import { TargetCandidate } from '../../packages/core/src/target-candidate.ts';
import { question } from '../reliability/support.ts';
import { drawFactor, seededChance } from '../simulation/chance.ts';
import { leadAside } from '../simulation/simulate.ts';
import { quantile } from './statistics.ts';

const count = 100;
/** Microseconds that a choice among a hundred may take on a machine that has nothing else to do, and in this test. */
const promised = 2;
const generous = 5 * promised;
const times = 2000;
const rounds = 60;

const answer = Buffer.from('{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"}}]}');
const call = readCall(Buffer.from(JSON.stringify(question)), {
  operation: 'chat',
  dialect: 'openai-chat',
  headers: {},
});

let candidates: TargetCandidate[] = [];
let gateway: Gateway | undefined;
const request = new AskedRequest(call, {
  principal: undefined,
  headers: {},
  clock: Date.now,
  canRead: () => false,
  countTokens: () => 100,
});

/** The targets of a gateway that has served some calls, as its strategies see them. */
beforeAll(async () => {
  const names = Array.from({ length: count }, (_, index) => `upstream${index}`);
  const serving = createGateway({
    open: true,
    upstreams: Object.fromEntries(
      names.map((name) => [
        name,
        openaiCompatible({ baseURL: `http://${name}.test/v1`, apiKey: ['a', 'b'] }),
      ]),
    ),
    models: {
      chat: {
        targets: names.map((name) => `${name}/gpt`),
        strategy: (targets) => {
          candidates = targets.filter((target) => target instanceof TargetCandidate);
          const [first] = targets.toSorted((one, other) => one.active - other.active);
          if (first === undefined) throw new Error('there is no target');
          return first;
        },
      },
    },
  });
  gateway = serving;
  const random = seededChance(1);
  const restore = leadAside((_, handler) => {
    const controller = { aborted: false, reason: null, paused: false, abort() {}, pause() {}, resume() {} };
    handler.onRequestStart?.(controller, {});
    setTimeout(() => {
      handler.onResponseStart?.(controller, 200, { 'content-type': 'application/json' }, '');
      handler.onResponseData?.(controller, answer);
      handler.onResponseEnd?.(controller, {});
    }, drawFactor(random) * 5);
  });
  const ask = async (): Promise<void> => {
    const response = await serving.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    expect(response.status).toBe(200);
  };
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 2 * count }, ask));
  candidates = [];
  await ask();
  restore();
});
afterAll(() => gateway?.close());

/** Microseconds for one choice; of a machine that has other things to do, the quiet rounds count. */
function measure(pick: Pick): number {
  const group = new Group({ members: candidates, pick });
  const parts = {
    random: Math.random,
    request,
    allows: (candidate: TargetCandidate) => candidate.supports(call),
  };
  const spent: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let chosen = 0;
    const start = performance.now();
    for (let time = 0; time < times; time++)
      if (new Selection(group, parts).choose(canStart) !== undefined) chosen++;
    spent.push(((performance.now() - start) * 1000) / times);
    expect(chosen).toBe(times);
  }
  return quantile(
    spent.toSorted((one, other) => one - other),
    0.2,
  );
}

const strategies: readonly Strategy[] = [
  'priority',
  'weighted',
  'round-robin',
  'least-busy',
  'fastest',
  'cheapest',
  'headroom',
];

describe(`choosing among ${count} targets takes at most ${promised} µs`, () => {
  test('the targets are those of a gateway, and have served', () => {
    expect(candidates).toHaveLength(count);
    expect(candidates.filter((candidate) => candidate.latency(false) === undefined)).toEqual([]);
  });

  test.each(strategies.map((strategy) => [strategy]))('%s', (strategy) => {
    const cost = measure(makeStrategy(strategy));
    console.info(`choosing among ${count} by ${String(strategy)}: ${cost.toFixed(2)} µs`);
    expect(cost).toBeLessThanOrEqual(generous);
  });

  test.each<[Affinity & string]>([['prefix']])('%s affinity', (affinity) => {
    const cost = measure(sticky(affinity, makeStrategy('fastest')));
    console.info(`choosing among ${count} by affinity: ${cost.toFixed(2)} µs`);
    expect(cost).toBeLessThanOrEqual(generous);
  });
});
