import { describe, expect, test } from 'vitest';
import { ask, clientOf, collect } from '../test/ask-with-sdk.ts';
import { simulatedOpenAI } from './index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

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
