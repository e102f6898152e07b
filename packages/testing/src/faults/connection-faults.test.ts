import { describe, expect, test } from 'vitest';
import { clientOf, hello } from '../../test/ask-with-sdk.ts';
import { receive, receiveWith } from '../../test/receive-answer.ts';
import { manualClock, simulatedOpenAI } from '../index.ts';

const streamed = { stream: true };

describe('connections', () => {
  test('refuse: nobody listens until it is healed', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'refuse' });
    expect((await receive(upstream)).error).toBe('ECONNREFUSED');
    upstream.heal();
    await upstream.start();
    expect((await receive(upstream)).status).toBe(200);
  });

  test('reset-on-connect: the next connections are reset, no request is seen', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'reset-on-connect' }, { times: 1 });
    expect((await receive(upstream)).error).toBe('ECONNRESET');
    expect(upstream.requests).toHaveLength(0);
    expect(upstream.connections).toBe(1);
    expect((await receive(upstream)).status).toBe(200);
  });

  test('reset-before-headers: the request was read, no status comes', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'reset-before-headers' });
    expect(await receive(upstream)).toMatchObject({ status: undefined, error: 'ECONNRESET' });
    const [request] = upstream.requests;
    await request?.closed;
    expect(request?.body).toEqual(hello);
    expect(request?.aborted).toBe(false);
  });

  test('reset-after-headers: a status and nothing else', async () => {
    const received = await receiveWith({ type: 'reset-after-headers' });
    expect(received).toMatchObject({ status: 200, error: 'ECONNRESET', pieces: 0 });
  });
});

describe('silence', () => {
  test('hang: nothing ever comes', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    const answer = receive(upstream);
    const [request] = await upstream.waitForRequests(1);
    expect(request?.status).toBeUndefined();
    expect(upstream.openRequests).toBe(1);
    await upstream.close();
    expect((await answer).status).toBeUndefined();
    expect(request?.aborted).toBe(false);
  });

  test('hang-after-headers: the status comes, the body never', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-after-headers' });
    const response = await fetch(`${upstream.baseURL}/models`);
    expect(response.status).toBe(200);
    expect(upstream.openRequests).toBe(1);
    await response.body?.cancel();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
  });

  test('hang-mid-stream: some events, then nothing', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const client = clientOf(upstream);
    const stream = await client.chat.completions.create({ ...hello, stream: true });
    const reading = stream[Symbol.asyncIterator]();
    const deltas = [await reading.next(), await reading.next(), await reading.next()].map(
      (item) => item.value?.choices[0]?.delta.content,
    );
    expect(deltas).toEqual(['', 'You', ' said']);
    expect(upstream.requests[0]?.eventsWritten).toBe(3);
    stream.controller.abort();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
  });

  test('slow: headers and events come on the clock', async () => {
    const clock = manualClock(0);
    await using upstream = await simulatedOpenAI({ clock });
    upstream.fail({ type: 'slow', headersAfter: 5000, betweenEvents: 1000 });
    const answer = receive(upstream, streamed);
    const [request] = await upstream.waitForRequests(1);
    await clock.advance(4999);
    expect(request?.status).toBeUndefined();
    await clock.advance(1);
    expect(request).toMatchObject({ status: 200, eventsWritten: 1 });
    await clock.advance(2000);
    expect(request?.eventsWritten).toBe(3);
    await clock.advance(60_000);
    expect((await answer).error).toBeUndefined();
  });

  test('slow: a client that leaves leaves no timer', async () => {
    const clock = manualClock(0);
    await using upstream = await simulatedOpenAI({ clock });
    upstream.fail({ type: 'slow', headersAfter: 5000 });
    const leaving = new AbortController();
    const answer = fetch(`${upstream.baseURL}/models`, { signal: leaving.signal });
    await upstream.waitForRequests(1);
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    await upstream.requests[0]?.closed;
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});
