import {
  azureOpenAI,
  bedrock,
  createGateway,
  defineUpstream,
  type Gateway,
  type Signer,
  type Upstream,
} from '@vector-engine/core';
import { manualClock, type Recording, replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { hasFixtures } from '../clients/fixtures.ts';
import { caught } from './caught.ts';
import { readCases } from './read-cases.ts';
import { verifySignature } from './verify-signature.ts';

const json = { 'content-type': 'application/json' };
const messages = [{ role: 'user' as const, content: 'Hello' }];

function gatewayTo(up: Upstream, target: `up/${string}` = 'up/a-model'): Gateway {
  return createGateway({ upstreams: { up }, models: { any: target }, open: true, retry: { rounds: 0 } });
}

function openai(gateway: Gateway): OpenAI {
  return new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 });
}

describe('Bedrock, with requests signed', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret-of-a-user' };
  const recorded = (hasFixtures ? readCases() : []).filter(
    ({ dialect, isStream }) => dialect === 'bedrock' && isStream,
  );

  test.skipIf(!hasFixtures)('there are recordings of its streams', () => {
    expect(recorded.length).toBeGreaterThan(2);
  });

  test.each(recorded)('streams $name to the SDK of OpenAI', async ({ recording, expected }) => {
    await using upstream = await replay(recording);
    const aws = bedrock({ region: 'us-east-1', credentials, baseURL: upstream.origin });
    await using gateway = gatewayTo(aws, 'up/us.amazon.nova-micro-v1:0');
    const body = { model: 'any', messages, stream_options: { include_usage: true } };
    const answer = await openai(gateway).chat.completions.stream(body).finalChatCompletion();
    const message = answer.choices[0]?.message;
    expect(message?.content ?? '').toBe(expected.text);
    expect(message?.tool_calls?.length ?? 0).toBe(expected.toolCalls.length);
    expect(answer.usage).toMatchObject({ prompt_tokens: expected.input, completion_tokens: expected.output });
    const [request] = upstream.requests;
    expect(request).toMatchObject({
      path: '/model/us.amazon.nova-micro-v1%3A0/converse-stream',
      headers: { accept: 'application/vnd.amazon.eventstream', 'content-type': 'application/json' },
      body: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    });
    const signed = request && { ...request, body: request.rawBody };
    expect(signed && verifySignature(signed, credentials.secretAccessKey).isGenuine).toBe(true);
  });

  test.each([
    ['ServiceQuotaExceededException', 400],
    ['ModelErrorException', 424],
  ])('goes on elsewhere after a %s, although it comes with a %d', async (name, status) => {
    const headers = { ...json, 'x-amzn-errortype': name };
    const completion = { choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }] };
    await using first = await replay({ status, headers, body: '{"message":"Not now"}' });
    await using second = await replay({ headers: json, body: JSON.stringify(completion) });
    await using gateway = createGateway({
      upstreams: {
        aws: bedrock({ region: 'us-east-1', credentials, baseURL: first.origin }),
        azure: azureOpenAI({ endpoint: second.origin, apiKey: 'k' }),
      },
      models: { any: ['aws/m', 'azure/m'] },
      open: true,
    });
    const answer = await openai(gateway).chat.completions.create({ model: 'any', messages });
    expect(answer.choices[0]?.message.content).toBe('Hi');
  });

  test.each([
    ['ServiceQuotaExceededException', 400, 'Too many', OpenAI.RateLimitError],
    ['ValidationException', 400, 'Bad', OpenAI.BadRequestError],
    ['ThrottlingException', 429, 'Slow down', OpenAI.RateLimitError],
  ])('the name of an error stands in a header: %s', async (name, status, text, error) => {
    const headers = {
      ...json,
      'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/`,
      'x-amzn-requestid': '1',
    };
    await using upstream = await replay({ status, headers, body: JSON.stringify({ message: text }) });
    await using gateway = gatewayTo(bedrock({ region: 'us-east-1', credentials, baseURL: upstream.origin }));
    const thrown = await openai(gateway).chat.completions.create({ model: 'any', messages }).catch(caught);
    expect(thrown).toBeInstanceOf(error);
    expect(thrown).toMatchObject({ message: expect.stringContaining(text) });
    const passed = thrown instanceof OpenAI.APIError ? [...(thrown.headers?.keys() ?? [])] : [];
    expect(passed.filter((header) => header.startsWith('x-amzn'))).toEqual([]);
  });
});

