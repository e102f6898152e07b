import { describe, expect, test } from 'vitest';
import { clientOf, hello } from '../../test/ask-with-sdk.ts';
import { receive, receiveWith } from '../../test/receive-answer.ts';
import { simulatedOpenAI } from '../index.ts';

const streamed = { stream: true };

describe('other wrapping', () => {
  test('wrong-content-length: too much is promised', async () => {
    const { headers, body, error } = await receiveWith({ type: 'wrong-content-length' });
    expect(Number(headers['content-length'])).toBe(body.length + 10);
    expect(error).toBe('ECONNRESET');
  });

  test('wrong-content-length: too little is promised', async () => {
    const { headers, error } = await receiveWith({ type: 'wrong-content-length', by: -5 });
    const whole = await receiveWith({ type: 'write' });
    expect(Number(headers['content-length'])).toBe(whole.body.length - 5);
    expect(error).toMatch(/^HPE_/);
  });

  test('gzip: whole and streamed answers are the same when unpacked', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'gzip' });
    const client = clientOf(upstream);
    const { data, response } = await client.chat.completions.create(hello).withResponse();
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const final = await client.chat.completions.stream(hello).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe(data.choices[0]?.message.content);
  });

  test('gzip: a bomb is small on the wire', async () => {
    const { body, error } = await receiveWith({ type: 'gzip', inflatedBytes: 8 * 1024 * 1024 });
    expect(error).toBeUndefined();
    expect(body.length).toBeLessThan(16 * 1024);
  });

  test('flood: an event that never ends, as fast as it is read', async () => {
    const { body } = await receiveWith({ type: 'flood', bytes: 1_000_000 }, streamed);
    expect(body.length).toBeGreaterThan(1_000_000);
    expect(body.includes('\n')).toBe(false);
  });

  test('flood: an endless one waits for its reader and stops with it', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'flood', bytes: Number.POSITIVE_INFINITY });
    const response = await fetch(`${upstream.baseURL}/models`);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await upstream.requests[0]?.closed;
    expect(upstream.requests[0]?.aborted).toBe(true);
    expect(upstream.requests[0]?.eventsWritten).toBeLessThan(1000);
  });

  test('write: the same bytes, three at a time', async () => {
    const usual = await receiveWith(
      { type: 'write' },
      { ...streamed, stream_options: { include_obfuscation: false } },
    );
    const tiny = await receiveWith(
      { type: 'write', chunkSize: 3 },
      { ...streamed, stream_options: { include_obfuscation: false } },
    );
    expect(tiny.body.length).toBe(usual.body.length);
    expect(tiny.pieces).toBeGreaterThan(usual.pieces);
  });

  test('write: other line ends and comments, as the SDK reads them', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'write', chunkSize: 5, lineEnding: '\r\n', commentBetweenEvents: 'keep-alive' });
    const { body } = await receive(upstream, streamed);
    expect(body.toString()).toContain('\r\n\r\n: keep-alive\r\n\r\ndata: ');
    const client = clientOf(upstream);
    const final = await client.chat.completions.stream(hello).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe('You said: Hello, big world');
  });
});

describe('the schedule', () => {
  test('times: only the next requests fail', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'status', status: 500 }, { times: 2 });
    const statuses = [await receive(upstream), await receive(upstream), await receive(upstream)].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([500, 500, 200]);
  });

  test('a function decides per request, its index counts from the call', async () => {
    await using upstream = await simulatedOpenAI();
    await receive(upstream);
    upstream.fail((request, index) =>
      request.path.endsWith('/completions') && index % 2 === 0 ? { type: 'status', status: 503 } : undefined,
    );
    const statuses = [await receive(upstream), await receive(upstream), await receive(upstream)].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([503, 200, 503]);
    upstream.heal();
    expect((await receive(upstream)).status).toBe(200);
  });
});
