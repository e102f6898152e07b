import Anthropic, { NotFoundError, RateLimitError } from '@anthropic-ai/sdk';
import { anthropic, createGateway, type Gateway, vertex } from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { caught } from './caught.ts';

const json = { 'content-type': 'application/json' };
const message = {
  id: 'msg_vrtx_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-6',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 1 },
  of_vertex: { kept: true },
};
const whole: Recording = { headers: json, body: JSON.stringify(message, null, 1) };
const events = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'vertex_event' },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 1 },
  },
  { type: 'message_stop' },
];
const streamed: Recording = {
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  body: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
};
/** How Vertex refuses a stream: in Google's words, whosever model it is for. */
const refusal = (code: number, status: string, text: string, details: object[] = []): Recording => ({
  status: code,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify([{ error: { code, message: text, status, details } }]),
});
const overQuota = refusal(
  429,
  'RESOURCE_EXHAUSTED',
  'Quota exceeded for …/base model: anthropic-claude-opus-4-6.',
  [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }],
);

const claudeModel = 'claude-sonnet-4-5@20250929';
const address = '/v1/projects/acme/locations/us-east5/publishers/anthropic/models';
const question = { max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hëllo' }] };

function gatewayTo({ baseURL }: SimulatedUpstream): Gateway {
  return createGateway({
    upstreams: { vertex: vertex({ project: 'acme', location: 'us-east5', token: 'ya29.token', baseURL }) },
    models: { claude: `vertex/${claudeModel}`, gemini: 'vertex/gemini-3.0-pro' },
    open: true,
    retry: { rounds: 0, longestPause: 0 },
  });
}

/** The official SDK in process, with a look at the bytes that it sends. */
function claude(gateway: Gateway, sent: string[] = []): Anthropic {
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (typeof init?.body === 'string') sent.push(init.body);
    return gateway.fetch(input, init);
  };
  return new Anthropic({ apiKey: 'sk-of-the-caller', baseURL: 'http://gateway', fetch, maxRetries: 0 });
}

function gpt(gateway: Gateway): OpenAI {
  return new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 });
}

describe("a caller of Anthropic's", () => {
  test.each([
    { how: 'whole', stream: false, action: 'rawPredict', recording: whole },
    { how: 'streamed', stream: true, action: 'streamRawPredict', recording: streamed },
  ])('has its bytes passed both ways, $how', async ({ stream, action, recording }) => {
    await using upstream = await replay(recording);
    await using gateway = gatewayTo(upstream);
    const sent: string[] = [];
    const client = claude(gateway, sent);
    const body = { ...question, model: 'claude', metadata: { user_id: 'u' } };
    const answer = stream
      ? await client.messages.stream(body).finalMessage()
      : await client.messages.create(body);
    expect(answer.content).toEqual(message.content);
    expect(answer.usage).toMatchObject(message.usage);
    const [request] = upstream.requests;
    expect(request?.path).toBe(`${address}/${claudeModel}:${action}`);
    expect(request?.rawBody.toString()).toBe(
      sent[0]?.replace('"model":"claude"', '"anthropic_version":"vertex-2023-10-16"'),
    );
    expect(request?.headers).toMatchObject({ authorization: 'Bearer ya29.token' });
    expect(request?.headers).not.toHaveProperty('x-api-key');
    const raw = await gateway.fetch('http://gateway/v1/messages', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ ...body, stream }),
    });
    expect(await raw.text()).toBe(recording.body);
    expect(gateway.stats()).toMatchObject({ outputTokens: 2, failed: 0 });
  });

  test('is heard where it asks for a beta, and may give the version itself', async () => {
    await using upstream = await replay(whole);
    await using gateway = gatewayTo(upstream);
    const own = { anthropic_version: 'vertex-2023-10-16' };
    const body = { ...question, model: 'claude', betas: ['context-management-2025-06-27'], ...own };
    await claude(gateway).beta.messages.create(body);
    const [request] = upstream.requests;
    expect(request?.headers['anthropic-beta']).toBe('context-management-2025-06-27');
    expect(request?.rawBody.toString().match(/anthropic_version/g)).toHaveLength(1);
    expect(request?.body).toEqual({ ...question, anthropic_version: 'vertex-2023-10-16' });
  });

  test('has its tokens counted, at the one address for all models: the body says which', async () => {
    await using upstream = await replay({ headers: json, body: '{"input_tokens":14}' });
    await using gateway = gatewayTo(upstream);
    const { messages } = question;
    const count = await claude(gateway).messages.countTokens({ model: 'claude', messages });
    expect(count.input_tokens).toBe(14);
    expect(upstream.requests[0]).toMatchObject({
      path: `${address}/count-tokens:rawPredict`,
      body: { model: claudeModel, messages },
    });
  });

  test('goes on at Vertex where Anthropic is overloaded', async () => {
    await using first = await replay({ status: 529, headers: json, body: '{"type":"error","error":{}}' });
    await using second = await replay(whole);
    await using gateway = createGateway({
      upstreams: {
        claude: anthropic({ apiKey: 'k', baseURL: first.baseURL }),
        vertex: vertex({ project: 'acme', location: 'us-east5', token: 't', baseURL: second.baseURL }),
      },
      models: { claude: ['claude/claude-sonnet-4-5', `vertex/${claudeModel}`] },
      open: true,
    });
    const answer = await claude(gateway).messages.create({ ...question, model: 'claude' });
    expect(answer.content).toEqual(message.content);
    expect(first.requests[0]?.body).toMatchObject({ model: 'claude-sonnet-4-5' });
    expect(second.requests[0]?.body).not.toHaveProperty('model');
  });
});

