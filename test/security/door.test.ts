import { describe, expect, test } from 'vitest';
import { adminRoutes } from '../../packages/core/src/http/admin-routes.ts';
import { ask, fill, startBehind } from './behind.ts';

const json = { 'content-type': 'application/json' };
const chat = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'canary question' }] });
const asked = [
  ['GET', '/v1/models'],
  ['POST', '/v1/chat/completions'],
  ['GET', '/openapi.json'],
] as const;

const closed: readonly (readonly [what: string, door: object])[] = [
  ['is missing', {}],
  ['is no function', { allow: true }],
  ['gives false', { allow: () => false }],
  ['gives nothing', { allow: () => undefined }],
  ['gives what is only as good as true', { allow: () => ({ isAdmin: true }) }],
  ['gives a promise of 1', { allow: () => Promise.resolve(1) }],
  [
    'throws',
    {
      allow: () => {
        throw new Error('canary of the host');
      },
    },
  ],
  ['rejects', { allow: () => Promise.reject(new Error('canary of the host')) }],
];

test.each(closed)('a door whose allow %s is closed, by every route and method', async (_what, door) => {
  await using behind = await startBehind(door);
  const before = await behind.gateway.keys.list();
  const routes = [...adminRoutes.map(({ method, path }) => [method, path] as const), ...asked];
  expect(routes.length).toBeGreaterThan(25);
  for (const [method, path] of routes) {
    const address = [method, fill(path, behind.user.record.id)] as const;
    // Not even by the key of an operator, which is good at the gateway's own mount.
    for (const shown of [{}, { authorization: `Bearer ${behind.boss.key}` }]) {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: chat };
      const { status, text, headers } = await ask(behind, address, {
        headers: { ...json, ...shown },
        ...body,
      });
      expect([address, status]).toEqual([address, 403]);
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'forbidden' } });
      expect(text).not.toMatch(/canary|data/);
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  }
  expect(await behind.gateway.keys.list()).toEqual(before);
  expect(behind.upstream.requests).toHaveLength(0);
});

test('nobody waits for the bodies of strangers', async () => {
  await using behind = await startBehind({ allow: () => false });
  const headers = { ...json, 'content-length': '1000' };
  for (const path of ['/admin/keys', '/v1/chat/completions'])
    expect((await ask(behind, ['POST', path], { headers, isHeld: true })).status).toBe(403);
});

test('whom the host lets in has all that is for operators, whatever the gateway itself says', async () => {
  await using behind = await startBehind(
    { allow: (request: { headers: Record<string, string> }) => request.headers['cookie'] === 'admin' },
    { admin: () => false },
  );
  const headers = { ...json, cookie: 'admin' };
  expect((await ask(behind, ['GET', '/admin/keys'], { headers: { cookie: 'other' } })).status).toBe(403);
  const made = await ask(behind, ['POST', '/admin/keys'], { headers, body: '{"name":"n"}' });
  expect([made.status, JSON.parse(made.text).record.name]).toEqual([201, 'n']);
  for (const path of ['/admin/keys', '/admin/overview', '/admin/upstreams', '/admin/jobs', '/admin/models'])
    expect([path, (await ask(behind, ['GET', path], { headers })).status]).toEqual([path, 200]);
  // There is nothing else.
  for (const path of ['/v1/embeddings', '/v1/messages', '/v1/usage', '/', '/admin', '/admin/../admin/keys'])
    expect([path, [400, 404]]).toEqual([
      path,
      expect.arrayContaining([(await ask(behind, ['POST', path], { headers })).status]),
    ]);
});

test('what is asked in the playground is held to limits and written down, for whom the host says', async () => {
  await using behind = await startBehind({
    allow: () => true,
    principal: () => ({ tenant: 'acme', id: 'ann', models: ['gpt-4o*'], limits: { rpm: 2 } }),
  });
  const statuses: number[] = [];
  for (let round = 0; round < 3; round++)
    statuses.push(
      (await ask(behind, ['POST', '/v1/chat/completions'], { headers: json, body: chat })).status,
    );
  expect(statuses).toEqual([200, 200, 429]);
  const listed = JSON.parse((await ask(behind, ['GET', '/v1/models'])).text);
  expect(listed.data.map(({ id }: { id: string }) => id)).toEqual(['gpt-4o', 'gpt-4o-mini']);
  // Nor is it told where anything would go that may not be asked.
  const explain = async (model: string): Promise<number> => {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] });
    return (await ask(behind, ['POST', '/admin/explain'], { headers: json, body })).status;
  };
  expect([await explain('gpt-4o'), await explain('gpt-5.2')]).toEqual([200, 403]);
  const { data } = JSON.parse((await ask(behind, ['GET', '/admin/calls'])).text);
  expect(data).toMatchObject([
    { status: 429, tenant: 'acme', principal: 'ann' },
    { status: 200, tenant: 'acme', principal: 'ann', model: 'gpt-4o' },
    { status: 200 },
  ]);
});

