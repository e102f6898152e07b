import { createGateway, openaiCompatible } from '@vector-engine/core';
import { expect, test } from 'vitest';

test('where there are no virtual keys, operators are told so, and nothing is wrong with the gateway', async () => {
  await using gateway = createGateway({
    identify: () => ({ id: 'boss' }),
    admin: () => true,
    upstreams: { up: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1', apiKey: 'k' }) },
    models: { m: 'up/m' },
  });
  const listed = await gateway.fetch(new Request('http://host/admin/keys'));
  expect([listed.status, await listed.json()]).toEqual([200, { data: [], hasMore: false, areOff: true }]);
  const headers = { 'content-type': 'application/json' };
  for (const [method, path, body] of [
    ['POST', '/admin/keys', '{"name":"a"}'],
    ['GET', '/admin/keys/key_1', undefined],
    ['DELETE', '/admin/keys/key_1', undefined],
    ['POST', '/admin/keys/key_1/rotate', '{}'],
    ['POST', '/admin/budgets/key_1?of=key', '{"dollars":1,"id":"a"}'],
  ] as const) {
    const refused = await gateway.fetch(
      new Request(`http://host${path}`, { method, headers, ...(body === undefined ? {} : { body }) }),
    );
    expect([method, path, refused.status]).toEqual([method, path, 404]);
  }
});
