import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, memoryLedger, openai, toNodeListener } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';

test('who chooses the id of a request writes over no other, and is found by it all the same', async () => {
  await using upstream = await simulatedOpenAI();
  const ledger = memoryLedger();
  await using gateway = createGateway({
    upstreams: { openai: openai({ baseURL: upstream.baseURL, apiKey: 'sk-of-the-operator' }) },
    open: true,
    ledger,
  });
  const listener = toNodeListener(gateway);
  // As middleware does that hands on what the caller says.
  const server = createServer((request, response) => {
    response.setHeader('x-request-id', String(request.headers['x-request-id']));
    listener(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const model of ['gpt-4o', 'nobody']) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'mine' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(answer.headers.get('x-request-id')).toBe('mine');
    await answer.arrayBuffer();
  }
  server.close();
  server.closeAllConnections();
  await gateway.close();
  const { entries } = await ledger.query({});
  expect(entries.map(({ requestId, status }) => [requestId, status])).toEqual([
    ['mine', 404],
    ['mine', 200],
  ]);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(2);
  for (const { id } of entries) expect(id).toMatch(/^req_/);
});
