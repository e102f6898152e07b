import {
  APIError,
  APIUserAbortError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  OpenAI,
  RateLimitError,
} from 'openai';
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { doorNames, openDoor } from './doors.ts';

const messages = [{ role: 'user' as const, content: 'hello' }];
const ask = { model: 'gpt-5.2', messages };

describe.each(doorNames)('the openai SDK through %s', (name) => {
  test('create() answers whole', async () => {
    await using door = await openDoor(name);
    const { data, response, request_id } = await door.client.chat.completions.create(ask).withResponse();
    expect(data.choices[0]?.message.content).toBe('You said: hello');
    expect(data.usage?.total_tokens).toBeGreaterThan(0);
    expect(request_id).toBe(response.headers.get('x-request-id'));
    expect(response.headers.get('x-vector-upstream')).toBe('sim');
  });

  test('create({ stream: true }) answers in chunks that all have a choice', async () => {
    await using door = await openDoor(name);
    let content = '';
    for await (const chunk of await door.client.chat.completions.create({ ...ask, stream: true })) {
      expect(chunk.choices).toHaveLength(1);
      content += chunk.choices[0]?.delta.content ?? '';
    }
    expect(content).toBe('You said: hello');
    expect(door.upstream.requests[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
    await expect.poll(() => door.gateway.stats().outputTokens).toBeGreaterThan(0);
  });

  test('a usage chunk that was asked for comes', async () => {
    await using door = await openDoor(name);
    const stream = await door.client.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { completion_tokens: expect.any(Number) as number },
    });
  });

  test('stream() puts the message together', async () => {
    await using door = await openDoor(name);
    const stream = door.client.chat.completions.stream(ask);
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    expect(await stream.finalContent()).toBe('You said: hello');
    expect(deltas.join('')).toBe('You said: hello');
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop');
  });

  test.each([false, true])(
    'runTools() calls the function and goes on with its result, stream: %s',
    async (stream) => {
      await using door = await openDoor(name);
      const places: unknown[] = [];
      const tools = [
        {
          type: 'function' as const,
          function: {
            name: 'weather',
            description: 'The weather somewhere.',
            parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
            parse: JSON.parse as (text: string) => { place: string },
            function: ({ place }: { place: string }) => {
              places.push(place);
              return 'rain';
            },
          },
        },
      ];
      const runner = stream
        ? door.client.chat.completions.runTools({ ...ask, tools, stream: true })
        : door.client.chat.completions.runTools({ ...ask, tools });
      expect(await runner.finalContent()).toBe('The tool answered: rain');
      expect(places).toEqual([expect.any(String)]);
      expect(door.upstream.requests).toHaveLength(2);
    },
  );

  test('embeddings, completions and models', async () => {
    await using door = await openDoor(name);
    const { client } = door;
    const embedded = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
    expect(embedded.data.map(({ embedding }) => embedding.length > 0)).toEqual([true, true]);
    const completed = await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'hello' });
    expect(completed.choices[0]?.text).toMatch(/hello/);
    const streamed = await client.completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'hello',
      stream: true,
    });
    const texts = (await collect(streamed)).map(({ choices }) => choices[0]?.text);
    expect(texts.join('')).toBe(completed.choices[0]?.text);
    const ids = (await collect(client.models.list())).map(({ id }) => id);
    expect(ids).toContain('claude-opus-4-6');
    expect(await client.models.retrieve('gpt-5.2')).toMatchObject({ id: 'gpt-5.2', object: 'model' });
  });

  test('errors come as the SDK’s own classes, with code and request id', async () => {
    await using door = await openDoor(name, { gateway: { retry: { rounds: 0 } } });
    const create = (body: object): Promise<unknown> =>
      door.client.chat.completions.create({ ...ask, ...body }).catch((error: unknown) => error);

    const unknown = await create({ model: 'gpt-5.3' });
    expect(unknown).toBeInstanceOf(NotFoundError);
    expect(unknown).toMatchObject({
      code: 'model_not_found',
      message: expect.stringMatching(/Did you mean/) as string,
    });
    expect((unknown as NotFoundError).requestID).toMatch(/^req_/);
    const empty = await create({ messages: [] });
    expect(empty).toBeInstanceOf(BadRequestError);
    expect(empty).toMatchObject({ param: 'messages' });

    door.upstream.fail({ type: 'status', status: 400 });
    expect(await create({})).toBeInstanceOf(BadRequestError);
    door.upstream.fail({ type: 'status', status: 500 });
    expect(await create({})).toBeInstanceOf(InternalServerError);
    door.upstream.fail({ type: 'status', status: 429, headers: { 'retry-after': '7' } });
    const limited = await create({});
    expect(limited).toBeInstanceOf(RateLimitError);
    expect((limited as RateLimitError).headers?.get('retry-after')).toBe('7');
  });

  test('the SDK’s own retry gets through where the gateway was told not to', async () => {
    await using door = await openDoor(name, { gateway: { retry: { rounds: 0 } } });
    const client = new OpenAI({ apiKey: 'x', baseURL: door.baseURL, fetch: door.fetch, maxRetries: 1 });
    door.upstream.fail({ type: 'status', status: 503, headers: { 'retry-after-ms': '1' } }, { times: 1 });
    const completion = await client.chat.completions.create(ask);
    expect(completion.choices[0]?.message.content).toBe('You said: hello');
    expect(door.gateway.stats().requests).toBe(2);
  });

  test('a caller that aborts, thinking or streaming, frees the upstream', async () => {
    await using door = await openDoor(name);
    door.upstream.fail({ type: 'hang' });
    const thinking = new AbortController();
    const answer = door.client.chat.completions.create(ask, { signal: thinking.signal });
    const [first] = await door.upstream.waitForRequests(1);
    thinking.abort();
    await expect(answer).rejects.toBeInstanceOf(APIUserAbortError);
    await first?.closed;
    expect(first?.aborted).toBe(true);

    door.upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const stream = await door.client.chat.completions.create({ ...ask, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await door.upstream.requests[1]?.closed;
    expect(door.upstream.requests[1]?.aborted).toBe(true);
    await expect.poll(() => door.gateway.stats().active).toBe(0);
  });

  test('a stream that dies late is raised as an error after what had come', async () => {
    await using door = await openDoor(name);
    door.upstream.fail({ type: 'cut', afterEvents: 3, how: 'reset' });
    let content = '';
    const read = async (): Promise<void> => {
      for await (const chunk of await door.client.chat.completions.create({ ...ask, stream: true })) {
        content += chunk.choices[0]?.delta.content ?? '';
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_reset' });
    await expect(read()).rejects.toBeInstanceOf(APIError);
    expect(content).not.toBe('');
  });
});
