import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger, LedgerEntry } from '@vector-engine/core';
import { manualClock } from '@vector-engine/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlite } from '../../packages/core/src/ledger/sqlite/sqlite.ts';
import { Confidential } from '../../packages/core/src/protocol/confidential.ts';
import { blankEntry } from '../../packages/testing/src/suite/ledger-entries.ts';
import { ask as hello } from '../hosts/send.ts';
import { askWith, type Keyed, startKeyed } from './keyed.ts';

const november = Date.UTC(2026, 10, 21);

let folder: string;
let ledger: Ledger;
let keyed: Keyed;

/** Who may, by a header: the host's own callers. */
const people: Readonly<Record<string, object>> = {
  ann: { tenant: 'acme', id: 'ann', limits: { rpm: 60 } },
  bob: { tenant: 'acme', id: 'bob' },
  acme: { id: 'acme' },
  team: { path: 'acme/research' },
  somebody: {},
};

const identify = (request: unknown) => people[(request as Request).headers.get('x-user') ?? ''];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vector-usage-'));
  ledger = sqlite(join(folder, 'ledger.db'));
  keyed = await startKeyed({ ledger, identify, clock: manualClock(november) });
  const key = keyed.user.record.id;
  const entries: readonly Partial<LedgerEntry>[] = [
    {
      id: 'a1',
      tenant: 'acme',
      principal: 'ann',
      path: 'acme/ann',
      model: 'gpt-5.2',
      cost: 5e8,
      inputTokens: 10,
    },
    {
      id: 'a2',
      tenant: 'acme',
      principal: 'ann',
      path: 'acme/ann',
      model: 'gpt-4o',
      cost: 25e7,
      status: 500,
      error: 'VE_INTERNAL',
    },
    { id: 'b1', tenant: 'acme', principal: 'bob', path: 'acme/bob', model: 'gpt-4o', cost: 1e9 },
    { id: 't1', tenant: 'acme', principal: 'x', path: 'acme/research/x', model: 'gpt-4o', cost: 2e9 },
    { id: 's1', tenant: undefined, principal: 'acme', path: 'acme', model: 'gpt-4o', cost: 4e9 },
    { id: 'k1', tenant: 'acme', principal: key, path: `acme/${key}`, key, model: '=cmd("x"), y', cost: 8e9 },
    {
      id: 'old',
      tenant: 'acme',
      principal: 'ann',
      path: 'acme/ann',
      model: 'gpt-4o',
      cost: 16e9,
      time: Date.UTC(2026, 9, 31),
    },
  ];
  await ledger.append(
    entries.map((entry) => ({ ...blankEntry, time: november, ...entry })),
    [
      {
        id: 'a1',
        time: november,
        tenant: 'acme',
        question: new Confidential('"what?"'),
        answer: new Confidential('"that"'),
      },
    ],
  );
});

afterAll(async () => {
  await keyed[Symbol.asyncDispose]();
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function own(
  headers: Record<string, string>,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await keyed.gateway.fetch('http://gateway/v1/usage', { headers });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

describe('GET /v1/usage', () => {
  test('tells a caller its own figures of the month, by model, and what it may have', async () => {
    const { status, json } = await own({ 'x-user': 'ann' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
      key: null,
      total: { calls: 2, failed: 1, cost: 75e7, dollars: 0.75, inputTokens: 10 },
      limits: { rpm: 60 },
    });
    expect(json['models']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ model: 'gpt-5.2', dollars: 0.5 }),
        expect.objectContaining({ model: 'gpt-4o', dollars: 0.25 }),
      ]),
    );
  });

  test.each([
    ['another of the same tenant', { 'x-user': 'bob' }, 1],
    ['a person who is called as a tenant is', { 'x-user': 'acme' }, 4],
    ['a part of the tree', { 'x-user': 'team' }, 2],
  ])('%s', async (_who, headers, dollars) => {
    expect((await own(headers)).json['total']).toMatchObject({ dollars });
  });

  test('a key', async () => {
    const { json } = await own({ 'x-api-key': keyed.user.key });
    expect(json).toMatchObject({ key: keyed.user.record.id, total: { calls: 1, dollars: 8 } });
    const { json: other } = await own({ 'x-api-key': keyed.boss.key });
    expect(other).toMatchObject({ total: { calls: 0, cost: 0 }, models: [] });
  });

  test('somebody whom nobody tells apart is not told everybody’s', async () => {
    expect((await own({ 'x-user': 'somebody' })).status).toBe(403);
    expect((await own({})).status).toBe(401);
  });
});

const ask = (path: string) => askWith(keyed, keyed.boss.key, ['GET', `/admin/${path}`]);

