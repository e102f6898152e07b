import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { replay } from './index.ts';

const chunk = (content: string): string =>
  `data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}\n\n`;
const sse = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' };

test('given bytes come back, whatever is asked', async () => {
  const body = Buffer.from([1, 2, 0, 255]);
  await using upstream = await replay({
    status: 201,
    headers: { 'X-Mine': 'a', 'Content-Length': '999' },
    body,
  });
  const response = await fetch(`${upstream.origin}/any/path`);
  expect(response.status).toBe(201);
  expect(response.headers.get('x-mine')).toBe('a');
  expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
  expect(upstream.requests[0]?.path).toBe('/any/path');
});

test('several recordings come one after the other, the last for ever', async () => {
  await using upstream = await replay([{ body: 'first' }, { body: 'last' }]);
  const texts = [];
  for (let turn = 0; turn < 3; turn += 1) texts.push(await (await fetch(upstream.baseURL)).text());
  expect(texts).toEqual(['first', 'last', 'last']);
});

test('a stream is known by its events, so that it can be cut and rewritten', async () => {
  const body = `${chunk('ä')}${chunk('b')}${chunk('c')}data: [DONE]\n\n`;
  await using upstream = await replay({ headers: sse, body });
  expect(await (await fetch(upstream.baseURL)).text()).toBe(body);
  upstream.fail({ type: 'cut', afterEvents: 2, how: 'clean' }, { times: 1 });
  expect(await (await fetch(upstream.baseURL)).text()).toBe(chunk('ä') + chunk('b'));

  upstream.fail({ type: 'write', chunkSize: 3, lineEnding: '\r' });
  const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k', maxRetries: 0 });
  const contents = [];
  const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true });
  for await (const item of stream) contents.push(item.choices[0]?.delta.content);
  expect(contents).toEqual(['ä', 'b', 'c']);
});

test('no recording at all is refused', () => {
  expect(() => replay([])).toThrow('at least one recording');
});
