import {
  createGateway,
  defineUpstream,
  type Gateway,
  toNodeListener,
  type Upstream,
} from '@vector-engine/core';
import { type Recording, replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { collect } from '../clients/collect.ts';
import { serve } from '../hosts/serve.ts';
import { caught } from './caught.ts';
import { faces } from './faces.ts';

const events = (...chunks: readonly object[]): Recording => ({
  headers: { 'content-type': 'text/event-stream' },
  body: chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(''),
});

function gatewayTo(dialect: NonNullable<Upstream['dialect']>, baseURL: string): Gateway {
  const up = defineUpstream({ vendor: 'odd', dialect, baseURL, path: () => '/anything' });
  return createGateway({ upstreams: { up }, models: { any: 'up/m' }, open: true, retry: { rounds: 0 } });
}

const usage = { input_tokens: 9, output_tokens: 4 };
const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', output: [] };
const thought = { type: 'reasoning', id: 'rs_1', summary: [] };

/** Streams that are answers all the same: with nothing in them, but for the reason why. */
const empty = {
  'a response that thought until it was cut': [
    'openai-responses',
    events(
      { type: 'response.created', response: { ...response, status: 'in_progress' } },
      { type: 'response.output_item.added', output_index: 0, item: thought },
      { type: 'response.output_item.done', output_index: 0, item: thought },
      {
        type: 'response.incomplete',
        response: {
          ...response,
          status: 'incomplete',
          usage,
          incomplete_details: { reason: 'max_output_tokens' },
        },
      },
    ),
  ],
  'a prompt that Gemini refused': [
    'gemini',
    events({
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4 },
    }),
  ],
  'a candidate that Gemini took back': [
    'gemini',
    events({
      candidates: [{ content: {}, finishReason: 'SAFETY', index: 0 }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4 },
    }),
  ],
} as const;

describe.each(faces)('$name', (face) => {
  test.each(Object.entries(empty))('%s is an empty answer', async (_, [dialect, recording]) => {
    await using upstream = await replay(recording);
    await using gateway = gatewayTo(dialect, upstream.baseURL);
    await using host = await serve(toNodeListener(gateway));
    expect(await face.ask(host.origin, true)).toMatchObject({ text: '', toolCalls: [], input: 9, output: 4 });
    expect(gateway.stats().failed).toBe(0);
  });

  test('a stream of nothing is none', async () => {
    await using upstream = await replay(events());
    await using gateway = gatewayTo('gemini', upstream.baseURL);
    await using host = await serve(toNodeListener(gateway));
    await expect(face.ask(host.origin, true)).rejects.toMatchObject({ status: 502 });
  });
});

const question = { model: 'any', messages: [{ role: 'user' as const, content: 'Draw a cat' }] };
const openai = (gateway: Gateway): OpenAI =>
  new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', maxRetries: 0, fetch: gateway.fetch });

test.each([
  ['streamed', true],
  ['whole', false],
] as const)('a picture of some megabytes crosses from one dialect into another, %s', async (_, stream) => {
  const data = Buffer.alloc(4_000_000, 'cat').toString('base64');
  const drawn = {
    candidates: [
      {
        content: { parts: [{ inlineData: { mimeType: 'image/png', data } }] },
        finishReason: 'STOP',
        index: 0,
      },
    ],
  };
  const whole = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(drawn) };
  await using upstream = await replay(stream ? events(drawn) : whole);
  await using gateway = gatewayTo('gemini', upstream.baseURL);
  const { completions } = openai(gateway).chat;
  const answers = stream
    ? await collect(await completions.create({ ...question, stream }))
    : [await completions.create(question)];
  expect(JSON.stringify(answers).includes(data)).toBe(true);
});

test('an error in the midst of a stream is told in the words of the vendor', async () => {
  const error = { type: 'overloaded_error', message: 'Too many people ask for cats' };
  const message = { id: 'msg_1', role: 'assistant', model: 'm', content: [] };
  await using upstream = await replay(
    events(
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'A c' } },
      { type: 'error', error },
    ),
  );
  await using gateway = gatewayTo('anthropic-messages', upstream.baseURL);
  const stream = await openai(gateway).chat.completions.create({ ...question, stream: true });
  const thrown = await collect(stream).catch(caught);
  expect(thrown).toBeInstanceOf(OpenAI.APIError);
  expect(thrown).toMatchObject({ error: { message: error.message, code: 'server_overloaded' } });
});

test.each([
  ['/v1/messages', { model: 'any', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }],
  ['/v1beta/models/any:generateContent', { contents: [{ parts: [{ text: 'x' }] }] }],
  ['/v1/responses', { model: 'any', input: 'x' }],
] as const)('what a chat server has read of a file is no source at %s', async (path, body) => {
  const annotations = [{ type: 'file', file: { hash: 'h', name: 'a.pdf', content: [] } }];
  const message = { role: 'assistant', content: 'Read', annotations };
  await using upstream = await replay({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'c', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
  });
  await using gateway = gatewayTo('openai-chat', upstream.baseURL);
  const answer = await gateway.fetch(
    new Request(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  const text = await answer.text();
  expect(text).toContain('Read');
  expect(text).not.toMatch(/itations":\[\{|grounding|"annotations":\[\{/);
});
