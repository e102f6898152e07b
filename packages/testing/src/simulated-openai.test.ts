import OpenAI, {
  APIConnectionError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction';
import { describe, expect, test } from 'vitest';
import { manualClock, type SimulatedUpstream, simulatedOpenAI } from './index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello, big world' }] } as const;

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
      required: ['city', 'unit'],
    },
  },
} as const;

function clientOf(upstream: SimulatedUpstream, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: upstream.baseURL, apiKey: 'sk-test', maxRetries });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Copies, because the request types of the SDK want lists that can be changed. */
function ask<T extends object>(
  extra: T,
): { model: string; messages: { role: 'user'; content: string }[] } & T {
  return { model: hello.model, messages: [...hello.messages], ...extra };
}

describe('chat completions', () => {
  test('a whole answer repeats the user and counts its tokens', async () => {
    await using upstream = await simulatedOpenAI();
    const { data, request_id } = await clientOf(upstream).chat.completions.create(ask({})).withResponse();
    expect(data.choices[0]?.message.content).toBe('You said: Hello, big world');
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect(data.model).toBe('gpt-4o-2024-08-06');
    expect(data.usage?.total_tokens).toBe(
      (data.usage?.prompt_tokens ?? 0) + (data.usage?.completion_tokens ?? 0),
    );
    expect(request_id).toMatch(/^req_/);
  });

  test('the same request gets the same text and usage, under another id', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const [first, second] = [
      await client.chat.completions.create(ask({})),
      await client.chat.completions.create(ask({})),
    ];
    expect(second.choices).toEqual(first.choices);
    expect(second.usage).toEqual(first.usage);
    expect(second.id).not.toBe(first.id);
  });

  test('a stream begins with the role and ends with the finish reason, without usage', async () => {
    await using upstream = await simulatedOpenAI();
    const chunks = await collect(await clientOf(upstream).chat.completions.create(ask({ stream: true })));
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      'You said: Hello, big world',
    );
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(chunks.every((chunk) => !('usage' in chunk) && chunk.choices.length === 1)).toBe(true);
  });

  test('asked for, usage comes in a last chunk without choices and is null before', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const body = ask({ stream: true as const, stream_options: { include_usage: true } });
    const chunks = await collect(await client.chat.completions.create(body));
    const whole = await client.chat.completions.create(ask({}));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  test('the .stream() helper assembles what create() would have returned', async () => {
    await using upstream = await simulatedOpenAI();
    const stream = clientOf(upstream).chat.completions.stream(ask({ n: 2 }));
    const final = await stream.finalChatCompletion();
    expect(final.choices.map((choice) => choice.message.content)).toEqual([
      'You said: Hello, big world',
      'You said (choice 1): Hello, big world',
    ]);
  });

  test('content parts are joined', async () => {
    await using upstream = await simulatedOpenAI();
    const content = [
      { type: 'text' as const, text: 'What is ' },
      { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } },
      { type: 'text' as const, text: 'this?' },
    ];
    const body = { model: 'gpt-4o', messages: [{ role: 'user' as const, content }] };
    const answer = await clientOf(upstream).chat.completions.create(body);
    expect(answer.choices[0]?.message.content).toBe('You said: What is this?');
  });

  test('the token limit ends an answer with length', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).chat.completions.create(ask({ max_completion_tokens: 2 }));
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'You said' } });
    expect(answer.usage?.completion_tokens).toBe(2);
  });

  test('reasoning effort costs tokens that nobody sees, long prompts come from the cache', async () => {
    await using upstream = await simulatedOpenAI();
    const long = { role: 'user' as const, content: 'word '.repeat(2000) };
    const answer = await clientOf(upstream).chat.completions.create({
      model: 'gpt-5.2',
      reasoning_effort: 'low',
      messages: [long],
    });
    const usage = answer.usage;
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(64);
    expect(usage?.completion_tokens).toBeGreaterThan(64);
    expect(usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThanOrEqual(1024);
    expect(usage?.prompt_tokens_details?.cached_tokens).toBeLessThan(usage?.prompt_tokens ?? 0);
  });

  test('json_object and json_schema give JSON', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const object = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'json, please' }],
      response_format: { type: 'json_object' },
    });
    expect(JSON.parse(object.choices[0]?.message.content ?? '')).toEqual({
      answer: 'You said: json, please',
    });
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 18 } } };
    const shaped = await client.chat.completions.create(
      ask({ response_format: { type: 'json_schema' as const, json_schema: { name: 'person', schema } } }),
    );
    expect(JSON.parse(shaped.choices[0]?.message.content ?? '')).toEqual({ age: 18 });
  });

  test('log probabilities come when asked for', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const whole = await client.chat.completions.create(ask({ logprobs: true }));
    expect(whole.choices[0]?.logprobs?.content?.map((entry) => entry.token).join('')).toBe(
      'You said: Hello, big world',
    );
    const chunks = await collect(
      await client.chat.completions.create(ask({ logprobs: true, stream: true as const })),
    );
    expect(chunks[1]?.choices[0]?.logprobs?.content?.[0]?.token).toBe('You');
  });

  test('a script decides what is said, piece by piece, and may look at the request', async () => {
    await using upstream = await simulatedOpenAI({
      answer: (request) => ({
        content: [`asked by ${request.headers['user-agent']?.split('/')[0]}`, ' — ', 'ünïcödé 🎉'],
        finishReason: 'content_filter',
        usage: { completion_tokens: 777 },
      }),
    });
    const client = clientOf(upstream);
    const body = ask({ stream: true as const, stream_options: { include_usage: true } });
    const chunks = await collect(await client.chat.completions.create(body));
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '')).toEqual([
      '',
      'asked by OpenAI',
      ' — ',
      'ünïcödé 🎉',
      '',
      '',
    ]);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('content_filter');
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(777);
  });
});