describe('a signer of your own', () => {
  const signer: Signer = {
    secrets: ['hmac-secret'],
    sign: ({ method, url, headers, body, now }) => {
      const signed = `${method} ${url} ${headers['content-type']} ${body.byteLength} ${now}`;
      return Promise.resolve({ 'x-signed': signed });
    },
  };

  test('sees the request as it goes out, and adds its headers', async () => {
    await using upstream = await replay({ status: 400, headers: json, body: '{"error":"not hmac-secret"}' });
    await using gateway = createGateway({
      upstreams: { up: defineUpstream({ vendor: 'acme', baseURL: upstream.baseURL, signer: () => signer }) },
      open: true,
      clock: manualClock(1_700_000_000_000),
    });
    const body = { model: 'up/m', messages };
    const refused = await openai(gateway).chat.completions.create(body).catch(caught);
    expect(refused).toMatchObject({ status: 400, error: 'not [redacted]' });
    const [request] = upstream.requests;
    expect(request?.headers['x-signed']).toBe(
      `POST ${upstream.baseURL}/chat/completions application/json ${request?.rawBody.length} 1700000000000`,
    );
  });

  test('that fails lets the next target answer', async () => {
    await using upstream = await replay({
      headers: json,
      body: '{"choices":[{"message":{"content":"Hi"}}]}',
    });
    const failing: Signer = { secrets: [], sign: () => Promise.reject(new Error('no key today')) };
    const { baseURL } = upstream;
    await using gateway = createGateway({
      upstreams: {
        broken: defineUpstream({ vendor: 'acme', baseURL: 'http://127.0.0.1:9', signer: () => failing }),
        plain: defineUpstream({ vendor: 'acme', baseURL }),
      },
      models: { any: ['broken', 'plain'] },
      open: true,
    });
    const answer = await openai(gateway).chat.completions.create({ model: 'any', messages });
    expect(answer.choices[0]?.message.content).toBe('Hi');
    expect(gateway.stats().targets).toMatchObject([
      { active: 0, failures: 0 },
      { active: 0, successes: 1 },
    ]);
  });
});

describe('Azure OpenAI', () => {
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'gpt-5.2',
    output: [
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
      },
    ],
    usage: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
    content_filters: [{ blocked: false }],
  };
  const asked = { model: 'any', input: 'Hello', store: false, include: [] };

  test('has Responses in its v1 API: bytes pass as they are', async () => {
    const body = JSON.stringify(response, null, 1);
    await using upstream = await replay({ headers: json, body });
    await using gateway = gatewayTo(
      azureOpenAI({ endpoint: upstream.origin, apiKey: 'azure-key' }),
      'up/gpt-52-prod',
    );
    const raw = await openai(gateway).responses.create(asked).asResponse();
    expect(await raw.text()).toBe(body);
    expect(upstream.requests[0]).toMatchObject({
      path: '/openai/v1/responses',
      headers: { 'api-key': 'azure-key' },
      body: { ...asked, model: 'gpt-52-prod' },
    });
  });

  test('streams them', async () => {
    const events = [
      {
        type: 'response.created',
        sequence_number: 0,
        response: { ...response, status: 'in_progress', output: [] },
      },
      {
        type: 'response.output_item.added',
        sequence_number: 1,
        output_index: 0,
        item: { ...response.output[0], content: [] },
      },
      {
        type: 'response.content_part.added',
        sequence_number: 2,
        output_index: 0,
        item_id: 'msg_1',
        content_index: 0,
        part: { type: 'output_text', text: '', annotations: [] },
      },
      {
        type: 'response.output_text.delta',
        sequence_number: 3,
        output_index: 0,
        item_id: 'msg_1',
        content_index: 0,
        delta: 'Hi',
      },
      { type: 'response.completed', sequence_number: 4, response },
    ];
    const recording: Recording = {
      headers: { 'content-type': 'text/event-stream' },
      body: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
    };
    await using upstream = await replay(recording);
    await using gateway = gatewayTo(azureOpenAI({ endpoint: upstream.origin, token: () => 'entra' }));
    const answer = await openai(gateway).responses.stream(asked).finalResponse();
    expect(answer.output_text).toBe('Hi');
    expect(upstream.requests[0]).toMatchObject({
      path: '/openai/v1/responses',
      headers: { authorization: 'Bearer entra' },
    });
    expect(gateway.stats()).toMatchObject({ inputTokens: 3, outputTokens: 1 });
  });

  test('has none in its deployments API: a call is translated', async () => {
    const completion = {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    };
    await using upstream = await replay({ headers: json, body: JSON.stringify(completion) });
    await using gateway = gatewayTo(
      azureOpenAI({ endpoint: upstream.origin, apiKey: 'k', apiVersion: '2024-10-21' }),
    );
    const answer = await openai(gateway).responses.create(asked);
    expect(answer.output_text).toBe('Hi');
    expect(upstream.requests[0]).toMatchObject({
      path: '/openai/deployments/a-model/chat/completions?api-version=2024-10-21',
      body: { messages },
    });
  });
});
