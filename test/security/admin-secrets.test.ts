import { get, type IncomingMessage } from 'node:http';
import { toNodeListener } from '@vector-engine/core';
import { describe, expect, test } from 'vitest';
import { adminRoutes } from '../../packages/core/src/http/admin-routes.ts';
import { canaries, type House, openHouse } from '../admin/house.ts';
import { refused, samplesOf } from '../admin/samples.ts';
import { serve } from '../hosts/serve.ts';
import { until } from '../video/world.ts';
import { ask } from './behind.ts';

const json = { 'content-type': 'application/json' };

function send({ gateway }: House, path: string, init: RequestInit = {}): Promise<Response> {
  return gateway.fetch(path.startsWith('http') ? path : `http://gateway${path}`, init);
}

const chat = (model: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { ...json, ...headers },
  body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
});

/** All that is told of what happens, from now on. */
async function listen(origin: string): Promise<{ readonly text: () => string; close(): void }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${origin}/gateway/admin/live`, resolve).on('error', reject);
  });
  let heard = '';
  response.on('data', (piece: Buffer) => {
    heard += piece.toString();
  });
  return { text: () => heard, close: () => response.destroy() };
}

describe('what operators see', () => {
  test('has no secret in it: of upstreams, keys, links and webhooks', async () => {
    await using house = await openHouse();
    await using served = await serve(
      toNodeListener(house.gateway.behind({ allow: () => true }), { prefix: '/gateway' }),
    );
    const live = await listen(served.origin);
    const { key, record } = await house.gateway.keys.create({ name: 'one', tenant: 'acme' });
    const turned = await house.gateway.keys.rotate(record.id, { grace: 60_000 });
    const secrets = [...Object.values(canaries), key, turned.key];
    // Calls that go well, by a key too; one that the vendor refuses for the key that it was shown; and a job.
    await (await send(house, '/v1/chat/completions', chat('gpt-4o'))).text();
    const shown = { authorization: `Bearer ${turned.key}` };
    await (await send(house, '/v1/chat/completions', chat('gpt-4o', shown))).text();
    const film = { method: 'POST', headers: json, body: JSON.stringify({ model: 'film', prompt: 'a fox' }) };
    const video = ((await (await send(house, '/v1/videos', film)).json()) as { id: string }).id;
    await until(async () =>
      (await send(house, `/admin/jobs/${video}`)).text().then((text) => text.includes('succeeded')),
    );
    house.vendor.fail({ type: 'status', status: 401 }, { times: 4 });
    await (await send(house, '/v1/chat/completions', chat('gpt-4o', shown))).text();
    const { data } = (await (await send(house, '/admin/calls')).json()) as { data: { id: string }[] };
    const made = { key: record.id, call: String(data[0]?.id), video, task: video };
    const asked = samplesOf({ ...made, link: '/v1/models', response: 'resp_1', background: 'resp_2' });
    const told: string[] = [];
    for (const table of [asked, refused])
      for (const [route, samples] of Object.entries(table))
        for (const { path, body } of samples) {
          const [method = '', place = ''] = route.split(' ');
          if (!/^\/(?:admin|metrics|openapi)/.test(place)) continue;
          const said = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
          const here = await (await send(house, path, { method, ...said })).text();
          const there = (await ask({ served }, [method, path], said)).text;
          // Where a key is shown, it is shown this once, and is another.
          for (const text of [here, there])
            for (const secret of secrets) expect([route, text.includes(secret)]).toEqual([route, false]);
          told.push(route);
        }
    expect(new Set(told.filter((route) => route.includes('/admin'))).size).toBe(adminRoutes.length - 1);
    await until(() => live.text().includes('VE_UPSTREAM') || live.text().includes('"calls":1'));
    for (const secret of secrets) expect(live.text()).not.toContain(secret);
    live.close();
  });

  const names = [
    '<script>alert(1)</script>',
    'a\r\n\r\nevent: evil\ndata: x',
    '\u2028\u2029\u0001\u001B[31m',
    '"><img src=x onerror=alert(1)>',
    '__proto__',
  ];

  test.each(names)('%j is data, whoever is called so', async (name) => {
    await using house = await openHouse();
    await using served = await serve(
      toNodeListener(house.gateway.behind({ allow: () => true }), { prefix: '/gateway' }),
    );
    const live = await listen(served.origin);
    const { record, key } = await house.gateway.keys.create({ name, tenant: name, roles: [name], tags: [] });
    await (await send(house, '/v1/chat/completions', chat(name, { authorization: `Bearer ${key}` }))).text();
    await until(() => live.text().includes('"calls":1'));
    const found: string[] = [];
    const at = encodeURIComponent(name);
    for (const path of [
      '/admin/keys',
      `/admin/keys/${record.id}`,
      '/admin/calls',
      `/admin/calls?model=${at}`,
      '/admin/usage?group=model,tenant,error',
      '/admin/overview?by=tenant',
      '/admin/budgets',
      `/admin/budgets/${record.id}?of=key`,
      // Errors name what was wrong.
      `/admin/keys/${at}`,
      `/admin/jobs/${at}`,
      `/admin/calls/${at}`,
      `/admin/usage?${at}=1`,
      `/admin/overview?by=${at}`,
    ]) {
      for (const { status, headers, text } of [
        await ask({ served }, ['GET', path]),
        await read(await send(house, path)),
      ]) {
        expect([path, status === 200 || (status >= 400 && status < 500)]).toEqual([path, true]);
        expect(headers).toMatchObject({
          'content-type': 'application/json',
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
        });
        expect(() => JSON.parse(text) as unknown).not.toThrow();
        found.push(...[...wordsOf(JSON.parse(text))].filter((word) => word.includes(name)));
      }
    }
    expect(found.length).toBeGreaterThan(8);
    // Every line of a stream is one of its own words.
    for (const line of live.text().split('\n'))
      expect(line).toMatch(/^(?:event: tick|data: \{.*\}|: keep-alive|)$/s);
    live.close();
  });
});

async function read(response: Response): Promise<{ status: number; headers: object; text: string }> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
}

function* wordsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) yield* wordsOf(one);
}
