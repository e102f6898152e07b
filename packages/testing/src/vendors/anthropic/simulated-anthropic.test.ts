import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  OverloadedError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { describe, expect, test } from 'vitest';
import { clientOf, hello, model, weather } from '../../../test/ask-claude.ts';
import { failure } from '../../../test/catch-failure.ts';
import { type AnswerScript, simulatedAnthropic } from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

describe('messages', () => {
  test('a whole answer repeats the user', async () => {
    await using upstream = await simulatedAnthropic();
    const { data, response } = await clientOf(upstream).messages.create(hello).withResponse();
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      model,
      content: [{ type: 'text', text: 'You said: Hello, big world' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
    });
    expect(data.id).toMatch(/^msg_01\w{22}$/);
    expect(data.usage).toMatchObject({ cache_read_input_tokens: 0, service_tier: 'standard' });
    expect(data.usage.input_tokens).toBeGreaterThan(0);
    expect(response.headers.get('request-id')).toMatch(/^req_01/);
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('9999');
  });

  test('a stream adds up to the whole answer', async () => {
    await using upstream = await simulatedAnthropic();
    const client = clientOf(upstream);
    const whole = await client.messages.create(hello);
    const stream = client.messages.stream(hello);
    const types = new Set<string>();
    stream.on('streamEvent', (event) => types.add(event.type));
    const streamed = await stream.finalMessage();
    expect(streamed.content).toMatchObject(whole.content);
    expect(streamed.usage).toMatchObject({ ...whole.usage, cache_creation: whole.usage.cache_creation });
    expect([...types]).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('the limit and stop sequences end the answer', async () => {
    await using upstream = await simulatedAnthropic();
    const client = clientOf(upstream);
    const cut = await client.messages.create({ ...hello, max_tokens: 3 });
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 3 } });
    const stopped = await client.messages.create({ ...hello, stop_sequences: ['world', ', big'] });
    expect(stopped).toMatchObject({
      content: [{ text: 'You said: Hello' }],
      stop_reason: 'stop_sequence',
      stop_sequence: ', big',
    });
  });

  test.each([
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
    ['pause_turn', 'pause_turn'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
  ])('a script that ends with %s stops with %s', async (finishReason, expected) => {
    await using upstream = await simulatedAnthropic({ answer: () => ({ content: 'x', finishReason }) });
    const client = clientOf(upstream);
    expect((await client.messages.create(hello)).stop_reason).toBe(expected);
    expect((await client.messages.stream(hello).finalMessage()).stop_reason).toBe(expected);
  });

  test('a refusal explains itself', async () => {
    await using upstream = await simulatedAnthropic({ answer: () => ({ refusal: 'I would rather not.' }) });
    const answer = await clientOf(upstream).messages.create(hello);
    expect(answer).toMatchObject({
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', explanation: 'I would rather not.' },
    });
  });

  test('images and documents are accepted', async () => {
    await using upstream = await simulatedAnthropic();
    const content = [
      {
        type: 'image' as const,
        source: { type: 'base64' as const, media_type: 'image/png' as const, data: 'AAAA' },
      },
      { type: 'image' as const, source: { type: 'url' as const, url: 'https://example.com/a.png' } },
      {
        type: 'document' as const,
        source: { type: 'text' as const, media_type: 'text/plain' as const, data: 'facts' },
        citations: { enabled: true },
      },
      { type: 'text' as const, text: 'What is it?' },
    ];
    const client = clientOf(upstream);
    const messages = [{ role: 'user' as const, content }];
    expect((await client.messages.create({ ...hello, messages })).content).toMatchObject([
      { text: 'You said: What is it?' },
    ]);
    expect((await client.messages.countTokens({ model, messages })).input_tokens).toBeGreaterThan(4500);
  });

  test('a schema as output format gives JSON that fits it', async () => {
    await using upstream = await simulatedAnthropic();
    const schema = {
      type: 'object',
      properties: { age: { type: 'integer' } },
      required: ['age'],
      additionalProperties: false,
    };
    const answer = await clientOf(upstream).messages.parse({
      ...hello,
      output_config: { format: { type: 'json_schema', schema } },
    });
    expect(answer.parsed_output).toEqual({ age: 1 });
  });
});

