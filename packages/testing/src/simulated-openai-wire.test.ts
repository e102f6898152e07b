import { describe, expect, test } from 'vitest';
import { simulatedOpenAI } from './index.ts';

/* What the SDK hides: the bytes and headers themselves. */

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] };

test("an answer carries the real service's headers", async () => {
  await using upstream = await simulatedOpenAI();
  const { headers } = await post(`${upstream.baseURL}/chat/completions`, hello);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
  expect(headers.get('openai-version')).toBe('2020-10-01');
  expect(headers.get('openai-processing-ms')).toMatch(/^\d+$/);
  expect(headers.get('x-ratelimit-remaining-requests')).toBe('9999');
  expect(headers.get('set-cookie')).toMatch(/^__cf_bm=\w+; path=\/; domain=\.api\.openai\.com/);
  expect(headers.get('strict-transport-security')).toMatch(/^max-age=/);
});

test('a stream is one event per chunk and ends with [DONE]', async () => {
  await using upstream = await simulatedOpenAI();
  const response = await post(`${upstream.baseURL}/chat/completions`, { ...hello, stream: true });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('content-length')).toBeNull();
  const text = await response.text();
  expect(text.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
  expect(text.split('\n\n').every((event) => event === '' || event.startsWith('data: '))).toBe(true);
});

test('obfuscation can be declined', async () => {
  await using upstream = await simulatedOpenAI();
  const url = `${upstream.baseURL}/chat/completions`;
  const usual = await (await post(url, { ...hello, stream: true })).text();
  const plain = await (
    await post(url, { ...hello, stream: true, stream_options: { include_obfuscation: false } })
  ).text();
  expect(usual).toContain('"obfuscation"');
  expect(plain).not.toContain('"obfuscation"');
});

test('choices of one stream take turns', async () => {
  await using upstream = await simulatedOpenAI();
  const response = await post(`${upstream.baseURL}/chat/completions`, { ...hello, stream: true, n: 2 });
  const indexes = [...(await response.text()).matchAll(/"choices":\[\{"index":(\d)/g)].map(
    (match) => match[1],
  );
  expect(indexes.slice(0, 6)).toEqual(['0', '1', '0', '1', '0', '1']);
});

describe("a mistake is told in OpenAI's words", () => {
  const tool = { role: 'tool', tool_call_id: 'call_1', content: 'x' };
  const call = {
    role: 'assistant',
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
  };

  test.each([
    ['no JSON', '{"model":', 400, null, /^We could not parse the JSON body of your request\./],
    ['no model', { messages: [] }, 400, null, /^you must provide a model parameter$/],
    ['no messages', { model: 'gpt-4o' }, 400, 'missing_required_parameter', /'messages'/],
    ['messages of a wrong type', { ...hello, messages: 'hi' }, 400, 'invalid_type', /got a string instead/],
    ['no message', { ...hello, messages: [] }, 400, 'empty_array', /^Invalid 'messages': empty array\./],
    ['a stray tool result', { ...hello, messages: [tool] }, 400, null, /must be a response to a preceeding/],
    ['an unanswered tool call', { ...hello, messages: [call, ...hello.messages] }, 400, null, /call_1$/],
    [
      'json_object without the word',
      { ...hello, response_format: { type: 'json_object' } },
      400,
      null,
      /json/,
    ],
    ['an unknown model', { ...hello, model: 'gpt-9' }, 404, 'model_not_found', /^The model `gpt-9` does not/],
  ] as const)('%s', async (_, body, status, code, message) => {
    await using upstream = await simulatedOpenAI();
    const response = await post(`${upstream.baseURL}/chat/completions`, body);
    expect(response.status).toBe(status);
    const { error }: { error: { message: string; code: string | null } } = JSON.parse(await response.text());
    expect(Object.keys(error).toSorted()).toEqual(['code', 'message', 'param', 'type']);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('an unknown path, a wrong method, no key', async () => {
    await using upstream = await simulatedOpenAI({ apiKeys: ['sk-right'] });
    expect(await (await fetch(`${upstream.baseURL}/models`)).json()).toMatchObject({
      error: { message: expect.stringMatching(/^You didn't provide an API key\./), code: null },
    });
    const headers = { authorization: 'Bearer sk-right' };
    const unknown = await fetch(`${upstream.baseURL}/nothing?x=1`, { headers });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { message: 'Invalid URL (GET /v1/nothing)' } },
    ]);
    const wrong = await fetch(`${upstream.baseURL}/chat/completions`, { headers });
    expect(wrong.status).toBe(405);
  });

  test('a proxy in front of the API answers 502 with a page', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'status', status: 502 });
    const response = await post(`${upstream.baseURL}/chat/completions`, hello);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toContain('<center>cloudflare</center>');
  });
});

test('the log shows what arrived, byte for byte', async () => {
  await using upstream = await simulatedOpenAI({ keepRequests: 2 });
  await fetch(`${upstream.baseURL}/models`);
  await fetch(`${upstream.baseURL}/models`);
  await post(`${upstream.baseURL}/embeddings?a=%20b`, '{ "input": 12345678901234567890 }');
  expect(upstream.requests).toHaveLength(2);
  const last = upstream.requests.at(-1);
  expect(last).toMatchObject({ method: 'POST', path: '/v1/embeddings?a=%20b', status: 400 });
  expect(last?.rawBody.toString()).toBe('{ "input": 12345678901234567890 }');
  expect(last?.headers['content-type']).toBe('application/json');
});
