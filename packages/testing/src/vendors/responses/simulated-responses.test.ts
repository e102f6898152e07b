import OpenAI, { APIError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import type {
  Response,
  ResponseReasoningItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { clientOf, collect } from '../../../test/ask-with-sdk.ts';
import { failure } from '../../../test/catch-failure.ts';
import {
  type AnswerScript,
  simulatedAzureOpenAI,
  simulatedOpenAI,
  simulatedOpenAICompatible,
} from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

const hello = { model: 'gpt-4o', input: 'Hello, big world' };
const weather = {
  type: 'function' as const,
  name: 'weather',
  strict: true,
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};

describe('create', () => {
  test('repeats the user, whole and streamed', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    const whole = await responses.create(hello);
    expect(whole.output_text).toBe('You said: Hello, big world');
    expect(whole).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'gpt-4o-2024-08-06',
      store: true,
      output: [{ type: 'message', role: 'assistant', status: 'completed' }],
      usage: { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
    });
    const streamed = await responses.stream(hello).finalResponse();
    expect(streamed.output_text).toBe(whole.output_text);
    expect(streamed.usage).toEqual(whole.usage);
  });

  test('events come in order and with their numbers', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => ({ content: ['one ', 'two'] }) });
    const events = await collect(await clientOf(upstream).responses.create({ ...hello, stream: true }));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
  });

  test.each([
    ['length', 'incomplete', 'max_output_tokens'],
    ['content_filter', 'incomplete', 'content_filter'],
    ['failed', 'failed', undefined],
  ])('a script that ends with %s is %s', async (finishReason, status, reason) => {
    await using upstream = await simulatedOpenAI({ answer: () => ({ content: 'x', finishReason }) });
    const answer = await clientOf(upstream).responses.create(hello);
    expect([answer.status, answer.incomplete_details?.reason]).toEqual([status, reason]);
    expect(answer.error?.code).toBe(status === 'failed' ? 'server_error' : undefined);
  });

  test('the limit ends the answer in the middle of an item', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => ({ content: 'word '.repeat(40) }) });
    const { responses } = clientOf(upstream);
    const answer = await responses.create({ ...hello, max_output_tokens: 16 });
    expect(answer).toMatchObject({ status: 'incomplete', output: [{ status: 'incomplete' }] });
    expect(answer.usage?.output_tokens).toBe(16);
  });

  test('a refusal is a part of its own', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => ({ refusal: 'I cannot.' }) });
    const { responses } = clientOf(upstream);
    const refusal = [{ content: [{ type: 'refusal', refusal: 'I cannot.' }] }];
    expect((await responses.create(hello)).output).toMatchObject(refusal);
    expect((await responses.stream(hello).finalResponse()).output).toMatchObject(refusal);
  });

  test('a schema as text format gives JSON that fits it', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).responses.parse({
      ...hello,
      text: { format: { type: 'json_schema', name: 'place', schema: weather.parameters, strict: true } },
    });
    expect(answer.output_parsed).toEqual({ city: 'city' });
  });

  test('images and files are accepted, log probabilities come when asked for', async () => {
    await using upstream = await simulatedOpenAI();
    const content = [
      { type: 'input_text' as const, text: 'What is it?' },
      { type: 'input_image' as const, detail: 'auto' as const, image_url: 'data:image/png;base64,AAAA' },
      { type: 'input_file' as const, filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
    ];
    const answer = await clientOf(upstream).responses.create({
      model: 'gpt-4o',
      input: [{ role: 'user', content }],
      include: ['message.output_text.logprobs'],
    });
    expect(answer.output_text).toBe('You said: What is it?');
    const [message] = answer.output;
    const [part] = message?.type === 'message' ? message.content : [];
    expect(part?.type === 'output_text' && part.logprobs?.map(({ token }) => token).join('')).toBe(
      answer.output_text,
    );
  });
});

