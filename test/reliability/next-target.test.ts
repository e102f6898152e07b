// oxlint-disable vitest/expect-expect -- expectSecond does
import { createGateway, type GatewayEvents, openaiCompatible, type Upstream } from '@vector-engine/core';
import {
  manualClock,
  type RequestFault,
  replay,
  type SimulatedUpstream,
  selfSignedCertificate,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, passTime, question, refusal, upstreamAt } from './support.ts';

const hello = 'You said: Say hello';

/** Asks a gateway whose first target is in trouble and whose second is well. */
async function askPair(
  first: Upstream,
  { stream = false, random = () => 0 }: { stream?: boolean; random?: () => number } = {},
): Promise<{ response: Response; text: string; second: SimulatedUpstream }> {
  const clock = manualClock();
  await using second = await simulatedOpenAI();
  await using gateway = createGateway({
    upstreams: { first, second: upstreamAt(second) },
    models: { chat: [`first/${model}`, `second/${model}`] },
    open: true,
    clock,
    random,
    timeouts: { connect: 1000, firstByte: 2000, idle: 3000 },
  });
  const body = stream ? { ...question, stream } : question;
  const response = await passTime(clock, ask(gateway, body), 500);
  const text = await passTime(clock, response.text(), 500);
  return { response, text, second };
}

/** The caller sees one clean answer, of the second target. */
function expectSecond(
  { response, text, second }: Awaited<ReturnType<typeof askPair>>,
  stream: boolean,
): void {
  expect(response.status).toBe(200);
  expect(response.headers.get('x-vector-upstream')).toBe('second');
  expect(second.requests).toHaveLength(1);
  const contents = stream
    ? [...text.matchAll(/"content":"([^"]*)"/g)].map(([, content]) => content).join('')
    : (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
  expect(contents).toBe(hello);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(stream);
}

describe('a request is repeated only where that is safe: it never reached the upstream', () => {
  it('refused: the next target answers', async () => {
    await using dead = await simulatedOpenAI();
    await dead.stop();
    expectSecond(await askPair(upstreamAt(dead)), false);
  });

  it('reset while connecting: the next target answers', async () => {
    await using dead = await simulatedOpenAI();
    dead.fail({ type: 'reset-on-connect' });
    expectSecond(await askPair(upstreamAt(dead)), false);
    expect(dead.requests).toHaveLength(0);
  });

  it('no such name in DNS: the next target answers', async () => {
    const nowhere = openaiCompatible({
      baseURL: 'http://upstream.invalid/v1',
      // As the system's resolver says it; the network of the machine that tests must not matter.
      connect: {
        lookup: (host, _options, callback) => {
          callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), []);
        },
      },
    });
    expectSecond(await askPair(nowhere), false);
  });

  it('a certificate that is not trusted: nothing is sent there, and the next target answers', async () => {
    await using impostor = await simulatedOpenAI({ tls: selfSignedCertificate() });
    expectSecond(await askPair(upstreamAt(impostor)), false);
    expect(impostor.requests).toHaveLength(0);
  });

  it('no connection within the connect time: the next target answers', async () => {
    await using unused = await simulatedOpenAI();
    expectSecond(await askPair(upstreamAt(unused, { connect: () => {} })), false);
  });
});

describe('a request is repeated only where that is safe: nothing of the answer was shown', () => {
  const faults: readonly RequestFault[] = [
    { type: 'reset-before-headers' },
    { type: 'reset-after-headers' },
    { type: 'hang' },
    { type: 'hang-after-headers' },
    { type: 'redirect', to: 'http://127.0.0.1:9/' },
    { type: 'garbage', content: 'html' },
    { type: 'garbage', content: 'json' },
    { type: 'garbage', content: 'sse' },
    { type: 'garbage', content: 'binary' },
    { type: 'wrong-content-length', by: 10 },
    { type: 'cut', atByte: 40, how: 'reset' },
    { type: 'cut', atByte: 40, how: 'close' },
    { type: 'cut', atByte: 40, how: 'clean' },
  ];
  for (const fault of faults) {
    // A stream that has come to its end does not depend on its length.
    for (const stream of fault.type === 'wrong-content-length' ? [false] : [false, true]) {
      const details = Object.entries(fault).map(([key, value]) =>
        key === 'type' ? String(value) : `${key} ${String(value)}`,
      );
      it(`${details.join(', ')}, ${stream ? 'streamed' : 'whole'}: the next target answers`, async () => {
        await using first = await simulatedOpenAI();
        first.fail(fault);
        expectSecond(await askPair(upstreamAt(first), { stream }), stream);
        expect(first.requests).toHaveLength(1);
      });
    }
  }

  it('an error as the first event of a stream: the next target answers', async () => {
    await using first = await simulatedOpenAI();
    first.fail({ type: 'error-event' });
    expectSecond(await askPair(upstreamAt(first), { stream: true }), true);
  });

  it('a stream cut after its role-only first chunk: the next target answers', async () => {
    await using first = await simulatedOpenAI();
    first.fail({ type: 'cut', afterEvents: 1, how: 'reset' });
    expectSecond(await askPair(upstreamAt(first), { stream: true }), true);
  });

  it('a whole answer cut at its last byte: the next target answers', async () => {
    await using first = await replay({
      body: '{"choices":[]}',
      headers: { 'content-type': 'application/json' },
    });
    first.fail({ type: 'cut', atByte: 13, how: 'clean' });
    expectSecond(await askPair(upstreamAt(first)), false);
  });
});

