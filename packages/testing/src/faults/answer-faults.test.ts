import OpenAI, { APIConnectionError, APIError, BadRequestError } from 'openai';
import { describe, expect, test } from 'vitest';
import { clientOf, hello } from '../../test/ask-with-sdk.ts';
import { receiveWith } from '../../test/receive-answer.ts';
import { simulatedOpenAI } from '../index.ts';

const streamed = { stream: true };

describe('cut', () => {
  test.each([
    ['reset', 'ECONNRESET'],
    ['close', 'ECONNRESET'],
    ['clean', undefined],
  ] as const)('after two events, %s', async (how, error) => {
    const received = await receiveWith({ type: 'cut', afterEvents: 2, how }, streamed);
    expect(received.body.toString().match(/^data: /gm)).toHaveLength(2);
    expect(received.error).toBe(error);
  });

  test.each(['reset', 'close', 'clean'] as const)('at byte 100 of a whole answer, %s', async (how) => {
    const received = await receiveWith({ type: 'cut', atByte: 100, how });
    expect(received.body).toHaveLength(100);
    expect(received.error === undefined).toBe(how === 'clean');
  });

  test('at byte 0 and in the middle of an event', async () => {
    const none = await receiveWith({ type: 'cut', atByte: 0, how: 'close' }, streamed);
    expect([none.status, none.body.length]).toEqual([200, 0]);
    const some = await receiveWith({ type: 'cut', atByte: 7, how: 'clean' }, streamed);
    expect(some.body.toString()).toBe('data: {');
  });

  test('the SDK reports a connection that broke', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'cut', atByte: 50, how: 'reset' });
    const client = clientOf(upstream);
    const error: unknown = await client.chat.completions.create(hello).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    upstream.fail({ type: 'reset-before-headers' });
    await expect(client.chat.completions.create(hello)).rejects.toBeInstanceOf(APIConnectionError);
  });
});

describe('other answers', () => {
  test('status: own headers and body, where given', async () => {
    const text = await receiveWith({
      type: 'status',
      status: 529,
      body: 'busy',
      headers: { 'retry-after': '7' },
    });
    expect(text).toMatchObject({ status: 529, headers: { 'retry-after': '7' } });
    expect(text.body.toString()).toBe('busy');
    const json = await receiveWith({ type: 'status', status: 418, body: { error: { code: 'teapot' } } });
    expect(json.headers['content-type']).toBe('application/json');
    expect(JSON.parse(json.body.toString())).toEqual({ error: { code: 'teapot' } });
  });

  test('status: the usual 429 says when to come back', async () => {
    const { headers, body } = await receiveWith({ type: 'status', status: 429 });
    expect(headers).toMatchObject({
      'retry-after': '1',
      'retry-after-ms': '644',
      'x-ratelimit-reset-tokens': '644ms',
    });
    expect(body.toString()).toContain('Rate limit reached for gpt-4o in organization');
  });

  test.each(['binary', 'html', 'json', 'sse'] as const)('garbage: %s is no JSON', async (content) => {
    const { status, body } = await receiveWith({ type: 'garbage', content });
    expect(status).toBe(200);
    const payload = content === 'sse' ? body.toString().slice('data: '.length) : body.toString();
    expect(() => JSON.parse(payload)).toThrow(SyntaxError);
  });

  test('redirect: elsewhere', async () => {
    const { status, headers } = await receiveWith({ type: 'redirect', to: 'http://127.0.0.1:9/steal' });
    expect([status, headers.location]).toEqual([307, 'http://127.0.0.1:9/steal']);
  });

  test('echo-headers: every request header in the body of a 400', async () => {
    const { status, body } = await receiveWith({ type: 'echo-headers' });
    expect(status).toBe(400);
    expect(body.toString()).toContain('x-secret: canary');
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'echo-headers' });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'sk-canary', maxRetries: 0 });
    const error: unknown = await client.models.list().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(String(error)).toContain('Bearer sk-canary');
  });

  test('error-event: first, or after some events, and no [DONE]', async () => {
    const first = await receiveWith({ type: 'error-event' }, streamed);
    expect(first.body.toString()).toMatch(/^data: \{"error":\{"message":"The server had an error/);
    expect(first.body.toString().match(/^data: /gm)).toHaveLength(1);
    const body = { error: { message: 'boom', code: 'x' } };
    const later = await receiveWith({ type: 'error-event', afterEvents: 2, body }, streamed);
    expect(later.body.toString().match(/^data: /gm)).toHaveLength(3);
    expect(later.body.toString().endsWith('data: {"error":{"message":"boom","code":"x"}}\n\n')).toBe(true);
  });

  test('error-event: the SDK throws it', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'error-event', afterEvents: 2 });
    const client = clientOf(upstream);
    const error: unknown = await client.chat.completions
      .stream(hello)
      .done()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APIError);
    expect(String(error)).toContain('The server had an error');
  });
});