describe('tools', () => {
  test('functions are called and take their results, by items or by the response before', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    const first = await responses.create({ ...hello, tools: [weather] });
    const [call] = first.output;
    expect(call).toMatchObject({ type: 'function_call', name: 'weather', arguments: '{"city":"city"}' });
    if (call?.type !== 'function_call') throw new Error('no call');
    const result = { type: 'function_call_output' as const, call_id: call.call_id, output: '21' };
    const byItems = await responses.create({
      model: 'gpt-4o',
      input: [{ role: 'user', content: 'x' }, call, result],
      tools: [weather],
    });
    const byId = await responses.create({
      model: 'gpt-4o',
      previous_response_id: first.id,
      input: [result],
      tools: [weather],
    });
    expect([byItems.output_text, byId.output_text]).toEqual(Array(2).fill('The tool answered: 21'));
  });

  test('custom tools are called with plain text', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    const tools = [{ type: 'custom' as const, name: 'shell' }];
    const events: ResponseStreamEvent[] = await collect(
      await responses.create({ ...hello, tools, stream: true }),
    );
    const types = events.map(({ type }) => type);
    expect(types).toContain('response.custom_tool_call_input.delta');
    const last = events.at(-1);
    if (last?.type !== 'response.completed') throw new Error('not completed');
    const [call] = last.response.output;
    expect(call).toMatchObject({ type: 'custom_tool_call', name: 'shell', input: 'input of shell' });
    if (call?.type !== 'custom_tool_call') throw new Error('no call');
    const second = await responses.create({
      model: 'gpt-4o',
      previous_response_id: last.response.id,
      input: [{ type: 'custom_tool_call_output', call_id: call.call_id, output: 'done' }],
    });
    expect(second.output_text).toBe('The tool answered: done');
  });

  test('a choice names, narrows and forbids', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    const tools = [weather, { ...weather, name: 'other' }];
    const named = await responses.create({
      ...hello,
      tools,
      tool_choice: { type: 'function', name: 'other' },
    });
    expect(named.output).toMatchObject([{ name: 'other' }]);
    const narrowed = await responses.create({
      ...hello,
      tools,
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'other' }] },
    });
    expect(narrowed.output).toMatchObject([{ name: 'other' }]);
    expect((await responses.create({ ...hello, tools, tool_choice: 'none' })).output_text).toMatch(
      /^You said/,
    );
  });
});

const think: AnswerScript = () => ({ content: 'x', reasoning: 'Let me think.' });

describe('reasoning', () => {
  const asked = {
    model: 'gpt-5.2',
    input: 'x',
    reasoning: { effort: 'low' as const, summary: 'auto' as const },
    include: ['reasoning.encrypted_content' as const],
    store: false,
  };

  test('is summed up and encrypted on wish, counted always', async () => {
    await using upstream = await simulatedOpenAI({ answer: think });
    const { responses } = clientOf(upstream);
    const full = await responses.stream(asked).finalResponse();
    expect(full.output).toMatchObject([
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Let me think.' }],
        encrypted_content: expect.stringMatching(/^gAAAAA/),
      },
      { type: 'message' },
    ]);
    const bare = await responses.create({ model: 'gpt-5.2', input: 'x', reasoning: { effort: 'low' } });
    expect(bare.output).toMatchObject([{ type: 'reasoning', summary: [] }, { type: 'message' }]);
    expect(bare.output[0]).not.toHaveProperty('encrypted_content');
    expect(bare.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
    const none = await responses.create({ model: 'gpt-5.2', input: 'x' });
    expect(none.output).toMatchObject([{ type: 'message' }]);
  });

  test('comes back encrypted, or by its id if it was stored, and no other way', async () => {
    await using upstream = await simulatedOpenAI({ answer: think });
    const { responses } = clientOf(upstream);
    const again = (answer: Response, change: Partial<ResponseReasoningItem>): Promise<unknown> => {
      const [thought, message] = answer.output;
      if (thought?.type !== 'reasoning' || message?.type !== 'message') throw new Error('no thought');
      const input = [{ ...thought, ...change }, message, { role: 'user' as const, content: 'y' }];
      return failure(responses.create({ ...asked, input }));
    };
    const secret = await responses.create(asked);
    expect(await again(secret, {})).toBeUndefined();
    expect(await again(secret, { id: 'rs_other' })).toMatchObject({ code: 'invalid_encrypted_content' });
    expect(await again(secret, { encrypted_content: 'gAAAAA' })).toMatchObject({ status: 400 });
    const unknown = await again(secret, { encrypted_content: null });
    expect(unknown).toBeInstanceOf(NotFoundError);
    expect(String(unknown)).toContain('Items are not persisted when `store` is set to false');
    const stored = await responses.create({ ...asked, store: true, include: [] });
    expect(await again(stored, {})).toBeUndefined();
  });
});

