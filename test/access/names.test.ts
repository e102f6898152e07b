import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createGateway,
  memoryLedger,
  openai,
  type Principal,
  sqlite,
  type Upstream,
} from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { at } from '../redaction/faces.ts';
import { chat, openWorld, question, rowsOf } from './world.ts';

const reach = ({ baseURL }: SimulatedUpstream): Upstream => openai({ apiKey: 'sk', baseURL });

/** Names that are written alike in one way or another. */
const names = [
  'a/b',
  'a%2Fb',
  'a%252Fb',
  'A/B',
  'a b',
  'a month',
  'a b month',
  '__proto__',
  'constructor',
  'toString',
  'é',
  'e\u0301',
  '日本',
  '\u{1f600}',
  '\ud800',
  ' ',
  '.',
  '..',
  '*',
  '/key/a',
  'user a',
];

describe('two of whom one is not the other never share a budget', () => {
  const people: readonly Principal[] = names.flatMap((name) => [{ tenant: name }, { tenant: 'a', id: name }]);

  test.each(['memory', 'sqlite'])('kept in %s', async (kind) => {
    const folder = await mkdtemp(join(tmpdir(), 'vector-names-'));
    const ledger = kind === 'memory' ? memoryLedger({ entries: 1000 }) : sqlite(join(folder, 'names.db'));
    await using upstream = await simulatedOpenAI();
    {
      await using world = openWorld({
        upstreams: { only: reach(upstream) },
        prices: { 'gpt-4o': { request: 0.01 } },
        ledger,
        // Each may spend as much as two calls cost.
        people: (index) => ({ ...people[Number(index)], budgets: [{ limit: 0.02, window: 'total' }] }),
      });
      const statuses: number[][] = [];
      for (const index of people.keys()) {
        const own: number[] = [];
        for (let again = 0; again < 3; again++) {
          const response = await world.ask(chat, question, { user: String(index) });
          await response.text();
          own.push(response.status);
        }
        statuses.push(own);
      }
      expect(statuses).toEqual(people.map(() => [200, 200, 429]));
    }
    await ledger.close();
    await rm(folder, { recursive: true });
  });

  test.each(['a//b', '/a', 'a/', '/', '//'])('a path with an empty step is nobody’s: %j', async (path) => {
    await using upstream = await simulatedOpenAI();
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      budgets: { a: { limit: 1 } },
      people: () => ({ path }),
    });
    expect((await world.ask(chat, question)).status).toBe(500);
    expect(upstream.requests).toHaveLength(0);
    await expect(world.gateway.budgets.read(path)).rejects.toMatchObject({ code: 'VE_PARAMETER_INVALID' });
  });

  test('names of every object are no budgets, and no models with limits', async () => {
    await using upstream = await simulatedOpenAI();
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      budgets: { acme: { limit: 0 } },
      limits: { paths: { acme: { rpm: 1 } }, models: { made: { rpm: 100 } } },
      people: (tenant) => ({ tenant }),
    });
    for (const user of ['__proto__', 'constructor', 'hasOwnProperty'])
      for (let again = 0; again < 2; again++)
        expect((await world.ask(chat, question, { user })).status).toBe(200);
    for (const model of ['__proto__', 'constructor'])
      expect((await world.ask(chat, { ...question, model }, { user: 'other' })).status).toBe(404);
    expect(await world.gateway.budgets.read('__proto__')).toEqual([]);
  });
});

const evil = [
  'x\r\nset-cookie: a=b',
  'x\nx-injected: 1',
  'x\u2028y\u2029z',
  '<script>alert(1)</script>',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(1)',
  '"; DROP TABLE calls; --',
  '\u0000',
  '\u202e',
];

describe('names that are more than names', () => {
  test.each(evil)('%j, as a tenant, a person, a path, and a model', async (name) => {
    await using upstream = await simulatedOpenAI();
    const lines: string[] = [];
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      models: { made: 'only/gpt-4o', [name]: 'only/gpt-4o' },
      budgets: { '*': { limit: 1, soft: 0.0000001 }, '*/*': { limit: 1, soft: 0.0000001 } },
      people: () => ({ tenant: name, id: name }),
    });
    for (const stream of [false, true])
      for (const model of [name, 'made', `${name}?`]) {
        const response = await world.ask(chat, { ...question, model, stream });
        const text = await response.text();
        expect(response.status).toBe(model === `${name}?` ? 404 : 200);
        expect([...response.headers.keys()].filter((header) => /injected|cookie/.test(header))).toEqual([]);
        for (const value of response.headers.values()) expect(value).toMatch(/^[\x20-\x7e]*$/);
        // What is told is JSON.
        const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
        expect(isJson || stream).toBe(true);
        if (isJson) JSON.parse(text);
      }
    // What was spent is settled by then.
    await world.gateway.budgets.read('x');
    const warned = await world.ask(chat, question);
    expect(warned.headers.get('x-vector-budget-warning')).toMatch(/;window=month;spent=0/);
    const rows = await rowsOf(world, 7);
    for (const row of rows) expect(row).toMatchObject({ tenant: name, principal: name });
    for (const entry of world.log) lines.push(JSON.stringify(entry));
    expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
  });

  test('a path of control characters is nobody’s', async () => {
    await using upstream = await simulatedOpenAI();
    await using world = openWorld({
      upstreams: { only: reach(upstream) },
      people: () => ({ path: 'acme/x\r\nset-cookie: a=b' }),
    });
    expect((await world.ask(chat, question)).status).toBe(500);
    expect(upstream.requests).toHaveLength(0);
  });

  test('in tables, and in lines, nothing breaks out', async () => {
    await using upstream = await simulatedOpenAI();
    let who = '';
    await using gateway = createGateway({
      upstreams: { only: reach(upstream) },
      identify: () => ({ tenant: who, id: who, roles: ['admin'] }),
      admin: () => true,
    });
    const send = (path: string, body?: object): Promise<Response> =>
      gateway.fetch(`http://gateway${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    for (const name of evil) {
      who = name;
      await (await send(chat, { ...question, model: name })).text();
    }
    const lines = (await (await send('/admin/calls?format=jsonl')).text()).trimEnd().split('\n');
    expect(lines).toHaveLength(evil.length);
    expect(new Set(lines.map((line) => at(JSON.parse(line), 'tenant')))).toEqual(new Set(evil));
    const csv = await (await send('/admin/calls?format=csv')).text();
    // Whatever begins a cell is no formula.
    const cells = csv.split('\r\n').flatMap((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
    expect(cells.filter((cell) => /^"?[=+@]|^"?-\D/.test(cell))).toEqual([]);
  });
});
