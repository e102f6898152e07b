import Anthropic, { BadRequestError, RateLimitError } from '@anthropic-ai/sdk';
import {
  createGateway,
  type Gateway,
  minimax,
  mistral,
  moonshot,
  ollama,
  perplexity,
  toNodeListener,
  type Upstream,
  type VendorOptions,
  xai,
} from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { serve } from '../hosts/serve.ts';
import { caught } from './caught.ts';

const makers = { minimax, mistral, moonshot, ollama, perplexity, xai };
const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };
const messages = [{ role: 'user' as const, content: 'Hello' }];
const question = { model: 'any', messages, max_tokens: 999 };

const written = (chunks: readonly object[]): string =>
  [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');

function gatewayTo(make: (options: VendorOptions) => Upstream, baseURL: string): Gateway {
  return createGateway({
    upstreams: { up: make({ apiKey: 'k', baseURL }) },
    models: { any: 'up/a-model' },
    open: true,
    retry: { rounds: 0 },
  });
}

const openai = ({ fetch }: Gateway): OpenAI =>
  new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 });

const chunkOf = (delta: object, more: object = {}): object => ({
  id: 'c',
  choices: [{ index: 0, delta, ...more }],
});

describe('what a member of the family thinks and counts', () => {
  const stop = { finish_reason: 'stop' };
  const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };

  test.each<[vendor: keyof typeof makers, chunks: readonly object[]]>([
    [
      'moonshot',
      [chunkOf({ reasoning_content: 'Hm.' }), chunkOf({ content: 'Yes.' }), chunkOf({}, { ...stop, usage })],
    ],
    [
      'ollama',
      [
        chunkOf({ reasoning: 'Hm.', content: '' }),
        chunkOf({ content: 'Yes.' }),
        { ...chunkOf({}, stop), usage },
      ],
    ],
    [
      'mistral',
      [
        chunkOf({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }),
        chunkOf({ content: 'Yes.' }),
        { ...chunkOf({ content: '' }, stop), usage },
      ],
    ],
    [
      'perplexity',
      [
        { ...chunkOf({ content: '<think>Hm.' }), usage: { ...usage, completion_tokens: 1 } },
        chunkOf({ content: '</think>\n\nYes.' }),
        { ...chunkOf({}, stop), usage },
      ],
    ],
    [
      'minimax',
      [
        chunkOf({ reasoning_details: [{ type: 'reasoning.text', id: 'r1', index: 0, text: 'Hm.' }] }),
        chunkOf({ content: 'Yes.' }),
        chunkOf({}, stop),
        { choices: [], usage, base_resp: { status_code: 0, status_msg: '' } },
      ],
    ],
  ])('%s, read by the SDK of Anthropic', async (vendor, chunks) => {
    await using upstream = await replay({ headers: events, body: written(chunks) });
    await using gateway = gatewayTo(makers[vendor], upstream.baseURL);
    await using host = await serve(toNodeListener(gateway));
    const claude = new Anthropic({ apiKey: 'x', baseURL: host.origin, maxRetries: 0 });
    const message = await claude.messages.stream(question).finalMessage();
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Yes.' },
    ]);
    expect(message.usage).toMatchObject({ input_tokens: 9, output_tokens: 4 });
  });
});

test('what Perplexity found is cited in the words of Anthropic and of Responses', async () => {
  const body = {
    id: 'c',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Yes [1].' }, finish_reason: 'stop' }],
    search_results: [{ title: 'A', url: 'https://a.example/' }],
  };
  await using upstream = await replay({ headers: json, body: JSON.stringify(body) });
  await using gateway = gatewayTo(perplexity, upstream.baseURL);
  await using host = await serve(toNodeListener(gateway));
  const claude = new Anthropic({ apiKey: 'x', baseURL: host.origin, maxRetries: 0 });
  const message = await claude.messages.create(question);
  const source = { url: 'https://a.example/', title: 'A' };
  expect(message.content).toMatchObject([{ text: 'Yes [1].', citations: [source] }]);
  const response = await openai(gateway).responses.create({ model: 'any', input: 'Hello' });
  expect(response.output).toMatchObject([{ content: [{ text: 'Yes [1].', annotations: [source] }] }]);
});

describe('an error that comes with 200', () => {
  const limited = { choices: null, base_resp: { status_code: 1002, status_msg: 'rate limit' } };

  test.each([
    { how: 'whole', recording: { headers: json, body: JSON.stringify(limited) }, stream: false },
    { how: 'streamed', recording: { headers: events, body: written([limited]) }, stream: true },
  ])('is an error to the SDKs of OpenAI and Anthropic, $how', async ({ recording, stream }) => {
    await using upstream = await replay(recording);
    await using first = gatewayTo(minimax, upstream.baseURL);
    const limitedByOpenAI = await openai(first)
      .chat.completions.create({ ...question, stream })
      .catch(caught);
    expect(limitedByOpenAI).toBeInstanceOf(OpenAI.RateLimitError);
    // Another gateway: the key rests in the first one.
    await using second = gatewayTo(minimax, upstream.baseURL);
    await using host = await serve(toNodeListener(second));
    const claude = new Anthropic({ apiKey: 'x', baseURL: host.origin, maxRetries: 0 });
    const limitedByAnthropic = await claude.messages.create({ ...question, stream }).catch(caught);
    expect(limitedByAnthropic).toBeInstanceOf(RateLimitError);
    expect(upstream.requests).toHaveLength(2);
  });

  test('is reason enough to ask the next target', async () => {
    const completion = {
      id: 'c',
      choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
    };
    await using first = await replay({ headers: json, body: JSON.stringify(limited) });
    await using second = await replay({ headers: json, body: JSON.stringify(completion) });
    await using gateway = createGateway({
      upstreams: {
        minimax: minimax({ apiKey: 'k', baseURL: first.baseURL }),
        xai: xai({ apiKey: 'k', baseURL: second.baseURL }),
      },
      models: { any: ['minimax/MiniMax-M2', 'xai/grok-4'] },
      open: true,
    });
    const answer = await openai(gateway).chat.completions.create(question);
    expect(answer.choices[0]?.message.content).toBe('Hi');
  });
});

describe('an error in words of its own', () => {
  test.each([
    ['xai', { code: 'Client specified an invalid argument', error: 'Not well formed' }],
    ['mistral', { object: 'error', message: { detail: [{ loc: ['body'], msg: 'Not well formed' }] } }],
    ['ollama', { error: 'Not well formed' }],
    ['minimax', { type: 'error', error: { message: 'Not well formed', http_code: '400' } }],
  ] as const)('%s: %j', async (vendor, body) => {
    await using upstream = await replay({ status: 400, headers: json, body: JSON.stringify(body) });
    await using gateway = gatewayTo(makers[vendor], upstream.baseURL);
    await using host = await serve(toNodeListener(gateway));
    const words = { message: expect.stringContaining('Not well formed') };
    const toOpenAI = await openai(gateway).chat.completions.create(question).catch(caught);
    expect(toOpenAI).toBeInstanceOf(OpenAI.BadRequestError);
    expect(toOpenAI).toMatchObject(words);
    const claude = new Anthropic({ apiKey: 'x', baseURL: host.origin, maxRetries: 0 });
    const toAnthropic = await claude.messages.create(question).catch(caught);
    expect(toAnthropic).toBeInstanceOf(BadRequestError);
    expect(toAnthropic).toMatchObject(words);
  });
});
