import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import {
  anthropic,
  createGateway,
  type GatewayOptions,
  type Logger,
  openai,
  type Principal,
} from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { openTalk, rawUpstream, refusalOf, serve, serveUpgrades } from './support.ts';

const secret = 'sk-canary-0123456789abcdefghijklmnop';
const path = '/v1/realtime?model=voice';

function gatewayTo(origin: string, own: Partial<GatewayOptions> = {}) {
  return createGateway({
    open: true,
    upstreams: {
      openai: openai({ apiKey: secret, baseURL: `${origin}/v1`, organization: 'org-ours' }),
      claude: anthropic({ apiKey: secret, baseURL: `${origin}/v1` }),
    },
    models: { voice: 'openai/gpt-realtime', writer: 'claude/claude-opus-4-6' },
    ...own,
  } as GatewayOptions);
}

describe('what crosses', () => {
  test('to the upstream: our key, and of the caller nothing but what is allowed', async () => {
    await using upstream = await rawUpstream((socket) => socket.send('hi'));
    await using gateway = gatewayTo(upstream.origin);
    await using host = await serveUpgrades(gateway);
    const talk = await openTalk(`${host.webSockets}/ai${path}&api_base=http://127.0.0.1:9&region=x`, {
      protocols: ['realtime', 'openai-insecure-api-key.mine', 'openai-organization.theirs', 'openai-beta.v1'],
      perMessageDeflate: true,
      headers: {
        authorization: 'Bearer mine',
        'proxy-authorization': 'Basic mine',
        'api-key': 'mine',
        'x-api-key': 'mine',
        cookie: 'session=mine',
        connection: 'Upgrade, x-secret',
        'x-secret': 'mine',
        'x-forwarded-for': '10.0.0.1',
        'openai-organization': 'theirs',
        'openai-beta': 'realtime=v1',
        'openai-safety-identifier': 'user-7',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        te: 'trailers',
        forwarded: 'for=10.0.0.1',
      },
    });
    const [request] = upstream.requests;
    const { 'sec-websocket-key': key, ...headers } = request?.headers ?? {};
    expect(key).toMatch(/^.{22}==$/);
    expect(headers).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      authorization: `Bearer ${secret}`,
      connection: 'Upgrade',
      host: new URL(upstream.origin).host,
      'openai-beta': 'realtime=v1',
      'openai-organization': 'org-ours',
      'openai-safety-identifier': 'user-7',
      'sec-websocket-protocol': 'realtime, openai-beta.v1',
      'sec-websocket-version': '13',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      upgrade: 'websocket',
    });
    expect(request?.url).toBe('/v1/realtime?model=gpt-realtime');
    expect(talk.socket.extensions).toBe('');
    expect(talk.socket.protocol).toBe('realtime');
    talk.socket.terminate();
  });

  test("back: none of the upstream's headers", async () => {
    await using upstream = await rawUpstream(() => {}, ['set-cookie: a=b', 'x-upstream: mine']);
    await using gateway = gatewayTo(upstream.origin);
    await using host = await serveUpgrades(gateway);
    const { headers } = await rawUpgrade(host.origin + path, {});
    expect(Object.keys(headers).toSorted()).toEqual([
      'connection',
      'sec-websocket-accept',
      'server-timing',
      'upgrade',
      'x-request-id',
      'x-vector-attempts',
      'x-vector-model',
      'x-vector-upstream',
    ]);
  });

  test('nothing that an upstream quotes of our key, in any refusal, event or log', async () => {
    const lines: unknown[] = [];
    const note = (...line: unknown[]): void => void lines.push(line);
    const logger: Logger = { debug: note, info: note, warn: note, error: note };
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayTo(upstream.origin, { logger, retry: { rounds: 0 } });
    for (const event of ['request', 'attempt', 'end'] as const) gateway.on(event, note);
    await using host = await serveUpgrades(gateway);
    for (const fault of [
      { type: 'echo-headers' },
      { type: 'status', status: 401, body: { error: { message: `Incorrect API key: ${secret}` } } },
      { type: 'status', status: 429, body: { error: { message: secret } } },
      { type: 'status', status: 500, body: secret },
      { type: 'redirect', to: `http://127.0.0.1:9/${secret}` },
    ] as const) {
      upstream.fail(fault);
      const refusal = await refusalOf(host.webSockets + path);
      expect(refusal.status).toBeGreaterThanOrEqual(400);
      lines.push(refusal);
    }
    expect(lines.length).toBeGreaterThan(10);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

/** An upgrade by hand, whatever it says. */
function rawUpgrade(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> },
): Promise<IncomingMessage> {
  const request = httpRequest(url, {
    method,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    request.on('response', (response) => resolve(response.resume()));
    request.on('error', reject);
  });
  request.end();
  return answer;
}

const known = ({ headers }: IncomingMessage): Principal | false =>
  headers.authorization === 'Bearer ada' && { tenant: 'acme', id: 'ada' };

describe('who may call', () => {
  test('whom identify does not know is refused with 401, in the words of OpenAI, and nothing is dialled', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayTo(upstream.origin, { open: undefined, identify: known } as never);
    await using host = await serveUpgrades(gateway);
    const { status, headers, body } = await refusalOf(host.webSockets + path);
    expect(status).toBe(401);
    expect(headers).toMatchObject({ 'content-type': 'application/json', connection: 'close' });
    expect(headers['x-request-id']).toMatch(/^req_/);
    expect(JSON.parse(body).error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key' });
    expect([upstream.connections, host.open]).toEqual([0, 0]);
  });

  test('a key that a browser offers as a protocol is seen as if it stood in the header', async () => {
    await using upstream = await simulatedOpenAI();
    const seen: IncomingMessage[] = [];
    const identify = (request: IncomingMessage) => {
      seen.push(request);
      return known(request);
    };
    await using gateway = gatewayTo(upstream.origin, { open: undefined, identify } as never);
    const session = Symbol('session');
    const server = createServer().on('upgrade', (request, socket, head) => {
      Object.assign(request, { [session]: 'the host has put this there' });
      gateway.upgrade(request, socket, head);
    });
    await using host = await serve(server);
    const protocols = ['realtime', 'openai-insecure-api-key.ada'];
    // Node's own client, as browsers have it.
    const socket = new WebSocket(host.webSockets + path, protocols);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    expect(socket.protocol).toBe('realtime');
    expect(Reflect.get(seen[0] ?? {}, session)).toBe('the host has put this there');
    expect(seen[0]?.headers.host).toContain('127.0.0.1');
    expect(upstream.requests[0]?.headers['sec-websocket-protocol']).toBe('realtime');
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
    socket.close();
    await closed;
    const wrong = await refusalOf(host.webSockets + path, {
      protocols: ['realtime', 'openai-insecure-api-key.eve'],
    });
    expect(wrong.status).toBe(401);
  });

  test("pages of another site are refused, the host's own are not", async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayTo(upstream.origin);
    await using host = await serveUpgrades(gateway);
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      const { status, body } = await refusalOf(host.webSockets + path, { headers: { origin } });
      expect([status, JSON.parse(body).error.code]).toEqual([403, 'origin_refused']);
    }
    expect(upstream.connections).toBe(0);
    const talk = await openTalk(host.webSockets + path, { headers: { origin: host.origin } });
    talk.socket.terminate();
  });
});