const callTwice: AnswerScript = () => ({
  content: 'Let me see.',
  toolCalls: [
    { name: 'weather', arguments: { city: 'Paris' } },
    { name: 'now', arguments: {} },
  ],
});

describe('tools', () => {
  test('calls come whole and in pieces, without input in none', async () => {
    await using upstream = await simulatedAnthropic({ answer: callTwice });
    const client = clientOf(upstream);
    const body = { ...hello, tools: [weather, { ...weather, name: 'now' }] };
    const whole = await client.messages.create(body);
    expect(whole.stop_reason).toBe('tool_use');
    expect(whole.content).toMatchObject([
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', name: 'weather', input: { city: 'Paris' } },
      { type: 'tool_use', name: 'now', input: {} },
    ]);
    const stream = client.messages.stream(body);
    const pieces: string[][] = [];
    stream.on('streamEvent', (event) => {
      if (event.type === 'content_block_start') pieces.push([]);
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta') {
        pieces.at(-1)?.push(event.delta.partial_json);
      }
    });
    const streamed = await stream.finalMessage();
    expect(streamed.content.map((block) => ({ ...block, id: '' }))).toMatchObject(
      whole.content.map((block) => ({ ...block, id: '' })),
    );
    expect(pieces[0]).toEqual([]);
    expect(pieces[1]?.[0]).toBe('');
    expect(pieces[1]?.length).toBeGreaterThan(3);
    expect(pieces[2]).toEqual(['']);
  });

  test('a forced choice calls, none does not', async () => {
    await using upstream = await simulatedAnthropic();
    const client = clientOf(upstream);
    const tools = [weather, { ...weather, name: 'other' }];
    const named = await client.messages.create({
      ...hello,
      tools,
      tool_choice: { type: 'tool', name: 'other' },
    });
    expect(named.content).toMatchObject([{ type: 'tool_use', name: 'other' }]);
    const none = await client.messages.create({ ...hello, tools, tool_choice: { type: 'none' } });
    expect(none.content).toMatchObject([{ type: 'text' }]);
  });

  test.each([false, true])('the tool runner comes to its end (streamed: %s)', async (stream) => {
    await using upstream = await simulatedAnthropic();
    const tool = betaTool({
      name: 'weather',
      description: 'How warm it is.',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
      run: () => '21 degrees',
    });
    const { messages } = clientOf(upstream).beta;
    const body = { ...hello, tools: [tool] };
    const runner = stream ? messages.toolRunner({ ...body, stream }) : messages.toolRunner(body);
    expect((await runner.runUntilDone()).content).toMatchObject([{ text: 'The tool answered: 21 degrees' }]);
    expect(upstream.requests).toHaveLength(2);
  });
});

test('the prompt cache is written once and read ever after', async () => {
  await using upstream = await simulatedAnthropic();
  const client = clientOf(upstream);
  const system = [
    { type: 'text' as const, text: ' word'.repeat(1200), cache_control: { type: 'ephemeral' as const } },
  ];
  const first = await client.messages.create({ ...hello, system });
  expect(first.usage).toMatchObject({
    cache_creation_input_tokens: 1200,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 1200, ephemeral_1h_input_tokens: 0 },
  });
  const second = await client.messages.stream({ ...hello, system }).finalMessage();
  expect(second.usage).toMatchObject({
    input_tokens: first.usage.input_tokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 1200,
  });
  const counted = await client.messages.countTokens({ model, system, messages: hello.messages });
  expect(counted.input_tokens).toBe(first.usage.input_tokens + 1200);
});

function marked(text: string): Anthropic.TextBlockParam[] {
  return [{ type: 'text', text, cache_control: { type: 'ephemeral', ttl: '1h' } }];
}

test('a longer prompt reads what it has in common with an earlier one, and writes the rest', async () => {
  await using upstream = await simulatedAnthropic();
  const client = clientOf(upstream);
  const system = marked(' word'.repeat(1200));
  await client.messages.create({ ...hello, system });
  const messages = [{ role: 'user' as const, content: marked(' more'.repeat(500)) }];
  const { usage } = await client.messages.create({ ...hello, system, messages });
  expect(usage.cache_read_input_tokens).toBe(1200);
  expect(usage.cache_creation).toEqual({ ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 503 });
  const short = await client.messages.create({
    ...hello,
    messages: [{ role: 'user', content: marked('x') }],
  });
  expect(short.usage.cache_creation_input_tokens).toBe(0);
});

