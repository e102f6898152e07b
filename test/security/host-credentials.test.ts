import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway } from '@vector-engine/core';
import { describe, expect, it } from 'vitest';
import { model, question, startHost, upstreamAt, wholeAnswer } from '../reliability/support.ts';

const canary = 'canary-of-the-host';
/** What a browser, a proxy or another SDK may send along. */
const sent = [
  'cookie',
  'cookie2',
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-auth-token',
  'x-access-token',
  'x-csrf-token',
  'x-xsrf-token',
  'x-session-id',
  'x-amz-security-token',
  'x-amzn-oidc-data',
  'x-ms-client-principal',
  'x-ms-token-aad-access-token',
  'x-forwarded-access-token',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-user',
  'x-forwarded-email',
  'x-real-ip',
  'forwarded',
  'via',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-access-jwt-assertion',
  'fly-client-ip',
  'fastly-client-ip',
  'x-vercel-oidc-token',
  'x-user-id',
  'x-tenant-id',
  'x-remote-user',
  'remote-user',
  'x-goog-iap-jwt-assertion',
  'x-webauth-user',
  'x-original-authorization',
  'authentication',
  'www-authenticate',
  'origin',
  'referer',
  'dnt',
  'user-agent',
  'accept-language',
  'if-none-match',
  'range',
  'from',
  'save-data',
  'sec-fetch-site',
  'sec-ch-ua',
  'x-stainless-lang',
  'x-stainless-retry-count',
  'openai-organization',
  'openai-project',
  'anthropic-version',
  'x-portkey-api-key',
  'helicone-auth',
  'x-requested-with',
  'idempotency-key',
  'x-internal-secret',
  'baggage',
];
const passed = {
  'openai-beta': 'assistants=v2',
  traceparent: '00-a-b-01',
  tracestate: 'x=y',
  'x-client-request-id': 'mine',
};
const answered = {
  'set-cookie': ['a=canary-of-the-upstream', 'b=canary-of-the-upstream'],
  'www-authenticate': 'canary-of-the-upstream',
  'x-api-key': 'canary-of-the-upstream',
  authorization: 'canary-of-the-upstream',
  server: 'canary-of-the-upstream',
  'proxy-authenticate': 'canary-of-the-upstream',
  'openai-organization': 'canary-of-the-upstream',
  'access-control-allow-origin': 'https://canary-of-the-upstream',
  'strict-transport-security': 'max-age=1',
  'clear-site-data': '"cookies"',
  'cf-ray': 'canary-of-the-upstream',
  'x-request-id': 'canary-of-the-upstream',
  'content-security-policy': 'canary-of-the-upstream',
  link: '<canary-of-the-upstream>',
  refresh: '0; url=canary-of-the-upstream',
  'x-ratelimit-remaining-requests': '59',
  'openai-processing-ms': '12',
};

describe('host credentials stay home', () => {
  it('of more than 60 request headers only the allowed ones reach the upstream, and only allowed ones come back', async () => {
    expect(sent.length).toBeGreaterThanOrEqual(60);
    const arrived: string[][] = [];
    const upstream = createServer((request, response) => {
      arrived.push(request.rawHeaders);
      request.resume();
      request.on('end', () => {
        const body = arrived.length % 2 === 0 ? 'data: [DONE]\n\n' : String(wholeAnswer.body);
        const type = arrived.length % 2 === 0 ? 'text/event-stream' : 'application/json';
        response.writeHead(200, { ...answered, 'content-type': type }).end(body);
      });
    });
    await new Promise<void>((resolve) => {
      upstream.listen(0, '127.0.0.1', resolve);
    });
    const { port } = upstream.address() as AddressInfo;
    await using gateway = createGateway({
      upstreams: { echo: upstreamAt({ baseURL: `http://127.0.0.1:${port}/v1` }) },
      models: { chat: `echo/${model}` },
      open: true,
    });
    await using host = await startHost(gateway);
    for (const stream of [false, true]) {
      const headers = {
        ...Object.fromEntries(sent.map((name) => [name, canary])),
        ...passed,
        'content-type': 'application/json',
      };
      const received = await new Promise<Record<string, unknown>>((resolve, reject) => {
        const outgoing = sendRequest(
          `${host.origin}/v1/chat/completions`,
          { method: 'POST', headers, agent: false },
          (response) => {
            response.resume();
            response.on('end', () => resolve(response.headers));
          },
        );
        outgoing.on('error', reject);
        outgoing.end(JSON.stringify({ ...question, stream }));
      });
      const back = JSON.stringify(received);
      expect(back).not.toContain('canary');
      for (const name of [
        'set-cookie',
        'www-authenticate',
        'clear-site-data',
        'strict-transport-security',
        'server',
        'link',
      ])
        expect(received).not.toHaveProperty(name);
      expect(received).toMatchObject({
        'x-ratelimit-remaining-requests': '59',
        'openai-processing-ms': '12',
      });
    }
    upstream.closeAllConnections();
    upstream.close();
    expect(arrived).toHaveLength(2);
    for (const raw of arrived) {
      expect(raw.join('\n')).not.toContain(canary);
      const names = raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      const allowed = [
        'host',
        'connection',
        'content-type',
        'content-length',
        'accept',
        'accept-encoding',
        'authorization',
      ];
      expect(names.filter((name) => !allowed.includes(name) && !(name in passed))).toEqual([]);
      expect(names).toEqual(expect.arrayContaining(Object.keys(passed)));
      expect(raw[raw.findIndex((name) => name.toLowerCase() === 'authorization') + 1]).toBe(
        'Bearer sk-of-the-operator',
      );
    }
  });
});
