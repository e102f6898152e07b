import Anthropic, { BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import {
  anthropic,
  createGateway,
  type Gateway,
  gemini,
  openaiCompatible,
  toNodeListener,
} from '@vector-engine/core';
import { type Recording, replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { hasFixtures, readFixture } from '../clients/fixtures.ts';
import { serve } from '../hosts/serve.ts';

const json = { 'content-type': 'application/json' };
const overloaded: Recording = {
  status: 529,
  headers: json,
  body: JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
};

/** A gateway whose only model is served by one upstream that answers with this. */
function gatewayTo(vendor: 'anthropic' | 'gemini' | 'openai', baseURL: string): Gateway {
  const make = { anthropic, gemini, openai: openaiCompatible }[vendor];
  return createGateway({
    upstreams: { up: make({ apiKey: 'sk-of-the-operator', baseURL }) },
    models: { any: 'up/some-model' },
    open: true,
    retry: { rounds: 0 },
  });
}

const messages = [{ role: 'user' as const, content: 'Hello' }];
const question = { model: 'any', messages };

const openai = (origin: string): OpenAI =>
  new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
const claude = (origin: string): Anthropic => new Anthropic({ apiKey: 'x', baseURL: origin, maxRetries: 0 });
const google = (origin: string): GoogleGenAI =>
  new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: origin } });

const caught = (error: unknown): unknown => error;

/** What each official SDK throws at its caller. */
async function thrownBy(origin: string): Promise<Record<'openai' | 'anthropic' | 'google', unknown>> {
  return {
    openai: await openai(origin).chat.completions.create(question).catch(caught),
    anthropic: await claude(origin)
      .messages.create({ ...question, max_tokens: 9 })
      .catch(caught),
    google: await google(origin).models.generateContent({ model: 'any', contents: 'Hello' }).catch(caught),
  };
}

