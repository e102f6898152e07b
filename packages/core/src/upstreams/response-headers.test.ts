import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createGateway } from '../create-gateway.ts';
import { Secrets } from './hide-secrets.ts';
import { openai } from './openai/openai.ts';
import { pickResponseHeaders } from './response-headers.ts';

const key = 'sk-of-the-operator-0123456789';

test('a key in a header is told to nobody', () => {
  const secrets = new Secrets(openai({ apiKey: key }), key);
  const headers = {
    'openai-model': `gpt-4o for Bearer ${key}`,
    'x-ratelimit-of': key,
    'openai-version': '1',
  };
  expect(pickResponseHeaders(headers, secrets)).toEqual({
    'openai-model': 'gpt-4o for Bearer [redacted]',
    'x-ratelimit-of': '[redacted]',
    'openai-version': '1',
  });
});

test.each([200, 400])(
  'an upstream that quotes its key in a header is not passed on, status %i',
  async (status) => {
    const server = createServer((request, response) => {
      const quote = request.headers.authorization ?? '';
      response.writeHead(status, { 'content-type': 'application/json', 'openai-model': quote });
      response.end(status === 200 ? '{"choices":[]}' : '{"error":{"message":"no"}}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const gateway = createGateway({ open: true, upstreams: { openai: openai({ apiKey: key, baseURL }) } });
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'x' }] }),
    });
    expect([response.status, response.headers.get('openai-model')]).toEqual([status, 'Bearer [redacted]']);
    await response.text();
    await gateway.close();
    server.closeAllConnections();
    server.close();
  },
);
