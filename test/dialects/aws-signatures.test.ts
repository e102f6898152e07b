import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { bedrock, createGateway, type Gateway, type Upstream } from '@vector-engine/core';
import { manualClock, type Recording, replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test, vi } from 'vitest';
import { caught } from './caught.ts';
import { type SignedRequest, verifySignature } from './verify-signature.ts';

const keys = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzE+example/of/a/token==',
};
const region = 'eu-central-1';
const json = { 'content-type': 'application/json' };
const hello: Recording = {
  headers: json,
  body: JSON.stringify({
    output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
  }),
};
const content = 'Grüße';
const modelIds = [
  'eu.anthropic.claude-opus-4-6-v1:0',
  'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123',
  "with (all) that's left!*",
];

type Asked = Awaited<ReturnType<typeof replay>>['requests'][number];

const asSigned = ({ method, path, headers, rawBody }: Asked): SignedRequest => ({
  method,
  path,
  headers,
  body: rawBody,
});

function gatewayTo(aws: Upstream, model = 'some-model', clock = manualClock()): Gateway {
  return createGateway({
    upstreams: { aws },
    models: { any: `aws/${model}` },
    open: true,
    clock,
    retry: { rounds: 0 },
  });
}

function ask(gateway: Gateway): Promise<OpenAI.ChatCompletion> {
  const client = new OpenAI({
    apiKey: 'x',
    baseURL: 'http://gateway/v1',
    fetch: gateway.fetch,
    maxRetries: 0,
  });
  return client.chat.completions.create({ model: 'any', messages: [{ role: 'user', content }] });
}

/** What AWS's own SDK sends in the same case. */
async function sentBySdk(modelId: string): Promise<SignedRequest> {
  const sent: SignedRequest[] = [];
  const client = new BedrockRuntimeClient({
    region,
    credentials: keys,
    maxAttempts: 1,
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: (request: SignedRequest) => {
        sent.push({ ...request, body: new Uint8Array(request.body) });
        return Promise.reject(new Error('seen enough'));
      },
    },
  });
  await client
    .send(new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: content }] }] }))
    .catch(caught);
  const [first] = sent;
  if (first === undefined) throw new Error('the SDK sent nothing');
  return first;
}

function isGenuine(request: SignedRequest, secret = keys.secretAccessKey): boolean {
  return verifySignature(request, secret).isGenuine;
}

/** But for whose it is, and the day, which is today's with the SDK. */
function scopeOf({ credential }: { readonly credential: string }): string[] {
  return credential.split('/').slice(2);
}

describe('a signature of Version 4', () => {
  test.each(modelIds)('is genuine, as that of the SDK of AWS is: %s', async (modelId) => {
    await using upstream = await replay(hello);
    await using gateway = gatewayTo(
      bedrock({ region, credentials: keys, baseURL: upstream.origin }),
      modelId,
      manualClock(Date.UTC(2026, 10, 21, 12, 8, 41)),
    );
    const answer = await ask(gateway);
    expect(answer.choices[0]?.message.content).toBe('Hello');
    const [ours] = upstream.requests;
    if (ours === undefined) throw new Error('nothing was sent');
    const verdict = verifySignature(asSigned(ours), keys.secretAccessKey);
    expect(verdict).toEqual({
      isGenuine: true,
      credential: `${keys.accessKeyId}/20261121/eu-central-1/bedrock/aws4_request`,
      signedHeaders: ['content-type', 'host', 'x-amz-date', 'x-amz-security-token'],
    });
    expect(ours.headers).toMatchObject({
      'x-amz-date': '20261121T120841Z',
      'x-amz-security-token': keys.sessionToken,
      'content-type': 'application/json',
    });
    const theirs = await sentBySdk(modelId);
    const reference = verifySignature(theirs, keys.secretAccessKey);
    expect(reference.isGenuine).toBe(true);
    expect(ours.path).toBe(theirs.path);
    expect(scopeOf(verdict)).toEqual(scopeOf(reference));
    expect(reference.signedHeaders).toEqual(expect.arrayContaining([...verdict.signedHeaders]));
    expect(ours.body).toEqual(JSON.parse(Buffer.from(theirs.body).toString()));
  });

  test('has the time of the world, where no other is given', async () => {
    await using upstream = await replay(hello);
    await using gateway = createGateway({
      upstreams: { aws: bedrock({ region, credentials: keys, baseURL: upstream.origin }) },
      models: { any: 'aws/m' },
      open: true,
    });
    await ask(gateway);
    const date = String(upstream.requests[0]?.headers['x-amz-date']);
    const iso = date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
    expect(Math.abs(Date.parse(iso) - Date.now())).toBeLessThan(60_000);
  });

  test('the check itself notices another secret, another path and another body', async () => {
    const genuine = await sentBySdk('m');
    expect(isGenuine(genuine)).toBe(true);
    expect(isGenuine(genuine, 'another')).toBe(false);
    expect(isGenuine({ ...genuine, path: '/model/n/converse' })).toBe(false);
    expect(isGenuine({ ...genuine, body: Buffer.from('{}') })).toBe(false);
  });

  test("holds for the path of an address of one's own, and leaves out what a proxy may change", async () => {
    await using upstream = await replay(hello);
    const aws = bedrock({
      region,
      credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret-of-a-user' },
      baseURL: `${upstream.origin}/behind/a proxy`,
      headers: { 'x-team': 'a', 'x-amz-meta': 'b' },
    });
    await using gateway = gatewayTo(aws);
    await ask(gateway);
    const [request] = upstream.requests;
    if (request === undefined) throw new Error('nothing was sent');
    expect(request.path).toBe('/behind/a%20proxy/model/some-model/converse');
    const verdict = verifySignature(asSigned(request), 'secret-of-a-user');
    expect(verdict).toMatchObject({
      isGenuine: true,
      signedHeaders: ['content-type', 'host', 'x-amz-date', 'x-amz-meta'],
    });
    expect(request.headers).toMatchObject({ 'x-team': 'a' });
    expect(request.headers).not.toHaveProperty('x-amz-security-token');
  });
});