describe('what is asked', () => {
  test.each<[name: string, url: string, status: number, code: string]>([
    ['no model', '/v1/realtime', 400, 'missing_required_parameter'],
    ['two models', '/v1/realtime?model=voice&model=other', 400, 'invalid_value'],
    ['an unknown model', '/v1/realtime?model=gpt-none', 404, 'model_not_found'],
    ['a model that has no realtime', '/v1/realtime?model=writer', 404, 'model_not_found'],
    ["another's call", '/v1/realtime?call_id=rtc_1', 400, 'invalid_value'],
    ['a line break in the name', '/v1/realtime?model=a%0d%0ax-injected:%201', 404, 'model_not_found'],
    ['a path that is not plain', '/x/../v1/realtime?model=voice', 400, 'invalid_path'],
    ['an encoded one', '/x/%2e%2e/v1/realtime?model=voice', 400, 'invalid_path'],
    ['a doubled slash', '//v1/realtime?model=voice', 400, 'invalid_path'],
  ])('%s', async (_, url, status, code) => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayTo(upstream.origin);
    await using host = await serveUpgrades(gateway);
    const { body, ...refusal } = await rawRefusal(host.origin + url);
    expect([refusal.status, JSON.parse(body).error.code]).toEqual([status, code]);
    expect(upstream.connections).toBe(0);
  });

  test.each<[name: string, parts: Parameters<typeof rawUpgrade>[1], status: number]>([
    ['another method', { method: 'POST' }, 405],
    ['another protocol', { headers: { upgrade: 'h2c' } }, 400],
    ['an old version', { headers: { 'sec-websocket-version': '8' } }, 400],
    ['a key that is none', { headers: { 'sec-websocket-key': 'x' } }, 400],
  ])('by %s', async (_, parts, status) => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayTo(upstream.origin);
    await using host = await serveUpgrades(gateway);
    expect((await rawUpgrade(host.origin + path, parts)).statusCode).toBe(status);
  });
});

/** `node:http` sends paths as they are; `ws` would make them plain. */
async function rawRefusal(url: string): Promise<{ status: number; body: string }> {
  const { origin } = new URL(url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(origin, {
      path: url.slice(origin.length),
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    request.on('response', resolve);
    request.on('error', reject);
    request.end();
  });
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return { status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() };
}

describe('paths that are not ours', () => {
  test('are left to whoever else listens, with their sockets', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayTo(upstream.origin);
    const server = createServer();
    const taken: unknown[] = [];
    server.on('upgrade', (request, socket, head) => taken.push(gateway.upgrade(request, socket, head)));
    server.on('upgrade', ({ url = '' }, socket) => {
      if (url.startsWith('/mine')) socket.end('HTTP/1.1 418 teapot\r\ncontent-length: 0\r\n\r\n');
    });
    await using host = await serve(server);
    for (const other of ['/mine', '/mine/v1/realtime/more', '/minev1/realtimes', '/mine/realtime'])
      expect((await refusalOf(host.webSockets + other)).status).toBe(418);
    expect(taken).toEqual([false, false, false, false]);
    const talk = await openTalk(host.webSockets + path);
    expect(taken.at(-1)).toBe(true);
    talk.socket.terminate();
    expect(gateway.stats().requests).toBe(1);
  });

  test('are a 404 where nobody else listens', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = gatewayTo(upstream.origin);
    await using host = await serveUpgrades(gateway);
    const { status, body } = await refusalOf(`${host.webSockets}/chat`);
    expect([status, JSON.parse(body).error.code]).toEqual([404, 'unknown_url']);
    await expect.poll(() => host.open).toBe(0);
  });

  test('of two gateways on one server the first answers', async () => {
    await using one = await simulatedOpenAI();
    await using two = await simulatedOpenAI();
    await using first = gatewayTo(one.origin);
    await using second = gatewayTo(two.origin);
    await using host = await serve(createServer().on('upgrade', first.upgrade).on('upgrade', second.upgrade));
    const talk = await openTalk(host.webSockets + path);
    expect(await talk.until(() => true)).toContain('session.created');
    expect([one.requests.length, two.requests.length]).toEqual([1, 0]);
    talk.socket.terminate();
  });
});