describe('stored responses', () => {
  test('are retrieved, streamed again, listed with their input and deleted', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    const first = await responses.create(hello);
    const second = await responses.create({ ...hello, previous_response_id: first.id, input: 'And more' });
    expect(await responses.retrieve(second.id)).toEqual(second);
    const replayed = await responses.stream({ response_id: second.id }).finalResponse();
    expect(replayed.output_text).toBe('You said: And more');
    const rest = await collect(await responses.retrieve(second.id, { stream: true, starting_after: 4 }));
    expect(rest[0]?.sequence_number).toBe(5);
    const items = await collect(responses.inputItems.list(second.id));
    expect(items).toMatchObject([{ type: 'message', role: 'user', content: [{ text: 'And more' }] }]);
    await responses.delete(second.id);
    expect(await failure(responses.retrieve(second.id))).toBeInstanceOf(NotFoundError);
  });

  test('with store: false there is nothing to go on from', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    const { id } = await responses.create({ ...hello, store: false });
    expect(await failure(responses.retrieve(id))).toBeInstanceOf(NotFoundError);
    expect(await failure(responses.create({ ...hello, previous_response_id: id }))).toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  });

  test('in the background they take their time, and can be cancelled', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    const body = { ...hello, background: true };
    const queued = await responses.create(body);
    const seen = [queued.status];
    for (let look = 0; look < 2; look += 1) seen.push((await responses.retrieve(queued.id)).status);
    expect(seen).toEqual(['queued', 'in_progress', 'completed']);
    const second = await responses.create(body);
    expect((await responses.cancel(second.id)).status).toBe('cancelled');
    expect((await responses.retrieve(second.id)).status).toBe('cancelled');
    const synchronous = await responses.create(hello);
    expect(await failure(responses.cancel(synchronous.id))).toBeInstanceOf(BadRequestError);
  });
});

test('input tokens are counted as they are billed', async () => {
  await using upstream = await simulatedOpenAI();
  const { responses } = clientOf(upstream);
  const counted = await responses.inputTokens.count({ ...hello, tools: [weather] });
  const answer = await responses.create({ ...hello, tools: [weather] });
  expect(counted.input_tokens).toBe(answer.usage?.input_tokens);
});

test('Azure has the same under its v1 API, other vendors have not', async () => {
  await using azure = await simulatedAzureOpenAI({ deployments: { prod: 'gpt-4o' }, apiKeys: ['k'] });
  const client = new OpenAI({ baseURL: azure.baseURL, apiKey: 'k', maxRetries: 0 });
  const answer = await client.responses.create({ model: 'prod', input: 'Hello' });
  expect([answer.output_text, answer.model]).toEqual(['You said: Hello', 'gpt-4o-2024-08-06']);
  await using groq = await simulatedOpenAICompatible({ vendor: 'groq' });
  expect(await failure(clientOf(groq).responses.create(hello))).toBeInstanceOf(NotFoundError);
});

describe('errors', () => {
  test('of a status, in a stream and of a cut', async () => {
    await using upstream = await simulatedOpenAI();
    const { responses } = clientOf(upstream);
    upstream.fail({ type: 'status', status: 429 });
    expect(await failure(responses.create(hello))).toBeInstanceOf(RateLimitError);
    upstream.fail({ type: 'error-event', afterEvents: 5 });
    const told = await failure(responses.stream(hello).finalResponse());
    expect(told).toBeInstanceOf(APIError);
    expect(told).toMatchObject({ code: 'server_error' });
    upstream.fail({ type: 'cut', afterEvents: 5, how: 'reset' });
    expect(await failure(responses.stream(hello).finalResponse())).toBeInstanceOf(Error);
  });
});
