import { createGateway } from '@vector-engine/core';
import { describe, expect, test } from 'vitest';
import { adminRoutes } from '../../packages/core/src/http/admin-routes.ts';
import { frameworks, startHost } from '../hosts/hosts.ts';
import { optionsFor } from '../hosts/stack.ts';
import { fill } from './behind.ts';
import { askWith, type Keyed, startKeyed } from './keyed.ts';

/** What would do something, where it is not said by nothing at all. */
const bodies: Readonly<Record<string, unknown>> = {
  '/admin/keys': { name: 'n', roles: ['admin'] },
  '/admin/keys/{id}': { roles: ['admin'] },
  '/admin/budgets/{id}': { dollars: 1e6, id: 'mine' },
  '/admin/explain': { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] },
};

/** Every route for operators that the gateway has, with a body that would do something. */
function routesFor({ user, gateway }: Keyed): readonly (readonly [string, string, unknown?])[] {
  return gateway
    .routes()
    .filter(({ path }) => path.startsWith('/admin'))
    .map(({ method, path }) => {
      const place = fill(path, path.includes('upstreams') ? 'sim/gpt-4o' : user.record.id);
      return method === 'GET' || method === 'DELETE' ? [method, place] : [method, place, bodies[path] ?? {}];
    });
}

test('who is no operator gets nowhere, by any route and method', async () => {
  await using keyed = await startKeyed();
  const before = await keyed.gateway.keys.list();
  const routes = routesFor(keyed);
  expect(routes).toHaveLength(adminRoutes.length);
  for (const route of routes) {
    expect(await askWith(keyed, keyed.user.key, route)).toMatchObject({
      status: 403,
      json: { error: { code: 'forbidden' } },
    });
    expect((await askWith(keyed, undefined, route)).status).toBe(401);
  }
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    for (const path of new Set(routes.map(([, one]) => one))) {
      const { status, text } = await askWith(keyed, keyed.user.key, [method, path]);
      expect([403, 405, method === 'OPTIONS' ? 204 : 403]).toContain(status);
      expect(text).not.toContain('"data"');
    }
  expect(await keyed.gateway.keys.list()).toEqual(before);
  expect(keyed.gateway.stats().targets.filter(({ byHand }) => byHand !== undefined)).toEqual([]);
  expect(keyed.upstream.requests).toHaveLength(0);
});

test.each<[what: string, admin: () => never, status: number]>([
  [
    'throws',
    () => {
      throw new Error('canary');
    },
    500,
  ],
  ['rejects', () => Promise.reject(new Error('canary')) as never, 500],
  ['gives what is only as good as true', () => ({ admin: true }) as never, 403],
  ['gives a promise of false', () => Promise.resolve(false) as never, 403],
])('an admin function that %s lets nobody in', async (_what, admin, status) => {
  await using keyed = await startKeyed({ admin });
  for (const route of routesFor(keyed)) {
    const reply = await askWith(keyed, keyed.boss.key, route);
    expect([reply.status, reply.text]).toEqual([status, expect.not.stringContaining('canary')]);
  }
});

test('without the option there is nothing at /admin', async () => {
  await using keyed = await startKeyed();
  await using gateway = createGateway({ ...optionsFor(keyed.upstream), identify: () => ({ id: 'u' }) });
  for (const route of routesFor(keyed))
    expect((await askWith({ gateway }, undefined, route)).status).toBe(404);
});