test('without a word on it, the playground asks as the dashboard; what the host says wrongly asks nothing', async () => {
  await using behind = await startBehind({ allow: () => true });
  expect((await ask(behind, ['POST', '/v1/chat/completions'], { headers: json, body: chat })).status).toBe(
    200,
  );
  const { data } = JSON.parse((await ask(behind, ['GET', '/admin/calls'])).text);
  expect(data).toMatchObject([{ principal: 'dashboard' }]);
  await using wrong = await startBehind({
    allow: () => true,
    principal: () => {
      throw new Error('canary of the host');
    },
  });
  const refused = await ask(wrong, ['POST', '/v1/chat/completions'], { headers: json, body: chat });
  expect([refused.status, refused.text]).toEqual([500, expect.not.stringContaining('canary')]);
  expect(wrong.upstream.requests).toHaveLength(0);
  // Which does not matter where no model is asked.
  expect((await ask(wrong, ['GET', '/admin/keys'])).status).toBe(200);
});

test('a stream flows through the door, under an id, and the door closes with the gateway', async () => {
  await using behind = await startBehind({ allow: () => true });
  const body = chat.replace('{', '{"stream":true,');
  const streamed = await ask(behind, ['POST', '/v1/chat/completions'], { headers: json, body });
  expect([streamed.status, streamed.headers]).toMatchObject([
    200,
    {
      'content-type': expect.stringContaining('text/event-stream'),
      'cache-control': 'no-store, no-transform',
      'x-request-id': expect.stringMatching(/^req_/),
      'x-vector-upstream': 'sim',
    },
  ]);
  expect(streamed.text).toMatch(/data: \[DONE\]\n\n$/);
  const known = await ask(behind, ['GET', '/admin/calls']);
  expect(JSON.parse(known.text).data[0].id).toBe(streamed.headers['x-request-id']);
  await behind.gateway.close();
  expect((await ask(behind, ['GET', '/admin/keys'])).status).toBe(503);
});

describe('a page of another site', () => {
  const evil = { origin: 'https://evil.example' };
  const rows: readonly (readonly [headers: Record<string, string>, status: number])[] = [
    [{ ...evil, 'content-type': 'text/plain' }, 403],
    [{ ...evil, 'content-type': 'application/x-www-form-urlencoded' }, 403],
    [{ ...evil, ...json }, 403],
    [{ ...evil, ...json, authorization: 'Bearer whatever' }, 403],
    [{ ...evil, ...json, 'x-api-key': 'whatever' }, 403],
    [{ ...evil, ...json, 'sec-fetch-site': 'cross-site' }, 403],
    [{ origin: 'null', ...json }, 403],
    [{ 'sec-fetch-site': 'cross-site', ...json }, 403],
    [{ 'sec-fetch-site': 'same-site', ...json }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 415],
    [{}, 415],
    [json, 201],
    [{ ...json, 'sec-fetch-site': 'none' }, 201],
    [{ ...json, 'sec-fetch-site': 'same-origin' }, 201],
  ];

  test.each(rows)('%j: %i', async (headers, status) => {
    await using behind = await startBehind({ allow: () => true });
    const said = { ...headers, 'content-length': '12' };
    expect((await ask(behind, ['POST', '/admin/keys'], { headers: said, body: '{"name":"n"}' })).status).toBe(
      status,
    );
    expect(await behind.gateway.keys.list()).toHaveLength(status === 201 ? 3 : 2);
    const played = await ask(behind, ['POST', '/v1/chat/completions'], { headers, body: chat });
    expect(played.status).toBe(status === 201 ? 200 : status);
    expect(behind.upstream.requests).toHaveLength(status === 201 ? 1 : 0);
  });

  test("reads nothing, either, whatever the host's own rules for such pages are", async () => {
    await using behind = await startBehind({ allow: () => true });
    for (const path of ['/admin/keys', '/admin/live', '/openapi.json', '/v1/models']) {
      const { status, headers } = await ask(behind, ['GET', path], { headers: evil });
      expect([path, status]).toEqual([path, 403]);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const preflight = await ask(behind, ['OPTIONS', '/admin/keys'], {
      headers: { ...evil, 'access-control-request-method': 'POST' },
    });
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('deletes nothing; our own does, and says nothing where nothing is to be said', async () => {
    await using behind = await startBehind({ allow: () => true });
    const one = `/admin/keys/${behind.user.record.id}`;
    const own = { origin: behind.served.origin, host: `localhost:${behind.served.port}` };
    const same = { 'sec-fetch-site': 'same-origin', origin: behind.served.origin };
    expect((await ask(behind, ['DELETE', one], { headers: evil })).status).toBe(403);
    expect((await ask(behind, ['POST', `${one}/disable`], { headers: evil })).status).toBe(403);
    expect((await ask(behind, ['POST', `${one}/disable`])).status).toBe(415);
    expect((await ask(behind, ['POST', `${one}/disable`], { headers: same })).status).toBe(200);
    expect(
      (await ask(behind, ['DELETE', one], { headers: { ...own, host: new URL(own.origin).host } })).status,
    ).toBe(200);
  });
});
