import { createServer, type Server } from 'node:net';
import { createGateway } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, model, startHost, upstreamAt } from '../reliability/support.ts';

/** Names under which other gateways let callers say where to connect. */
const names = [
  'api_base',
  'base_url',
  'baseURL',
  'baseUrl',
  'api_url',
  'url',
  'host',
  'custom_host',
  'endpoint',
  'proxy',
  'azure_endpoint',
  'resource_name',
  'upstream',
  'target',
  'provider',
  'forward_to',
  'webhook',
  'callback_url',
];
const headerNames = [
  'x-portkey-custom-host',
  'x-portkey-config',
  'x-portkey-provider',
  'x-custom-host',
  'custom-host',
  'api-base',
  'x-api-base',
  'x-base-url',
  'base-url',
  'x-forwarded-host',
  'x-forwarded-server',
  'x-original-url',
  'x-rewrite-url',
  'forwarded',
  'x-host',
  'x-upstream',
  'x-target-url',
  'helicone-target-url',
  'helicone-openai-api-base',
  'x-litellm-api-base',
  'x-vector-upstream',
  'x-http-destinationurl',
  'destination',
  'proxy',
  'location',
  'origin',
  'referer',
  'via',
  'x-proxy-url',
  'openai-base-url',
];
const routes = [
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/models',
  `/v1/models/${model}`,
];

let canary: Server;
let canaryPort = 0;
let connections = 0;

beforeAll(async () => {
  canary = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    canary.listen(0, '127.0.0.1', resolve);
  });
  const address = canary.address();
  canaryPort = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  canary.close();
});

function hostile(depth: number): Record<string, unknown> {
  const url = `http://127.0.0.1:${canaryPort}/v1`;
  const level = Object.fromEntries(names.map((name) => [name, url]));
  return depth === 0
    ? level
    : {
        ...level,
        metadata: hostile(depth - 1),
        extra_body: hostile(depth - 1),
        config: [hostile(depth - 1)],
      };
}

const bodyFor = (path: string): object => ({
  ...hostile(3),
  model,
  ...(path.includes('chat')
    ? { messages: [{ role: 'user', content: 'x', ...hostile(1) }] }
    : { input: 'x', prompt: 'x' }),
});

describe('callers never choose where we connect', () => {
  it('nothing in bodies and headers, at any depth and on every route, leads to a connection elsewhere', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { openai: upstreamAt(upstream) },
      models: { [model]: 'openai' },
      open: true,
    });
    await using host = await startHost(gateway);
    const url = `http://127.0.0.1:${canaryPort}`;
    for (const path of routes) {
      const isGet = path.includes('/models');
      for (const value of [
        url,
        `${url}/v1`,
        `127.0.0.1:${canaryPort}`,
        JSON.stringify({ custom_host: url, provider: 'openai' }),
      ]) {
        const headers = Object.fromEntries(headerNames.map((name) => [name, value]));
        const response = await fetch(
          `${host.origin}${path}?${names.map((name) => `${name}=${encodeURIComponent(value)}`).join('&')}`,
          {
            method: isGet ? 'GET' : 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            ...(isGet ? {} : { body: JSON.stringify(bodyFor(path)) }),
          },
        );
        await response.arrayBuffer();
        expect(response.status).toBeLessThan(500);
      }
    }
    expect(upstream.requests.length).toBeGreaterThanOrEqual(8);
    for (const { path } of upstream.requests) expect(path).not.toContain('?');
    expect(connections).toBe(0);
  });

  it('a model name that is an address does not lead there, either', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({ upstreams: { openai: upstreamAt(upstream) }, open: true });
    for (const name of [
      `http://127.0.0.1:${canaryPort}/v1`,
      `openai@127.0.0.1:${canaryPort}/x`,
      `openai/../../127.0.0.1:${canaryPort}`,
      `openai/http://127.0.0.1:${canaryPort}`,
      `//127.0.0.1:${canaryPort}/x`,
    ]) {
      const response = await ask(gateway, { model: name, messages: [{ role: 'user', content: 'x' }] });
      await response.arrayBuffer();
      expect(response.status).toBe(404);
    }
    for (const { path } of upstream.requests) expect(path).toBe('/v1/chat/completions');
    expect(connections).toBe(0);
  });
});

describe('keys never follow a redirect', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`a ${status} to another port is an upstream error, and nothing arrives there`, async () => {
      await using upstream = await simulatedOpenAI();
      upstream.fail({ type: 'redirect', to: `http://127.0.0.1:${canaryPort}/v1/chat/completions`, status });
      await using gateway = createGateway({
        upstreams: { openai: upstreamAt(upstream) },
        models: { [model]: 'openai' },
        open: true,
      });
      for (const stream of [false, true]) {
        const response = await ask(gateway, { model, messages: [{ role: 'user', content: 'x' }], stream });
        expect(response.status).toBe(502);
        expect(response.headers.get('location')).toBeNull();
        expect(await response.text()).not.toContain(String(canaryPort));
      }
      expect(connections).toBe(0);
    });
  }
});