describe('GET /admin/usage', () => {
  test('sums all, in this month or in the time that is said', async () => {
    expect((await ask('usage')).json).toMatchObject({
      from: '2026-11-01T00:00:00.000Z',
      data: [{ calls: 6, dollars: 15.75 }],
    });
    expect((await ask('usage?from=2026-10-01&to=2026-11-01&model=gpt-4o')).json).toMatchObject({
      data: [{ calls: 1, dollars: 16 }],
    });
    const { json } = await ask('usage?group=tenant,model&path=acme/ann');
    expect(json).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({ group: { tenant: 'acme', model: 'gpt-5.2' } }),
      ]) as unknown,
    });
  });

  test.each([
    ['usage?group=colour', 'group.0'],
    ['usage?from=yesterday', 'from'],
    ['usage?status=x', 'status'],
    ['usage?model=a&model=b', 'model'],
    ['usage?colour=red', 'colour'],
    ['usage?tenant=', 'tenant'],
  ])('%s is refused', async (query, parameter) => {
    const { status, json } = await ask(query);
    expect([status, json.error.param]).toEqual([400, parameter]);
  });
});

describe('GET /admin/calls', () => {
  test('gives pages, newest first', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { json } = await ask(`calls?limit=3&tenant=acme${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const page = json as unknown as { data: { id: string }[]; cursor: string | null };
      ids.push(...page.data.map(({ id }) => id));
      ({ cursor } = page);
    }
    expect(ids.toSorted()).toEqual(['a1', 'a2', 'b1', 'k1', 'old', 't1']);
    expect(ids.at(-1)).toBe('old');
    expect((await ask('calls?status=5')).json).toMatchObject({ data: [{ id: 'a2' }], cursor: null });
    expect((await ask('calls?cursor=mine')).status).toBe(400);
  });

  test('gives one, with its content where that was kept', async () => {
    expect((await ask('calls/a1')).json).toMatchObject({
      id: 'a1',
      content: { question: '"what?"', answer: '"that"' },
    });
    expect((await ask('calls/b1')).json).toMatchObject({ id: 'b1', content: null });
    expect((await ask('calls/none')).status).toBe(404);
  });

  test('gives all as JSON lines', async () => {
    const { text, headers } = await ask('calls?format=jsonl&tenant=acme');
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as LedgerEntry).id)).toHaveLength(6);
    expect(headers.get('content-type')).toBe('application/jsonl');
    expect(headers.get('cache-control')).toMatch(/no-store/);
    expect((await ask('calls?format=jsonl&limit=2')).json.error.param).toBe('format');
  });

  test('gives all as CSV, in which nothing is a formula', async () => {
    const { text } = await ask('calls?format=csv&key=' + keyed.user.record.id);
    const [head, row, ...rest] = text.split('\r\n');
    expect(head).toMatch(/^id,time,tenant,/);
    expect(row).toContain(`,"'=cmd(""x""), y",`);
    expect(rest).toEqual(['']);
  });
});

test('what a key may spend is paid in by an operator, spent by its calls, and told', async () => {
  await using spent = await startKeyed();
  const { key, record } = await spent.gateway.keys.create({
    name: 'prepaid',
    budgets: [{ window: 'credit' }],
  });
  const boss = (method: string, path: string, body?: unknown) =>
    askWith(spent, spent.boss.key, [method, path, body]);
  const chat = ['POST', '/v1/chat/completions', hello()] as const;
  expect((await askWith(spent, key, chat)).status).toBe(429);
  const path = `/admin/budgets/${record.id}?of=key`;
  for (const id of ['invoice 1', 'invoice 1', 'invoice 2'])
    expect((await boss('POST', path, { dollars: 5, id })).status).toBe(200);
  expect((await boss('GET', path)).json).toMatchObject({
    data: [{ key: record.id, window: 'credit', limit: 10 }],
  });
  expect((await askWith(spent, key, chat)).status).toBe(200);
  const said = async () => (await askWith(spent, key, ['GET', '/v1/usage'])).json as unknown;
  await expect.poll(said).toMatchObject({ total: { calls: 2, failed: 1 }, budgets: [{ limit: 10 }] });
  const wrong = [
    {},
    { dollars: 0, id: 'x' },
    { dollars: '5', id: 'x' },
    { dollars: 5 },
    { dollars: 1e9, id: 'x' },
  ];
  for (const body of wrong) expect((await boss('POST', '/admin/budgets/acme', body)).status).toBe(400);
  expect((await boss('POST', '/admin/budgets/a%2F%2Fb', { dollars: 5, id: 'x' })).status).toBe(400);
  expect((await boss('GET', '/admin/budgets/key_none?of=key')).status).toBe(404);
  expect((await boss('GET', '/admin/budgets/acme%2Fresearch')).json).toEqual({ data: [] });
});