test('a thread goes on from a message that it knows, once', async () => {
  await using upstream = await simulatedAnthropic();
  const { messages } = clientOf(upstream).beta;
  const asked = { ...hello, betas: ['message-threads-2026-08-12' as const] };
  const first = await messages.create({ ...asked, thread: { type: 'create' } });
  const goOn = { ...asked, thread: { type: 'continue' as const, previous_message_id: first.id } };
  const second = await messages.create(goOn);
  expect(second.usage.input_tokens).toBeGreaterThan(first.usage.input_tokens);
  expect(await failure(messages.create(goOn))).toMatchObject({ errorCode: 'thread_already_continued' });
  const unknown = { ...goOn, thread: { type: 'continue' as const, previous_message_id: 'msg_other' } };
  expect(await failure(messages.create(unknown))).toMatchObject({
    status: 404,
    errorCode: 'thread_not_found',
  });
});

test('models are listed in pages and retrieved', async () => {
  await using upstream = await simulatedAnthropic({ models: ['claude-a', 'claude-b', 'claude-c'] });
  const client = clientOf(upstream);
  const ids: string[] = [];
  for await (const item of client.models.list({ limit: 2 })) ids.push(item.id);
  expect(ids).toEqual(['claude-a', 'claude-b', 'claude-c']);
  expect(upstream.requests).toHaveLength(2);
  expect(await client.models.retrieve('claude-b')).toMatchObject({ id: 'claude-b', type: 'model' });
  expect(await failure(client.models.retrieve('claude-d'))).toBeInstanceOf(NotFoundError);
});

describe('errors', () => {
  test('a wrong key, as either header', async () => {
    await using upstream = await simulatedAnthropic({ apiKeys: ['right'] });
    const options = { baseURL: upstream.baseURL, maxRetries: 0 };
    const wrong = await failure(new Anthropic({ ...options, apiKey: 'wrong' }).messages.create(hello));
    expect(wrong).toBeInstanceOf(AuthenticationError);
    expect(wrong).toMatchObject({
      type: 'authentication_error',
      requestID: expect.stringMatching(/^req_01/),
    });
    for (const key of [{ apiKey: 'right' }, { apiKey: null, authToken: 'right' }]) {
      const answer = await new Anthropic({ ...options, ...key }).messages.create(hello);
      expect(answer.role).toBe('assistant');
    }
  });

  test.each([
    [400, BadRequestError, 'invalid_request_error'],
    [429, RateLimitError, 'rate_limit_error'],
    [529, OverloadedError, 'overloaded_error'],
  ] as const)('a fault with status %i', async (status, expected, type) => {
    await using upstream = await simulatedAnthropic();
    upstream.fail({ type: 'status', status });
    const error = await failure(clientOf(upstream).messages.create(hello));
    expect(error).toBeInstanceOf(expected);
    expect(error).toMatchObject({ status, type, error: { type: 'error', request_id: expect.any(String) } });
  });

  test('an unknown model', async () => {
    await using upstream = await simulatedAnthropic();
    const error = await failure(clientOf(upstream).messages.create({ ...hello, model: 'claude-9' }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ apiMessage: 'model: claude-9' });
  });

  test('an error in the middle of a stream, and a stream that is cut', async () => {
    await using upstream = await simulatedAnthropic();
    const client = clientOf(upstream);
    upstream.fail({ type: 'error-event', afterEvents: 4 }, { times: 1 });
    const stream = client.messages.stream(hello);
    const told = await failure(stream.finalMessage());
    expect(told).toBeInstanceOf(APIError);
    expect(told).toMatchObject({ type: 'overloaded_error' });
    upstream.fail({ type: 'cut', afterEvents: 5, how: 'reset' });
    expect(await failure(client.messages.stream(hello).finalMessage())).toBeInstanceOf(Error);
  });
});
