import * as openTelemetry from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import type { OpenTelemetry } from '../../packages/core/src/tracing/open-telemetry.ts';
import { attributesOf, idOf, openWorld, parentOf, question, type World } from './traced.ts';

// What is written down of the API is what it is.
void (openTelemetry satisfies OpenTelemetry);

/**
 * Of https://github.com/open-telemetry/semantic-conventions-genai: docs/gen-ai/client-inference.md and client-embeddings.md.
 * Required, or required where `server.address` is set, as it always is.
 */
const required = ['gen_ai.operation.name', 'gen_ai.provider.name', 'server.port'];
/** If available, which it always is. */
const available = ['gen_ai.request.model', 'server.address'];

interface Asked {
  readonly operation: string;
  readonly path: string;
  readonly body: { readonly model: string; readonly [name: string]: unknown };
  /** Required where the request says it, and what is to be there then; `absent`: what is not. */
  readonly conditional: Readonly<Record<string, unknown>>;
  readonly absent: readonly string[];
  /** Recommended. */
  readonly told: Readonly<Record<string, unknown>>;
}

const calls: readonly Asked[] = [
  {
    operation: 'chat',
    path: '/v1/chat/completions',
    body: question,
    conditional: {},
    absent: [
      'gen_ai.request.stream',
      'gen_ai.request.choice.count',
      'gen_ai.request.seed',
      'gen_ai.output.type',
    ],
    told: {
      'gen_ai.response.id': expect.stringMatching(/^chatcmpl-/),
      'gen_ai.response.model': expect.stringMatching(/^gpt-4o/),
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': expect.any(Number),
      'gen_ai.usage.output_tokens': expect.any(Number),
    },
  },
  {
    operation: 'chat',
    path: '/v1/chat/completions',
    body: {
      ...question,
      stream: true,
      n: 2,
      seed: 7,
      temperature: 0.5,
      top_p: 0.9,
      max_completion_tokens: 99,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      response_format: { type: 'json_schema', json_schema: { name: 'any', schema: { type: 'object' } } },
    },
    conditional: {
      'gen_ai.request.stream': true,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.seed': 7,
      'gen_ai.output.type': 'json',
    },
    absent: ['gen_ai.request.top_k'],
    told: {
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.max_tokens': 99,
      'gen_ai.request.frequency_penalty': 0.1,
      'gen_ai.request.presence_penalty': 0.2,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'gen_ai.response.id': expect.stringMatching(/^chatcmpl-/),
      'gen_ai.response.model': expect.stringMatching(/^gpt-4o/),
      'gen_ai.response.finish_reasons': ['stop', 'stop'],
      'gen_ai.usage.input_tokens': expect.any(Number),
    },
  },
  {
    operation: 'chat',
    path: '/v1/messages',
    body: { ...question, max_tokens: 50, top_k: 3, stream: true },
    conditional: { 'gen_ai.request.top_k': 3, 'gen_ai.request.stream': true },
    absent: ['gen_ai.output.type'],
    told: { 'gen_ai.request.max_tokens': 50, 'gen_ai.response.finish_reasons': ['end_turn'] },
  },
  {
    operation: 'chat',
    path: '/v1/responses',
    body: { model: 'gpt-4o', input: 'hello', stream: true, reasoning: { effort: 'low' } },
    conditional: { 'gen_ai.request.stream': true },
    absent: ['gen_ai.request.seed'],
    told: {
      'gen_ai.request.reasoning.level': 'low',
      'gen_ai.response.id': expect.stringMatching(/^resp_/),
      'gen_ai.response.finish_reasons': ['completed'],
    },
  },
  {
    operation: 'text_completion',
    path: '/v1/completions',
    body: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello', max_tokens: 5 },
    conditional: {},
    absent: ['gen_ai.request.stream'],
    told: { 'gen_ai.request.max_tokens': 5, 'gen_ai.usage.input_tokens': expect.any(Number) },
  },
  {
    operation: 'embeddings',
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: 'hello', dimensions: 64, encoding_format: 'base64' },
    conditional: {},
    absent: ['gen_ai.response.finish_reasons', 'gen_ai.output.type'],
    told: {
      'gen_ai.embeddings.dimension.count': 64,
      'gen_ai.request.encoding_formats': ['base64'],
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': expect.any(Number),
    },
  },
  {
    operation: 'generate_content',
    path: '/v1/images/generations',
    body: { model: 'gpt-image-1', prompt: 'a lighthouse', n: 1 },
    conditional: { 'gen_ai.output.type': 'image' },
    absent: ['gen_ai.request.stream'],
    told: { 'gen_ai.usage.output_tokens': expect.any(Number) },
  },
  {
    operation: 'moderations',
    path: '/v1/moderations',
    body: { model: 'omni-moderation-latest', input: 'hello' },
    conditional: {},
    absent: ['gen_ai.request.stream'],
    told: { 'gen_ai.response.model': expect.any(String) },
  },
];