describe('a request is repeated only where that is safe: by status', () => {
  for (const status of [408, 409, 429, 500, 502, 503, 504, 529]) {
    it(`${status}: the next target answers`, async () => {
      await using first = await replay(refusal(status));
      expectSecond(await askPair(upstreamAt(first)), false);
      expect(first.requests).toHaveLength(1);
    });
  }

  for (const status of [401, 402, 403]) {
    it(`${status} of our own key: the next key, then the next target`, async () => {
      await using first = await replay(refusal(status));
      const apiKey = ['sk-key-one', 'sk-key-two', 'sk-key-three'];
      expectSecond(await askPair(upstreamAt(first, { apiKey })), false);
      const used = first.requests.map(({ headers }) => headers.authorization);
      expect(used).toEqual(apiKey.map((key) => `Bearer ${key}`));
    });
  }

  for (const status of [400, 404, 413, 422]) {
    it(`${status}: it is the caller's own, asked once and passed on byte for byte`, async () => {
      await using first = await replay({
        ...refusal(status),
        body: `{ "error" : { "message": "Zu groß: 12.50",  "type":"invalid_request_error", "param": "x", "code": 1e2 } }\n`,
      });
      const { response, text, second } = await askPair(upstreamAt(first));
      expect(response.status).toBe(status);
      expect(response.headers.get('x-vector-attempts')).toBe('1');
      expect(text).toBe(
        `{ "error" : { "message": "Zu groß: 12.50",  "type":"invalid_request_error", "param": "x", "code": 1e2 } }\n`,
      );
      expect(first.requests).toHaveLength(1);
      expect(second.requests).toHaveLength(0);
    });
  }

  it('with no target left, 401 of our own key is not told to the caller as theirs', async () => {
    await using first = await replay(refusal(401));
    await using second = await replay(refusal(403));
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(first), second: upstreamAt(second) },
      models: { chat: [`first/${model}`, `second/${model}`] },
      open: true,
    });
    const response = await ask(gateway);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_key_refused' } });
  });

  it('a 403, which may be about this one call, leaves the key to the others', async () => {
    await using first = await simulatedOpenAI();
    first.fail({ type: 'status', status: 403 }, { times: 1 });
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(first) },
      models: { chat: `first/${model}` },
      open: true,
    });
    expect((await ask(gateway)).status).toBe(502);
    expect(gateway.stats().targets[0]?.restingKeys).toBe(0);
    expect((await ask(gateway)).status).toBe(200);
  });

  it('an error names the target whose words it passes on, not the one that was tried last', async () => {
    await using first = await replay(refusal(429));
    await using second = await simulatedOpenAI();
    await second.close();
    await using gateway = createGateway({
      upstreams: { first: upstreamAt(first), second: upstreamAt(second) },
      models: { chat: [`first/${model}`, `second/${model}`] },
      open: true,
      retry: { rounds: 0 },
    });
    const ended = new Promise<GatewayEvents['end']>((resolve) => gateway.on('end', resolve));
    const response = await ask(gateway);
    expect(response.status).toBe(429);
    expect(response.headers.get('x-vector-upstream')).toBe('first');
    expect(response.headers.get('x-vector-attempts')).toBe('2');
    expect((await ended).target?.upstream).toBe('first');
  });

  it('after the commit point nothing is repeated: one error event and no [DONE]', async () => {
    await using first = await simulatedOpenAI();
    first.fail({ type: 'cut', afterEvents: 3, how: 'reset' });
    const { response, text, second } = await askPair(upstreamAt(first), { stream: true });
    expect(response.headers.get('x-vector-upstream')).toBe('first');
    expect(text.match(/"error":/g)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
    expect(second.requests).toHaveLength(0);
  });
});