describe('credentials from a function', () => {
  test('are asked for before every attempt, and new ones are used at once', async () => {
    await using upstream = await replay(hello);
    const temporary = { ...keys, expiration: new Date() };
    const credentials = vi.fn<() => Promise<typeof temporary>>(() => Promise.resolve(temporary));
    await using gateway = gatewayTo(bedrock({ region, credentials, baseURL: upstream.origin }));
    await ask(gateway);
    await ask(gateway);
    credentials.mockResolvedValue({ ...temporary, secretAccessKey: 'a-new-secret' });
    await ask(gateway);
    expect(credentials).toHaveBeenCalledTimes(3);
    const secrets = [keys.secretAccessKey, keys.secretAccessKey, 'a-new-secret'];
    expect(
      upstream.requests.map(
        (request, index) => verifySignature(asSigned(request), secrets[index] ?? '').isGenuine,
      ),
    ).toEqual([true, true, true]);
  });

  test('may be what the SDK of AWS has for its own clients', async () => {
    await using upstream = await replay(hello);
    const { config } = new BedrockRuntimeClient({ region, credentials: () => Promise.resolve(keys) });
    await using gateway = gatewayTo(
      bedrock({ region, credentials: config.credentials, baseURL: upstream.origin }),
    );
    await ask(gateway);
    const [request] = upstream.requests;
    expect(request && verifySignature(asSigned(request), keys.secretAccessKey).isGenuine).toBe(true);
  });

  test.each<[what: string, credentials: () => typeof keys]>([
    [
      'throws',
      () => {
        throw new Error('no credentials today');
      },
    ],
    ['returns half of it', () => ({ ...keys, secretAccessKey: '' })],
    ['returns a line break', () => ({ ...keys, sessionToken: 'a\nb' })],
  ])('one that %s lets the next target answer', async (_what, credentials) => {
    await using first = await replay(hello);
    await using second = await replay(hello);
    await using gateway = createGateway({
      upstreams: {
        broken: bedrock({ region, credentials, baseURL: first.origin }),
        aws: bedrock({ region, credentials: keys, baseURL: second.origin }),
      },
      models: { any: ['broken/m', 'aws/m'] },
      open: true,
    });
    expect((await ask(gateway)).choices[0]?.message.content).toBe('Hello');
    expect(first.requests).toHaveLength(0);
  });

  test('one that never answers outlives neither the caller nor what it holds', async () => {
    const asked = Promise.withResolvers<undefined>();
    const credentials = (): Promise<typeof keys> => {
      asked.resolve(undefined);
      return new Promise(() => {});
    };
    await using gateway = gatewayTo(bedrock({ region, credentials, baseURL: 'http://127.0.0.1:9' }));
    const leaving = new AbortController();
    const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch });
    const call = client.chat.completions.create(
      { model: 'any', messages: [{ role: 'user', content }] },
      { signal: leaving.signal },
    );
    await asked.promise;
    leaving.abort();
    await expect(call).rejects.toThrow(OpenAI.APIUserAbortError);
    await vi.waitFor(() => expect(gateway.stats()).toMatchObject({ active: 0, targets: [{ active: 0 }] }));
  });
});

const quoting = (status: number): Recording => ({
  status,
  headers: json,
  body: JSON.stringify({
    message: `The canonical string should have been 'x-amz-security-token:${keys.sessionToken}', of ${keys.accessKeyId} with ${keys.secretAccessKey}`,
    output: { message: { role: 'assistant', content: [{ text: keys.secretAccessKey }] } },
    stopReason: 'end_turn',
  }),
});

describe('what is behind a signature', () => {
  test.each([
    [200, '[redacted]'],
    [400, 'x-amz-security-token:[redacted]'],
    [403, 'refused'],
    [500, 'error'],
  ])('is hidden where the upstream quotes it in a %d', async (status, said) => {
    await using upstream = await replay(quoting(status));
    await using gateway = gatewayTo(bedrock({ region, credentials: keys, baseURL: upstream.origin }));
    const body = { model: 'any', messages: [{ role: 'user', content }] };
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: json,
      body: JSON.stringify(body),
    });
    const text = JSON.stringify([...response.headers]) + (await response.text());
    for (const secret of Object.values(keys)) expect(text).not.toContain(secret);
    expect(text).toContain(said);
  });
});