describe('an error keeps its meaning in every dialect', () => {
  test.skipIf(!hasFixtures)(
    'a conversation that is too long is the same mistake whoever says so',
    async () => {
      await using upstream = await replay(readFixture('anthropic/error-context-length'));
      await using gateway = gatewayTo('anthropic', upstream.baseURL);
      await using host = await serve(toNodeListener(gateway));
      const thrown = await thrownBy(host.origin);
      expect(thrown.openai).toBeInstanceOf(OpenAI.BadRequestError);
      expect(thrown.openai).toMatchObject({
        status: 400,
        code: 'context_length_exceeded',
        // By these words some clients know it.
        message: expect.stringContaining('maximum context length') as string,
      });
      expect(thrown.anthropic).toBeInstanceOf(BadRequestError);
      expect(thrown.google).toBeInstanceOf(ApiError);
      expect(thrown.google).toMatchObject({ status: 400 });
      // It is the caller's own, and no reason to leave the upstream alone.
      expect(gateway.stats().targets[0]).toMatchObject({ breaker: 'closed', failures: 0 });
    },
  );

  test.skipIf(!hasFixtures)('a rate limit, with the time to wait out of the body', async () => {
    await using upstream = await replay(readFixture('gemini/error-429-retryinfo'));
    await using gateway = gatewayTo('gemini', upstream.baseURL);
    const limited = await openai('http://gateway')
      .withOptions({ fetch: gateway.fetch })
      .chat.completions.create(question)
      .catch(caught);
    expect(limited).toBeInstanceOf(OpenAI.RateLimitError);
    expect(gateway.stats().targets[0]?.restingKeys).toBe(1);
  });

  test('an upstream that is overloaded, and the next target that is not', async () => {
    await using first = await replay(overloaded);
    await using second = await replay({
      headers: json,
      body: JSON.stringify({
        candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, totalTokenCount: 4 },
      }),
    });
    await using gateway = createGateway({
      upstreams: {
        claude: anthropic({ apiKey: 'k', baseURL: first.baseURL }),
        google: gemini({ apiKey: 'k', baseURL: second.baseURL }),
      },
      models: { any: ['claude/claude-opus-4-6', 'google/gemini-3.0-pro'] },
      open: true,
    });
    const answer = await openai('http://gateway')
      .withOptions({ fetch: gateway.fetch })
      .chat.completions.create(question);
    expect(answer.choices[0]?.message.content).toBe('Hi');
    expect(answer.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 1 });
    expect(first.requests[0]?.headers['anthropic-version']).toBe('2023-06-01');
    expect(second.requests[0]?.path).toContain('/models/gemini-3.0-pro:generateContent');
  });

  test('an error inside a stream that has begun is raised by the SDK, never a clean end', async () => {
    const events = [
      [
        'message_start',
        {
          message: {
            id: 'm',
            type: 'message',
            role: 'assistant',
            model: 'c',
            content: [],
            stop_reason: null,
            usage: { input_tokens: 1, output_tokens: 0 },
          },
        },
      ],
      ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Half' } }],
      ['error', { error: { type: 'overloaded_error', message: 'Overloaded' } }],
    ] as const;
    const body = events
      .map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`)
      .join('');
    await using upstream = await replay({ headers: { 'content-type': 'text/event-stream' }, body });
    await using gateway = gatewayTo('anthropic', upstream.baseURL);
    const client = openai('http://gateway').withOptions({ fetch: gateway.fetch });
    const stream = await client.chat.completions.create({ ...question, stream: true });
    let text = '';
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    })();
    await expect(reading).rejects.toThrow(OpenAI.APIError);
    expect(text).toBe('Half');
    expect(gateway.stats().failed).toBe(1);
  });

  test("the gateway's own errors are in the caller's words", async () => {
    await using upstream = await replay(overloaded);
    await using gateway = gatewayTo('openai', upstream.baseURL);
    await using host = await serve(toNodeListener(gateway));
    const unknown = { model: 'unknown', messages, max_tokens: 9 };
    const refused = await claude(host.origin).messages.create(unknown).catch(caught);
    expect(refused).toBeInstanceOf(NotFoundError);
    expect(refused).toMatchObject({ error: { type: 'error', error: { type: 'not_found_error' } } });
    const lost = await google(host.origin)
      .models.generateContent({ model: 'unknown', contents: 'x' })
      .catch(caught);
    expect(lost).toMatchObject({ status: 404 });
  });
});

describe('what cannot be translated', () => {
  test('is named in a header, and not simply gone', async () => {
    await using upstream = await replay({
      headers: json,
      body: JSON.stringify({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content: [{ type: 'text', text: 'Hi' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 3, output_tokens: 1 },
      }),
    });
    await using gateway = gatewayTo('anthropic', upstream.baseURL);
    const { data, response } = await openai('http://gateway')
      .withOptions({ fetch: gateway.fetch })
      .chat.completions.create({ ...question, seed: 7, logit_bias: { 50256: -100 } })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Hi');
    const dropped = response.headers.get('x-vector-dropped')?.split(', ');
    expect(dropped?.toSorted()).toEqual(['logit_bias', 'seed']);
  });

  test('is refused where the answer would be to another question', async () => {
    await using upstream = await replay(overloaded);
    await using gateway = gatewayTo('anthropic', upstream.baseURL);
    const client = openai('http://gateway').withOptions({ fetch: gateway.fetch });
    const refused = await client.responses
      .create({ model: 'any', input: 'And then?', previous_response_id: 'resp_1' })
      .catch(caught);
    expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
    expect(refused).toMatchObject({ param: 'previous_response_id' });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('the list of models', () => {
  test('has the shape of the SDK that asks', async () => {
    await using gateway = gatewayTo('openai', 'http://127.0.0.1:9/v1');
    await using host = await serve(toNodeListener(gateway));
    const listed: Record<string, unknown[]> = { openai: [], anthropic: [], google: [] };
    for await (const { id } of openai(host.origin).models.list()) listed['openai']?.push(id);
    for await (const { id } of claude(host.origin).models.list()) listed['anthropic']?.push(id);
    for await (const { name } of await google(host.origin).models.list()) listed['google']?.push(name);
    expect(listed).toEqual({ openai: ['any'], anthropic: ['any'], google: ['models/any'] });
  });
});
