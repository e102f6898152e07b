import { expect, test } from 'vitest';
import type { ChatWish } from './chat-wish.ts';
import { readEventData } from './read-chat-stream.ts';
import { type ChatRun, runChat } from './run-chat.ts';

const wish: ChatWish = { model: 'm', system: '', user: 'Hi', temperature: undefined, maxTokens: undefined };
const chunk = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, ...more }] })}\n\n`;

function streamOf(pieces: readonly (string | Error)[]): ReadableStream<Uint8Array> {
  const bytes = pieces.map((piece) => (piece instanceof Error ? piece : new TextEncoder().encode(piece)));
  return new ReadableStream({
    pull(controller) {
      const next = bytes.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(next);
    },
  });
}

async function run(
  answer: () => Response | Promise<Response>,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly run: ChatRun; readonly told: readonly ChatRun[]; readonly sent: unknown }> {
  let time = 0;
  let sent: unknown;
  const told: ChatRun[] = [];
  const done = await runChat(wish, {
    url: 'v1/chat/completions',
    signal,
    now: () => (time += 10),
    fetch: async (_url, { body }) => {
      sent = typeof body === 'string' ? JSON.parse(body) : body;
      return answer();
    },
    tell: (one) => told.push(one),
  });
  return { run: done, told, sent };
}

test('the text comes as it is told, with tokens and times at the end', async () => {
  const headers = { 'x-request-id': 'req_1', 'x-vector-upstream': 'openai', 'x-vector-attempts': '2' };
  const pieces = [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo' }, { finish_reason: 'stop' }),
    'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}}\n\n',
    'data: [DONE]\n\n',
  ];
  const { run: done, told, sent } = await run(() => new Response(streamOf(pieces), { headers }));
  expect(sent).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  expect(done).toMatchObject({
    state: 'done',
    text: 'Hello',
    finish: 'stop',
    usage: { inputTokens: 3, cachedTokens: 1, outputTokens: 2 },
    facts: { requestId: 'req_1', upstream: 'openai', attempts: 2, cost: undefined },
    firstText: 10,
    milliseconds: 20,
  });
  expect(told.map(({ text }) => text)).toContain('Hel');
});

test('a refusal is told in its words', async () => {
  const body = JSON.stringify({ error: { code: 'VE_BUDGET_EXCEEDED', message: 'nothing is left' } });
  const { run: done } = await run(() => new Response(body, { status: 402 }));
  expect(done).toMatchObject({
    state: 'failed',
    status: 402,
    error: { code: 'VE_BUDGET_EXCEEDED', message: 'nothing is left' },
  });
});

test('what is no answer of the gateway is told as it is', async () => {
  const { run: done } = await run(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  expect(done).toMatchObject({ state: 'failed', error: { message: '<h1>Bad gateway</h1>' } });
});

test('a stream that breaks off keeps what came, and says why', async () => {
  const error = 'data: {"error":{"code":"VE_UPSTREAM_RESET","message":"broke off"}}\n\n';
  const { run: done } = await run(() => new Response(streamOf([chunk({ content: 'Half' }), error])));
  expect(done).toMatchObject({ state: 'failed', text: 'Half', error: { code: 'VE_UPSTREAM_RESET' } });
});

test('a stream that ends without its end is not taken for whole', async () => {
  const { run: done } = await run(() => new Response(streamOf([chunk({ content: 'Half' })])));
  expect(done).toMatchObject({ state: 'failed', text: 'Half', error: { code: 'cut-off' } });
});

test('a server that is out of reach is told as that', async () => {
  const { run: done } = await run(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(done).toMatchObject({ state: 'failed', status: undefined, error: { code: 'offline' } });
});

test('what was stopped is no failure', async () => {
  const stop = new AbortController();
  const { run: done } = await run(() => {
    stop.abort();
    return new Response(streamOf([chunk({ content: 'Half' }), new Error('aborted')]));
  }, stop.signal);
  expect(done).toMatchObject({ state: 'stopped' });
  expect(done.error).toBeUndefined();
});

test('events are read wherever the bytes are cut', async () => {
  const text = 'event: x\r\ndata: {"a":"é😀"}\r\n\r\n: note\n\ndata: one\ndata:two\n\n';
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size < bytes.length; size++) {
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
    };
    const read: string[] = [];
    for await (const data of readEventData(pieces())) read.push(data);
    expect(read).toEqual(['{"a":"é😀"}', 'one\ntwo']);
  }
});