async function finish(world: World, { path, body }: Pick<Asked, 'path' | 'body'>): Promise<number> {
  const response = await world.ask(body, { path });
  await response.arrayBuffer();
  return response.status;
}

test.each(calls)(
  '$operation at $path: a span of the call, and one of the attempt with all that is required',
  async (asked) => {
    await using world = await openWorld();
    expect(await finish(world, asked)).toBe(200);
    const [call, attempt, ...others] = await world.spans(2);
    expect(others).toEqual([]);
    const { model } = asked.body;
    for (const span of [call, attempt]) {
      expect(span?.name).toBe(`${asked.operation} ${model}`);
      expect(attributesOf(span)).toMatchObject({
        'gen_ai.operation.name': asked.operation,
        'gen_ai.request.model': model,
      });
      expect(span?.status.code).toBe(SpanStatusCode.UNSET);
      expect(attributesOf(span)).not.toHaveProperty('error.type');
    }
    const attributes = attributesOf(attempt);
    expect(Object.keys(attributes)).toEqual(expect.arrayContaining([...required, ...available]));
    expect(attributes).toMatchObject({
      'gen_ai.provider.name': 'mistral_ai',
      'server.address': '127.0.0.1',
      'server.port': world.first.port,
      'vector.upstream': 'first',
      'vector.upstream_key': '#1',
      'vector.attempt': 1,
      ...asked.conditional,
      ...asked.told,
    });
    for (const name of asked.absent) expect(attributes).not.toHaveProperty([name]);
    expect([attempt?.kind, parentOf(attempt)]).toEqual([SpanKind.CLIENT, idOf(call)]);
    expect(attempt?.instrumentationScope.name).toBe('@vector-engine/core');
  },
);

test('names of attributes are of the convention, or begin with our own', async () => {
  await using world = await openWorld({ gateway: { audit: { content: 'full' } } });
  for (const asked of calls) await finish(world, asked);
  const names = new Set(
    (await world.spans(calls.length * 2)).flatMap((span) => Object.keys(span.attributes)),
  );
  const old = ['gen_ai.system', 'gen_ai.prompt', 'gen_ai.completion', 'gen_ai.usage.prompt_tokens'];
  for (const name of names) expect(name).toMatch(/^(?:gen_ai|vector|server|http\.response|error)\./);
  expect([...names].filter((name) => old.includes(name))).toEqual([]);
});

test('tokens are counted once: a backend that adds them up over spans does not count them twice', async () => {
  await using world = await openWorld();
  await finish(world, { path: '/v1/chat/completions', body: question });
  const [call, attempt] = await world.spans(2);
  const { 'gen_ai.usage.input_tokens': input } = attributesOf(attempt);
  expect(attributesOf(call)).not.toHaveProperty(['gen_ai.usage.input_tokens']);
  expect(attributesOf(call)['vector.input_tokens']).toBe(input);
});