describe('tools', () => {
  test('the first tool is called with arguments that fit its schema', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).chat.completions.create(ask({ tools: [weather] }));
    const [choice] = answer.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.content).toBeNull();
    expect(choice?.message.tool_calls).toEqual([
      {
        id: expect.stringMatching(/^call_\w{24}$/),
        type: 'function',
        function: { name: 'weather', arguments: '{"city":"city","unit":"celsius"}' },
      },
    ]);
  });

  test('streamed tool calls are fragments that carry their index, and their id once', async () => {
    await using upstream = await simulatedOpenAI({
      answer: () => ({
        toolCalls: [
          { name: 'first', arguments: { a: 1 } },
          { name: 'second', arguments: '{"b":2}' },
        ],
      }),
    });
    const stream = clientOf(upstream).chat.completions.stream(ask({ tools: [weather] }));
    const fragments = (await collect(stream)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(
      fragments.filter((fragment) => fragment.id !== undefined).map((fragment) => fragment.index),
    ).toEqual([0, 1]);
    expect(fragments.length).toBeGreaterThan(4);
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'first', arguments: '{"a":1}' } },
      { function: { name: 'second', arguments: '{"b":2}' } },
    ]);
  });

  test.each([false, true])('runTools comes to its end (streamed: %s)', async (stream) => {
    await using upstream = await simulatedOpenAI();
    const tool: RunnableToolFunctionWithParse<{ city: string; unit: string }> = {
      type: 'function',
      function: {
        name: 'weather',
        description: 'How warm it is.',
        parameters: {
          type: "object",
          properties: { city: { type: "string" }, unit: { enum: ["celsius", "kelvin"] } },
        },
        parse: JSON.parse,
        function: ({ city, unit }) => `21 degrees ${unit} in ${city}`,
      },
    };
    const tools = [tool];
    const { completions } = clientOf(upstream).chat;
    const runner = stream
      ? completions.runTools(ask({ stream: true as const, tools }))
      : completions.runTools(ask({ tools }));
    expect(await runner.finalContent()).toBe('The tool answered: 21 degrees celsius in city');
    expect(upstream.requests).toHaveLength(2);
  });

  test('tool_choice names the function, or forbids all', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const other = { type: 'function' as const, function: { name: 'other' } };
    const named = await client.chat.completions.create(
      ask({
        tools: [weather, other],
        tool_choice: { type: 'function' as const, function: { name: 'other' } },
      }),
    );
    expect(named.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'other' } }]);
    const none = await client.chat.completions.create(
      ask({ tools: [weather], tool_choice: 'none' as const }),
    );
    expect(none.choices[0]?.message.content).toBe('You said: Hello, big world');
  });
});

describe('the other endpoints', () => {
  test('text completions come whole and streamed', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const body = { model: 'gpt-3.5-turbo-instruct', prompt: ['one', 'two'] };
    const whole = await client.completions.create(body);
    expect(whole.choices.map((choice) => choice.text)).toEqual(['You said: one', 'You said: two']);
    const chunks = await collect(
      await client.completions.create({ ...body, stream: true, stream_options: { include_usage: true } }),
    );
    const second = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.index === 1);
    expect(second.map((choice) => choice.text).join('')).toBe('You said: two');
    expect(chunks.at(-1)?.usage).toEqual(whole.usage);
  });

  test('embeddings are the same as floats and as the base64 that the SDK asks for', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const body = { model: 'text-embedding-3-small', input: ['one', 'two'], dimensions: 8 };
    const decoded = await client.embeddings.create(body);
    expect(upstream.requests[0]?.body).toMatchObject({ encoding_format: 'base64' });
    const floats = await client.embeddings.create({ ...body, encoding_format: 'float' });
    expect(decoded.data).toEqual(floats.data);
    expect(decoded.data.map((entry) => [entry.index, entry.embedding.length])).toEqual([
      [0, 8],
      [1, 8],
    ]);
    expect(Math.hypot(...(decoded.data[0]?.embedding ?? []))).toBeCloseTo(1, 5);
    expect(
      (await client.embeddings.create({ model: body.model, input: 'x' })).data[0]?.embedding,
    ).toHaveLength(1536);
  });

  test('models are listed and retrieved', async () => {
    await using upstream = await simulatedOpenAI({ models: ['mine', 'team/theirs'] });
    const client = clientOf(upstream);
    expect((await collect(client.models.list())).map((model) => model.id)).toEqual(['mine', 'team/theirs']);
    expect(await client.models.retrieve('team/theirs')).toMatchObject({ id: 'team/theirs', object: 'model' });
    await expect(client.models.retrieve('none')).rejects.toThrow("404 The model 'none' does not exist");
  });
});

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
