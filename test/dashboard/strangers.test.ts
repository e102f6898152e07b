import { dashboard } from '@vector-engine/dashboard';
import { expect, test } from 'vitest';
import { canaries, chat, type GuardedHost, startGuarded, ways } from './guarded-host.ts';

/* Who gets in, and what gets out. */

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Everything below the mount: the page, its modules and styles, the admin API, the playground's calls, metrics. */
async function everyPath(host: GuardedHost): Promise<string[]> {
  const page = await (await host.ask('/')).text();
  const assets = [...page.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)].map(([, path = '']) => `/${path}`);
  expect(assets.length).toBeGreaterThan(20);
  const { paths } = (await (await host.ask('/openapi.json')).json()) as { paths: Record<string, unknown> };
  const [id = ''] = (await host.gateway.keys.list()).map((record) => record.id);
  const described = Object.keys(paths)
    .filter((path) => /^\/(?:admin|openapi|metrics|v1\/(?:models|chat))/.test(path))
    .map((path) => path.replace('{id}', id).replaceAll(/\{[^}]+\}/g, 'x'));
  return [
    '/',
    ...new Set(assets),
    ...described,
    '/admin',
    '/admin/nothing',
    '/elsewhere',
    '/assets/../admin/keys',
  ];
}

test.each(ways)('%s: who is not let in gets nothing, by any path and method', async (way) => {
  await using host = await startGuarded({ way });
  expect((await chat(host, canaries.prompt)).status).toBe(200);
  const paths = await everyPath(host);
  const asset = paths.find((path) => path.endsWith('main.js')) ?? '';
  const probed =
    way === 'Express 5'
      ? paths
      : [
          '/',
          asset,
          '/admin/keys',
          '/admin/live',
          '/metrics',
          '/openapi.json',
          '/v1/models',
          '/v1/chat/completions',
        ];
  for (const path of probed)
    for (const method of methods) {
      const body = method === 'POST' || method === 'PATCH' || method === 'PUT' ? '{"name":"mine"}' : null;
      const response = await host.ask(path, {
        as: 'stranger',
        method,
        body,
        headers: { 'content-type': 'application/json' },
      });
      const text = await response.text();
      const mayAsk = method === 'OPTIONS' && response.status === 204 && text === '';
      expect([
        path,
        method,
        mayAsk || [401, 403, 404, 405, 415].includes(response.status),
        response.status,
      ]).toEqual([path, method, true, response.status]);
      expect(text).not.toMatch(/"data"|"paths"|vector_|<script|import |gpt-4o|acme|canary/);
      expect(response.headers.get('access-control-allow-origin')).toBe(null);
    }
  expect((await host.gateway.keys.list()).map(({ name }) => name)).toEqual(['CI']);
  expect((await host.ask('/admin/keys')).status).toBe(200);
});

test.each<[what: string, allow: () => unknown]>([
  [
    'throws',
    () => {
      throw new Error(canaries.secret);
    },
  ],
  ['rejects', () => Promise.reject(new Error(canaries.secret))],
  ['gives an object', () => ({ isAdmin: true })],
  ['gives a word', () => 'true'],
  ['gives 1', () => 1],
  ['gives nothing', () => undefined],
  ['gives a promise of what is only as good as true', () => Promise.resolve('yes')],
])('an allow that %s lets nobody in', async (_what, allow) => {
  await using host = await startGuarded({ allow: allow as () => boolean });
  for (const path of [
    '/',
    '/assets/x.js',
    '/admin/keys',
    '/openapi.json',
    '/metrics',
    '/v1/models',
    '/admin/live',
  ]) {
    const response = await host.ask(path);
    expect([path, response.status]).toEqual([path, 403]);
    expect(await response.text()).not.toContain('canary');
  }
});

test('without an allow there is no page, and the mistake says its cure', async () => {
  await using host = await startGuarded();
  for (const options of [undefined, {}, { allow: true }, { allow: null }, { alow: () => true }])
    expect(() => dashboard(host.gateway, options as never)).toThrowError(/allow|options/);
});

test('a page of another site cannot change anything, nor spend anything in the playground', async () => {
  await using host = await startGuarded();
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const json = { 'content-type': 'application/json' };
  const [one] = await host.gateway.keys.list();
  const id = one?.id ?? '';
  const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] });
  const asked = host.upstream.requests.length;
  const acts: readonly (readonly [method: string, path: string, body: string | null])[] = [
    ['POST', '/admin/keys', '{"name":"n"}'],
    ['PATCH', `/admin/keys/${id}`, '{"roles":["admin"]}'],
    ['DELETE', `/admin/keys/${id}`, null],
    ['POST', `/admin/keys/${id}/disable`, null],
    ['POST', `/admin/keys/${id}/rotate`, '{}'],
    ['POST', '/admin/budgets/acme', '{"dollars":5,"id":"x"}'],
    ['POST', '/admin/upstreams/openai%2Fgpt-4o/drain', null],
    ['POST', '/admin/explain', body],
    ['POST', '/v1/chat/completions', body],
  ];
  for (const [method, path, sent] of acts)
    for (const headers of [
      { ...evil, ...json },
      { ...evil, 'content-type': 'text/plain' },
      { ...json, origin: 'null' },
    ]) {
      const { status } = await host.ask(path, { method, headers, body: sent });
      expect([path, headers['content-type'], [403, 415].includes(status), status]).toEqual([
        path,
        headers['content-type'],
        true,
        status,
      ]);
    }
  expect(host.upstream.requests.length).toBe(asked);
  const [after] = await host.gateway.keys.list();
  expect([after?.disabledAt, after?.roles, (await host.gateway.keys.list()).length]).toEqual([
    undefined,
    undefined,
    1,
  ]);
});

test('secrets and what was said are in nothing that is served below the mount', async () => {
  await using host = await startGuarded();
  expect((await chat(host, canaries.prompt)).status).toBe(200);
  expect((await chat(host, canaries.traceless, { 'x-vector-traceless': '1' })).status).toBe(200);
  host.upstream.fail({ type: 'echo-headers' });
  expect((await chat(host, canaries.prompt)).status).toBe(400);
  host.upstream.heal();
  const { data } = (await (await host.ask('/admin/calls')).json()) as { data: { id: string }[] };
  expect(data.length).toBe(3);
  const paths = [
    ...(await everyPath(host)),
    ...data.map(({ id }) => `/admin/calls/${id}`),
    '/admin/calls?format=csv',
    '/admin/calls?format=jsonl',
  ];
  const secrets = [...Object.values(canaries), host.key, host.key.slice(6, 30)];
  for (const path of paths.filter((one) => one !== '/admin/live')) {
    const response = await host.ask(path);
    const seen = `${JSON.stringify([...response.headers])}${await response.text()}`;
    for (const secret of secrets) expect([path, seen.includes(secret)]).toEqual([path, false]);
  }
});