describe('a caller of another dialect', () => {
  test.each([
    { how: 'whole', stream: false, action: 'rawPredict', recording: whole },
    { how: 'streamed', stream: true, action: 'streamRawPredict', recording: streamed },
  ])('is translated: OpenAI, $how', async ({ stream, action, recording }) => {
    await using upstream = await replay(recording);
    await using gateway = gatewayTo(upstream);
    const { completions } = gpt(gateway).chat;
    const body = { model: 'claude', messages: question.messages };
    const answer = stream
      ? await completions.stream(body).finalChatCompletion()
      : await completions.create(body);
    expect(answer.choices[0]).toMatchObject({ message: { content: 'Hello' }, finish_reason: 'stop' });
    const [request] = upstream.requests;
    expect(request?.path).toBe(`${address}/${claudeModel}:${action}`);
    expect(request?.body).toMatchObject({
      anthropic_version: 'vertex-2023-10-16',
      messages: question.messages,
      ...(stream ? { stream: true } : {}),
    });
    expect(request?.body).not.toHaveProperty('model');
  });

  test('gets JSON by a tool that must be called, where Vertex has no schemas for the model', async () => {
    const content = [{ type: 'tool_use', id: 'toolu_1', name: 've_json_output', input: { city: 'Oslo' } }];
    const body = JSON.stringify({ ...message, content, stop_reason: 'tool_use' });
    await using upstream = await replay({ headers: json, body });
    await using gateway = gatewayTo(upstream);
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const answer = await gpt(gateway).chat.completions.create({
      model: 'claude',
      messages: question.messages,
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema } },
    });
    expect(upstream.requests[0]?.body).toMatchObject({ tools: [{ input_schema: schema }] });
    expect(upstream.requests[0]?.body).not.toHaveProperty('output_config');
    expect(answer.choices[0]).toMatchObject({
      message: { content: '{"city":"Oslo"}' },
      finish_reason: 'stop',
    });
  });

  test("Google's model is at Google's address, in its own dialect, of the same upstream", async () => {
    const said = {
      candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
    };
    await using upstream = await replay({ headers: json, body: JSON.stringify(said) });
    await using gateway = gatewayTo(upstream);
    const answer = await gpt(gateway).chat.completions.create({
      model: 'gemini',
      messages: question.messages,
    });
    expect(answer.choices[0]?.message.content).toBe('Hi');
    expect(upstream.requests[0]?.path).toMatch(
      /\/publishers\/google\/models\/gemini-3.0-pro:generateContent$/,
    );
    expect(upstream.requests[0]?.body).toMatchObject({ contents: [{ parts: [{ text: 'Hëllo' }] }] });
    expect(upstream.requests[0]?.body).not.toHaveProperty('anthropic_version');
  });
});

async function failGemini(recording: Recording): Promise<unknown> {
  await using upstream = await replay(recording);
  await using gateway = gatewayTo(upstream);
  return await gpt(gateway)
    .chat.completions.create({ model: 'gemini', messages: question.messages })
    .catch(caught);
}

describe("an error in Google's words, in a list", () => {
  test.each([false, true])("is a rate limit to each vendor's SDK; streamed: %s", async (stream) => {
    await using upstream = await replay(overQuota);
    await using gateway = gatewayTo(upstream);
    const limited = await claude(gateway)
      .messages.create({ ...question, model: 'claude', stream })
      .catch(caught);
    expect(limited).toBeInstanceOf(RateLimitError);
    expect(limited).toMatchObject({
      error: { type: 'error', error: { type: 'rate_limit_error', message: /Quota exceeded/ } },
    });
    expect(Reflect.get(Object(limited), 'headers').get('retry-after')).toBe('7');
    // The only key rests, and meanwhile the gateway says so itself.
    expect(gateway.stats().targets[0]).toMatchObject({ restingKeys: 1, breaker: 'closed' });
    const again = await gpt(gateway)
      .chat.completions.create({ model: 'claude', messages: question.messages, stream })
      .catch(caught);
    expect(again).toBeInstanceOf(OpenAI.RateLimitError);
  });

  test('is a model that is not there', async () => {
    const text = 'Publisher Model `projects/acme/…/claude-sonnet-4-5` was not found.';
    await using upstream = await replay(refusal(404, 'NOT_FOUND', text));
    await using gateway = gatewayTo(upstream);
    const byClaude = await claude(gateway)
      .messages.create({ ...question, model: 'claude' })
      .catch(caught);
    expect(byClaude).toBeInstanceOf(NotFoundError);
    expect(byClaude).toMatchObject({ error: { error: { type: 'not_found_error', message: text } } });
    const byGpt = await gpt(gateway)
      .chat.completions.create({ model: 'claude', messages: question.messages })
      .catch(caught);
    expect(byGpt).toMatchObject({ status: 404, code: 'model_not_found' });
  });

  test("of Gemini's is read, too, and so is one behind a status of 200", async () => {
    for (const status of [429, 200])
      expect(await failGemini({ ...overQuota, status })).toBeInstanceOf(OpenAI.RateLimitError);
    const refused = refusal(
      400,
      'INVALID_ARGUMENT',
      'The input token count exceeds the maximum number of tokens',
    );
    expect(await failGemini({ ...refused, status: 200 })).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
  });
});
