import OpenAI, { AuthenticationError, AzureOpenAI, NotFoundError, RateLimitError } from 'openai';
import { describe, expect, test } from 'vitest';
import { type SimulatedUpstream, simulatedAzureOpenAI } from './index.ts';

const hello = { model: 'prod', messages: [{ role: 'user' as const, content: 'Hello' }] };

function start(): Promise<SimulatedUpstream> {
  return simulatedAzureOpenAI({
    deployments: { prod: 'gpt-4o', vectors: 'text-embedding-3-small' },
    apiKeys: ['k'],
  });
}

/** The same questions through both of Azure's APIs. */
const clients = [
  [
    'deployments',
    (upstream: SimulatedUpstream, apiKey = 'k') =>
      new AzureOpenAI({ endpoint: upstream.origin, apiKey, apiVersion: '2024-10-21', maxRetries: 0 }),
  ],
  [
    'v1',
    (upstream: SimulatedUpstream, apiKey = 'k') =>
      new OpenAI({ baseURL: upstream.baseURL, apiKey, maxRetries: 0 }),
  ],
] as const;

describe.each(clients)('the %s API', (_, clientOf) => {
  test('answers for a deployment with the name of its model', async () => {
    await using upstream = await start();
    const { data, response } = await clientOf(upstream).chat.completions.create(hello).withResponse();
    expect(data.choices[0]?.message.content).toBe('You said: Hello');
    expect(data.model).toBe('gpt-4o-2024-08-06');
    expect(data).toHaveProperty('prompt_filter_results');
    expect(data.choices[0]).toHaveProperty('content_filter_results');
    expect(response.headers.get('apim-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-ms-region')).toBe('Sweden Central');
  });

  test('streams a first chunk without choices', async () => {
    await using upstream = await start();
    const chunks = [];
    for await (const chunk of await clientOf(upstream).chat.completions.create({ ...hello, stream: true })) {
      chunks.push(chunk);
    }
    expect(chunks[0]).toMatchObject({ choices: [], id: '', prompt_filter_results: [{ prompt_index: 0 }] });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('You said: Hello');
  });

  test('embeds', async () => {
    await using upstream = await start();
    const answer = await clientOf(upstream).embeddings.create({
      model: 'vectors',
      input: 'x',
      dimensions: 4,
    });
    expect(answer.data[0]?.embedding).toHaveLength(4);
  });

  test('refuses a wrong key and an unknown deployment in its own words', async () => {
    await using upstream = await start();
    const wrong: unknown = await clientOf(upstream, 'wrong')
      .chat.completions.create(hello)
      .catch((reason: unknown) => reason);
    expect(wrong).toBeInstanceOf(AuthenticationError);
    expect(wrong).toMatchObject({
      code: '401',
      message: expect.stringContaining('invalid subscription key'),
    });
    const unknown: unknown = await clientOf(upstream)
      .chat.completions.create({ ...hello, model: 'none' })
      .catch((reason: unknown) => reason);
    expect(unknown).toBeInstanceOf(NotFoundError);
    expect(unknown).toMatchObject({ code: 'DeploymentNotFound' });
  });
});

test('a deployment path without api-version is not found', async () => {
  await using upstream = await start();
  const response = await fetch(`${upstream.origin}/openai/deployments/prod/chat/completions`, {
    method: 'POST',
    headers: { 'api-key': 'k' },
    body: JSON.stringify(hello),
  });
  expect([response.status, await response.json()]).toEqual([
    404,
    { error: { code: '404', message: 'Resource not found' } },
  ]);
});

test('a 400 is the content filter, a 429 says when to come back', async () => {
  await using upstream = await start();
  const [, [, clientOf]] = clients;
  upstream.fail({ type: 'status', status: 400 });
  await expect(clientOf(upstream).chat.completions.create(hello)).rejects.toMatchObject({
    code: 'content_filter',
    error: { innererror: { code: 'ResponsibleAIPolicyViolation' } },
  });
  upstream.fail({ type: 'status', status: 429 });
  const error: unknown = await clientOf(upstream)
    .chat.completions.create(hello)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ status: 429, code: '429' });
  expect(error instanceof RateLimitError && error.headers.get('retry-after-ms')).toBe('1000');
});
