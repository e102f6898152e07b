import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger, memoryLedger, openai, sqlite, type Upstream } from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../redaction/faces.ts';
import { chat, openWorld, question } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: 'sk', baseURL });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vector-crowd-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ledgers: readonly (readonly [string, () => Ledger])[] = [
  ['memory', () => memoryLedger({ entries: 1000 })],
  ['sqlite', () => sqlite(join(folder, 'crowd.db'))],
];

describe.each(ledgers)('200 at once on a budget for 50, in %s', (_, open) => {
  test('50 are served, all is spent and nothing held, and the others are told which', async () => {
    await using upstream = await simulatedOpenAI();
    const ledger = open();
    const world = openWorld({
      upstreams: { only: reach(upstream) },
      prices: { 'gpt-4o': { request: 0.01 } },
      ledger,
      budgets: { acme: { limit: 0.5 } },
    });
    const asks = Array.from({ length: 200 }, async (_each, index) => {
      const response = await world.ask(chat, question, { user: `acme/p${index % 7}` });
      const body: unknown = await response.json();
      return { status: response.status, body };
    });
    const answers = await Promise.all(asks);
    const served = answers.filter(({ status }) => status === 200);
    expect(served).toHaveLength(50);
    // Who may try again soon is told so; who may not, when it begins anew.
    const told = answers.map(({ status, body }) => {
      const message = String(at(body, 'error', 'message'));
      const isHeld = message.includes('are held for calls under way');
      const isSpent = message.includes('begins anew');
      return [status, at(body, 'error', 'code'), isHeld, isSpent].join(' ');
    });
    const expected = [
      '200  false false',
      '429 rate_limit_exceeded true false',
      '429 insufficient_quota false true',
    ];
    expect(told.filter((line) => !expected.includes(line))).toEqual([]);
    expect(await world.stand('acme')).toEqual({ spent: 500_000_000, held: 0 });
    const late = await world.ask(chat, question);
    expect(at(await late.json(), 'error', 'code')).toBe('insufficient_quota');
    await world.gateway.close({ grace: 0 });
    const { entries } = await ledger.query({ limit: 1000 });
    expect(entries).toHaveLength(201);
    expect(entries.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(entries.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(500_000_000);
    await ledger.close();
  });
});

test('of budgets on three levels the tightest decides, and what is refused there is charged nowhere', async () => {
  await using upstream = await simulatedOpenAI();
  await using world = openWorld({
    upstreams: { only: reach(upstream) },
    prices: { 'gpt-4o': { request: 0.01 } },
    budgets: { acme: { limit: 1 }, 'acme/research': { limit: 0.05 }, 'acme/research/*': { limit: 0.5 } },
  });
  const asks = (user: string): Promise<number[]> =>
    Promise.all(
      Array.from({ length: 12 }, async () => {
        const response = await world.ask(chat, question, { user });
        await response.text();
        return response.status;
      }),
    );
  const statuses = [...(await asks('acme/research/ann')), ...(await asks('acme/research/bob'))];
  expect(statuses.filter((status) => status === 200)).toHaveLength(5);
  expect((await asks('acme/sales/eve')).every((status) => status === 200)).toBe(true);
  const stands = await world.gateway.budgets.read('acme/research/ann');
  expect(stands.map(({ spent, held }) => [spent, held])).toEqual([
    [0.17, 0],
    [0.05, 0],
    [0.05, 0],
  ]);
  const refused = await world.ask(chat, question, { user: 'acme/research/bob' });
  expect(await refused.text()).toContain('of \\"acme/research\\"');
});

test('at the limit, calls at once share what is left: no cent too much, whatever each would have taken', async () => {
  const content = Array<string>(500).fill('word ');
  await using upstream = await simulatedOpenAI({ answer: () => ({ content }) });
  await using world = openWorld({ upstreams: { only: reach(upstream) }, budgets: { acme: { limit: 0.02 } } });
  const asks = Array.from({ length: 30 }, async (_, index) => {
    const response = await world.ask(chat, { ...question, max_tokens: 300 + index, stream: index % 2 === 0 });
    await response.text();
    return response.status;
  });
  expect((await Promise.all(asks)).filter((status) => status === 200).length).toBeGreaterThan(2);
  for (let again = 0; again < 10; again++) await (await world.ask(chat, question)).text();
  const { spent, held } = await world.stand('acme');
  expect(held).toBe(0);
  expect(spent).toBeLessThanOrEqual(20_000_000);
  expect(spent).toBeGreaterThan(18_000_000);
});