describe('a page of another site', () => {
  const cookie = 'session=boss';
  const identify = (request: unknown) =>
    (request as Request).headers.get('cookie') === cookie ? { id: 'boss', roles: ['admin'] } : undefined;
  const ask = ({ gateway }: Keyed, headers: Record<string, string>, method = 'POST', path = '/admin/keys') =>
    gateway.fetch(`http://gateway${path}`, {
      method,
      headers: { cookie, ...headers },
      ...(method === 'POST' ? { body: '{"name":"n"}' } : {}),
    });

  test.each([
    [{ origin: 'https://evil.example', 'content-type': 'text/plain' }, 415],
    [{ origin: 'https://evil.example' }, 415],
    [{ origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' }, 415],
    [{ origin: 'https://evil.example', 'content-type': 'application/json' }, 403],
    [{ origin: 'null', 'content-type': 'application/json' }, 403],
    [
      { origin: 'https://evil.example', 'content-type': 'application/json', authorization: 'Basic eDp5' },
      403,
    ],
    [{ origin: 'http://gateway', host: 'gateway', 'content-type': 'application/json' }, 201],
    [{ 'content-type': 'application/json' }, 201],
  ] as const)('%j: %i', async (headers, status) => {
    await using keyed = await startKeyed({ identify });
    const response = await ask(keyed, headers);
    expect(response.status).toBe(status);
    expect(await keyed.gateway.keys.list()).toHaveLength(status === 201 ? 3 : 2);
  });

  test('cannot disable a key without saying a word, either; a program that shows a key can', async () => {
    await using keyed = await startKeyed({ identify });
    const url = `http://gateway/admin/keys/${keyed.user.record.id}/disable`;
    const disable = async (headers: Record<string, string>): Promise<number> =>
      (await keyed.gateway.fetch(url, { method: 'POST', headers })).status;
    expect(await disable({ cookie, origin: 'https://evil.example' })).toBe(415);
    expect(await disable({ cookie })).toBe(415);
    expect((await keyed.gateway.keys.get(keyed.user.record.id)).disabledAt).toBeUndefined();
    expect(await disable({ authorization: `Bearer ${keyed.boss.key}` })).toBe(200);
  });

  test('cannot delete, either', async () => {
    await using keyed = await startKeyed({ identify });
    const path = `/admin/keys/${keyed.user.record.id}`;
    const evil = await ask(keyed, { origin: 'https://evil.example' }, 'DELETE', path);
    expect([evil.status, (await ask(keyed, {}, 'DELETE', path)).status]).toEqual([403, 200]);
  });

  test('cannot have what it asks for kept, or run', async () => {
    await using keyed = await startKeyed({ identify });
    const { headers, status } = await ask(keyed, {}, 'GET');
    expect([status, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      200,
      'no-store',
      'nosniff',
    ]);
  });
});

test.each(frameworks)('%s: the routes are below any mount, but for one that ends in /v1', async (name) => {
  await using keyed = await startKeyed();
  const headers = { authorization: `Bearer ${keyed.boss.key}` };
  await using host = await startHost(name, keyed.gateway, '/ai');
  expect((await fetch(`${host.origin}/ai/admin/keys`, { headers })).status).toBe(200);
  expect((await fetch(`${host.origin}/ai/v1/usage`, { headers })).status).toBe(200);
  const body = JSON.stringify({ name: 'n' });
  const typed = { ...headers, 'content-type': 'application/json' };
  const made = await fetch(`${host.origin}/ai/admin/keys`, { method: 'POST', headers: typed, body });
  expect(made.status).toBe(201);
  await using low = await startHost(name, keyed.gateway, '/v1');
  for (const path of ['/v1/admin/keys', '/admin/keys'])
    expect((await fetch(low.origin + path, { headers })).status).toBe(404);
  expect((await fetch(`${low.origin}/v1/usage`, { headers })).status).toBe(200);
});

test('an operator makes, reads, changes, turns and forgets keys', async () => {
  await using keyed = await startKeyed();
  const { key: boss } = keyed.boss;
  const made = await askWith(keyed, boss, [
    'POST',
    '/admin/keys',
    { name: 'ci', path: 'acme/ci', limits: { rpm: 9 } },
  ]);
  expect([made.status, made.json]).toMatchObject([
    201,
    { key: expect.stringMatching(/^sk-ve-/), record: { name: 'ci', version: 1 } },
  ]);
  const path = `/admin/keys/${made.json.record.id}`;
  expect((await askWith(keyed, made.json.key, ['GET', '/v1/models'])).status).toBe(200);
  const listed = await askWith(keyed, boss, ['GET', '/admin/keys?path=acme&limit=5']);
  expect(listed.json).toEqual({ data: [made.json.record], hasMore: false });
  const paged = await askWith(keyed, boss, ['GET', `/admin/keys?limit=1&after=${keyed.boss.record.id}`]);
  expect(paged.json).toMatchObject({ data: [{ name: 'user' }], hasMore: true });
  const changed = await askWith(keyed, boss, [
    'PATCH',
    path,
    { version: 1, limits: null, models: ['gpt-*'] },
  ]);
  expect(changed.json).toMatchObject({ models: ['gpt-*'], version: 2 });
  expect(changed.json.limits).toBeUndefined();
  expect((await askWith(keyed, boss, ['PATCH', path, { version: 1, name: 'x' }])).status).toBe(409);
  const rotated = await askWith(keyed, boss, ['POST', `${path}/rotate`, { grace: 60_000 }]);
  expect(rotated.json.key).not.toBe(made.json.key);
  for (const key of [made.json.key, rotated.json.key])
    expect((await askWith(keyed, key, ['GET', '/v1/models'])).status).toBe(200);
  expect((await askWith(keyed, boss, ['POST', `${path}/disable`])).json.disabledAt).toBeGreaterThan(0);
  expect((await askWith(keyed, rotated.json.key, ['GET', '/v1/models'])).status).toBe(401);
  expect((await askWith(keyed, boss, ['POST', `${path}/enable`])).status).toBe(200);
  expect((await askWith(keyed, boss, ['GET', path])).json).toMatchObject({ name: 'ci' });
  expect((await askWith(keyed, boss, ['DELETE', path])).json).toEqual({
    id: made.json.record.id,
    deleted: true,
  });
  for (const method of ['GET', 'DELETE'])
    expect((await askWith(keyed, boss, [method, path])).status).toBe(404);
  expect((await askWith(keyed, rotated.json.key, ['GET', '/v1/models'])).status).toBe(401);
});

test.each<[body: unknown, parameter: string]>([
  [[], 'body'],
  ['x', 'body'],
  [{}, 'name'],
  [{ name: '' }, 'name'],
  [{ name: 7 }, 'name'],
  [{ name: 'n', key: 'sk-ve-mine' }, 'key'],
  [{ name: 'n', id: 'key_mine' }, 'id'],
  [{ name: 'n', digest: 'x' }, 'digest'],
  [{ name: 'n', path: 'a//b' }, 'path'],
  [{ name: 'n', models: 'gpt-4o' }, 'models'],
  [{ name: 'n', roles: [1] }, 'roles.0'],
  [{ name: 'n', addresses: ['10.0.0.0/33'] }, 'addresses'],
  [{ name: 'n', addresses: ['somewhere'] }, 'addresses'],
  [{ name: 'n', limits: { rpm: -1 } }, 'limits'],
  [{ name: 'n', limits: { rps: 1 } }, 'limits'],
  [{ name: 'n', budgets: [{ limit: -5 }] }, 'budgets'],
  [{ name: 'n', budgets: { limit: 5 } }, 'budgets'],
  [{ name: 'n', expiresAt: 1 }, 'expiresAt'],
  [{ name: 'n', expiresAt: 'tomorrow' }, 'expiresAt'],
  [{ name: 'n', tenant: null }, 'tenant'],
])('a key cannot be %j: %s is named', async (body, parameter) => {
  await using keyed = await startKeyed();
  const { status, json } = await askWith(keyed, keyed.boss.key, ['POST', '/admin/keys', body]);
  expect([status, json.error.param, json.error.message]).toEqual([400, parameter, expect.any(String)]);
  await expect(keyed.gateway.keys.create(body as never)).rejects.toMatchObject({
    code: 'VE_PARAMETER_INVALID',
    details: { parameter },
  });
  expect(await keyed.gateway.keys.list()).toHaveLength(2);
});
