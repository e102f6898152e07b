import OpenAI, {
  APIConnectionError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { describe, expect, test } from 'vitest';
import { ask, clientOf } from '../test/ask-with-sdk.ts';
import { manualClock, simulatedOpenAI } from './index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

describe("errors are the SDK's classes", () => {
  test('a wrong key', async () => {
    await using upstream = await simulatedOpenAI({ apiKeys: ['sk-right'] });
    const client = new OpenAI({
      baseURL: upstream.baseURL,
      apiKey: 'sk-wrong-0123456789abcdef',
      maxRetries: 0,
    });
    const error: unknown = await client.models.list().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
    expect(String(error)).not.toContain('0123456789');
    const right = client.withOptions({ apiKey: 'sk-right' });
    expect((await right.models.list()).data.length).toBeGreaterThan(0);
  });

  test('an unknown model and an empty list of messages', async () => {
    await using upstream = await simulatedOpenAI();
    const { completions } = clientOf(upstream).chat;
    const unknown: unknown = await completions
      .create(ask({ model: 'gpt-9' }))
      .catch((reason: unknown) => reason);
    expect(unknown).toBeInstanceOf(NotFoundError);
    expect(unknown).toMatchObject({ code: 'model_not_found' });
    const empty: unknown = await completions.create(ask({ messages: [] })).catch((reason: unknown) => reason);
    expect(empty).toBeInstanceOf(BadRequestError);
    expect(empty).toMatchObject({ code: 'empty_array', param: 'messages' });
  });

  test.each([
    [429, RateLimitError, 'rate_limit_exceeded'],
    [500, InternalServerError, null],
    [503, InternalServerError, null],
    [400, BadRequestError, 'context_length_exceeded'],
  ] as const)('a fault with status %i', async (status, expected, code) => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'status', status });
    const error: unknown = await clientOf(upstream)
      .chat.completions.create(ask({}))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(expected);
    expect(error).toMatchObject({ status, code });
  });

  test('nobody listening', async () => {
    await using upstream = await simulatedOpenAI();
    await upstream.stop();
    await expect(clientOf(upstream).models.list()).rejects.toBeInstanceOf(APIConnectionError);
  });
});

describe('retries and aborts', () => {
  test('the SDK waits for retry-after-ms and then succeeds', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'status', status: 429, headers: { 'retry-after-ms': '20' } }, { times: 2 });
    const answer = await clientOf(upstream, 2).chat.completions.create(ask({}));
    expect(answer.choices).toHaveLength(1);
    expect(upstream.requests.map((request) => request.status)).toEqual([429, 429, 200]);
    expect(upstream.requests.map((request) => request.headers['x-stainless-retry-count'])).toEqual([
      '0',
      '1',
      '2',
    ]);
    const [first, second] = upstream.requests;
    expect((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0)).toBeGreaterThanOrEqual(18);
  });

  test('a client that leaves in mid-stream is seen', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({ clock, pace: 10 });
    const stream = await clientOf(upstream).chat.completions.create(ask({ stream: true as const }));
    const reading = stream[Symbol.asyncIterator]();
    await reading.next();
    stream.controller.abort();
    const [request] = upstream.requests;
    await request?.closed;
    expect(request).toMatchObject({ aborted: true, abortedAt: clock.now(), status: 200 });
    expect(upstream.openRequests).toBe(0);
  });

  test('a client that leaves while the model thinks is seen', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    const leaving = new AbortController();
    const answer = clientOf(upstream).chat.completions.create(ask({}), { signal: leaving.signal });
    const [request] = await upstream.waitForRequests(1);
    leaving.abort();
    await expect(answer).rejects.toBeInstanceOf(APIUserAbortError);
    await request?.closed;
    expect(request?.aborted).toBe(true);
    expect(request?.status).toBeUndefined();
  });

  test('a finished answer is not an abort', async () => {
    await using upstream = await simulatedOpenAI();
    await clientOf(upstream).chat.completions.create(ask({}));
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]).toMatchObject({ aborted: false, abortedAt: undefined });
  });
});
