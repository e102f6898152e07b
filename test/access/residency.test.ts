import {
  createGateway,
  type Gateway,
  openaiCompatible,
  type Principal,
  type Upstream,
} from '@vector-engine/core';
import { type SimulatedOpenAI, simulatedOpenAI } from '@vector-engine/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let europe: SimulatedOpenAI;
let quiet: SimulatedOpenAI;
let america: SimulatedOpenAI;
let nowhere: SimulatedOpenAI;
let gateway: Gateway;
let principal: Principal;

function at(
  { baseURL }: SimulatedOpenAI,
  where: { readonly region?: string; readonly tags?: readonly string[] },
): Upstream {
  return openaiCompatible({ baseURL, apiKey: 'sk-of-the-operator', ...where });
}

beforeAll(async () => {
  [europe, quiet, america, nowhere] = await Promise.all([
    simulatedOpenAI(),
    simulatedOpenAI(),
    simulatedOpenAI(),
    simulatedOpenAI(),
  ]);
  gateway = createGateway({
    identify: () => principal,
    upstreams: {
      america: at(america, { region: 'us' }),
      nowhere: at(nowhere, {}),
      europe: at(europe, { region: 'eu' }),
      quiet: at(quiet, { region: 'eu', tags: ['no-retention', 'iso-27001'] }),
    },
    models: {
      all: {
        targets: ['america/gpt-4o', 'nowhere/gpt-4o', 'europe/gpt-4o', 'quiet/gpt-4o'],
        hedge: { after: 1, share: 1, minimum: 0 },
      },
      far: { targets: ['america/gpt-4o', 'nowhere/gpt-4o'], fallback: 'near' },
      near: { targets: ['europe/gpt-4o'], fallback: 'america/gpt-4o' },
    },
    addressable: true,
    passthrough: 'america',
    retry: { rounds: 0 },
  });
});

beforeEach(() => {
  principal = { tenant: 'acme', regions: ['eu'] };
  for (const upstream of [europe, quiet, america, nowhere]) {
    upstream.fail(() => undefined);
    upstream.requests.length = 0;
  }
});

afterAll(async () => {
  await gateway.close();
  await Promise.all([europe, quiet, america, nowhere].map((upstream) => upstream.close()));
});

function ask(model: string, headers: Record<string, string> = {}): Promise<Response> {
  return gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Where am I?' }] }),
  });
}

const outside = (): number => america.requests.length + nowhere.requests.length;

describe('a caller who is bound to a region', () => {
  test('is served there, and by nobody who does not say where it is', async () => {
    const answer = await ask('all');
    expect([answer.status, answer.headers.get('x-vector-upstream')]).toEqual([200, 'europe']);
    expect(outside()).toBe(0);
  });

  test('fails over within it, and no further', async () => {
    europe.fail({ type: 'status', status: 503 });
    expect((await ask('all')).headers.get('x-vector-upstream')).toBe('quiet');
    quiet.fail({ type: 'status', status: 503 });
    expect((await ask('all')).status).toBe(503);
    expect(outside()).toBe(0);
  });

  test('is not asked for by a second attempt elsewhere while the first is slow', async () => {
    europe.fail({ type: 'slow', headersAfter: 200 });
    expect((await ask('all')).status).toBe(200);
    expect(outside()).toBe(0);
  });

  test('goes on to no model elsewhere when its own is down', async () => {
    europe.fail({ type: 'status', status: 503 });
    expect((await ask('near')).status).toBe(503);
    expect(outside()).toBe(0);
  });

  test.each(['far', 'america/gpt-4o'])('is refused %s, and told why', async (model) => {
    const answer = await ask(model);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('in the region eu');
    expect(outside()).toBe(0);
  });

  test('does not get through to another by a path that passes as it is', async () => {
    const answer = await gateway.fetch('http://gateway/v1/files');
    expect(answer.status).toBe(403);
    expect(outside()).toBe(0);
  });

  test('is told by explain() what was left out, and why', async () => {
    const request = new Request('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'all', messages: [{ role: 'user', content: 'Where?' }] }),
    });
    const { candidates, leftOut } = await gateway.explain(request, principal);
    expect(candidates.map(({ upstream }) => upstream)).toEqual(['europe', 'quiet']);
    expect(leftOut.map(({ upstream, reason }) => [upstream, reason])).toEqual([
      ['america', 'residency'],
      ['nowhere', 'residency'],
    ]);
  });
});

describe('a request can be bound by itself', () => {
  test.each<[Record<string, string>, string]>([
    [{ 'x-vector-regions': 'us, eu' }, 'america'],
    [{ 'x-vector-regions': 'eu' }, 'europe'],
    [{ 'x-vector-upstream-tags': 'iso-27001,no-retention' }, 'quiet'],
  ])('%j goes to %s', async (headers, upstream) => {
    principal = { tenant: 'acme' };
    expect((await ask('all', headers)).headers.get('x-vector-upstream')).toBe(upstream);
  });

  test('and never to what its caller is not bound to', async () => {
    expect((await ask('all', { 'x-vector-regions': 'us' })).status).toBe(403);
    expect(outside()).toBe(0);
  });

  test('or by tags that its caller must have', async () => {
    principal = { tenant: 'acme', tags: ['no-retention'] };
    expect((await ask('all')).headers.get('x-vector-upstream')).toBe('quiet');
    expect((await ask('near')).status).toBe(403);
  });
});

test('a region that no header can name is told at construction', () => {
  expect(() =>
    openaiCompatible({ baseURL: europe.baseURL, apiKey: 'k-0123456789', region: 'the old world' }),
  ).toThrow('region is "the old world"; it must be a word');
});
