import { describe, expect, test } from 'vitest';
import { png, wav } from '../media/operations.ts';
import { openStudio, refusalOf } from '../media/studio.ts';
import type { VendorName } from '../media/vendors.ts';

const address = 'ann@acme.example';
const mask = '[EMAIL]';
const said = `a letter from ${address}, in blue`;

/** An endpoint other than those for conversations, and how it is asked with an address in everything that can have one. */
interface Endpoint {
  readonly name: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** In a form with this file. */
  readonly file?: 'audio' | 'image';
  /** How often the address is said. */
  readonly times: number;
  /** Who serves it: one who takes it as it comes, one who takes it in other words. */
  readonly served: readonly (readonly [vendor: VendorName, model: string])[];
}

const endpoints: readonly Endpoint[] = [
  {
    name: 'completions',
    path: '/v1/completions',
    body: { prompt: [said, 'and more'], suffix: said, stop: [address] },
    times: 3,
    served: [['openai', 'gpt-3.5-turbo-instruct']],
  },
  {
    name: 'embeddings',
    path: '/v1/embeddings',
    body: { input: [said, said, 'none'] },
    times: 2,
    served: [
      ['openai', 'text-embedding-3-small'],
      ['cohere', 'embed-v4.0'],
      ['gemini', 'gemini-embedding-001'],
    ],
  },
  {
    name: 'rerank',
    path: '/v1/rerank',
    body: { query: said, documents: [said, 'a dog'] },
    times: 2,
    served: [
      ['vllm', 'BAAI/bge-reranker-v2-m3'],
      ['voyage', 'rerank-2.5'],
    ],
  },
  {
    name: 'moderations',
    path: '/v1/moderations',
    body: { input: [said] },
    times: 1,
    served: [
      ['openai', 'omni-moderation-latest'],
      ['mistral', 'mistral-moderation-latest'],
    ],
  },
  {
    name: 'images',
    path: '/v1/images/generations',
    body: { prompt: said },
    times: 1,
    served: [
      ['openai', 'dall-e-2'],
      ['xai', 'grok-imagine-image'],
      ['gemini', 'gemini-2.5-flash-image'],
    ],
  },
  {
    name: 'image edits',
    path: '/v1/images/edits',
    body: { prompt: said },
    file: 'image',
    times: 1,
    served: [
      ['openai', 'dall-e-2'],
      ['vertex', 'gemini-2.5-flash-image'],
    ],
  },
  {
    name: 'speech',
    path: '/v1/audio/speech',
    body: { input: said, voice: 'alloy', instructions: said, response_format: 'wav' },
    times: 2,
    served: [
      ['openai', 'gpt-4o-mini-tts'],
      ['gemini', 'gemini-2.5-flash-preview-tts'],
    ],
  },
  {
    name: 'transcriptions',
    path: '/v1/audio/transcriptions',
    body: { prompt: said },
    file: 'audio',
    times: 1,
    served: [
      ['openai', 'whisper-1'],
      ['gemini', 'gemini-2.5-flash'],
    ],
  },
  {
    name: 'translations',
    path: '/v1/audio/translations',
    body: { prompt: said },
    file: 'audio',
    times: 1,
    served: [['openai', 'whisper-1']],
  },
];

const cases = endpoints.flatMap((endpoint) =>
  endpoint.served.map(([vendor, model]) => ({ ...endpoint, vendor, model })),
);

type Case = (typeof cases)[number];

function requestOf({ body, file }: Case): RequestInit {
  if (file === undefined)
    return {
      method: 'POST',
      body: JSON.stringify({ model: 'made', ...body }),
      headers: { 'content-type': 'application/json' },
    };
  const form = new FormData();
  form.set('model', 'made');
  for (const [name, value] of Object.entries(body)) form.set(name, String(value));
  const [name, field, bytes] =
    file === 'audio'
      ? ([`${address}.wav`, 'file', wav] as const)
      : ([`${address}.png`, 'image', png] as const);
  form.set(
    field,
    new File([new Uint8Array(bytes)], name, { type: file === 'audio' ? 'audio/wav' : 'image/png' }),
  );
  return { method: 'POST', body: form };
}

describe.each(cases)('$name at $vendor', (one) => {
  const { vendor, model, path, times } = one;
  const simulation = { answer: () => `heard ${mask}` };

  test.each(['mask', 'reversible'] as const)('says no address: %s', async (mode) => {
    await using studio = await openStudio({
      vendors: [vendor],
      models: [model],
      simulation,
      redaction: { rules: [{ kinds: ['email'], mode }] },
    });
    const response = await studio.gateway.fetch(`http://gateway${path}`, requestOf(one));
    const answer = Buffer.from(await response.arrayBuffer()).toString('latin1');
    expect([response.status, answer.slice(0, 200)]).toEqual([200, expect.anything()]);
    const sent = studio.upstream.requests.map(({ rawBody }) => rawBody.toString('latin1')).join('');
    expect(sent).not.toContain(address);
    const found = sent.match(mode === 'mask' ? /\[EMAIL\]/g : /\[EMAIL_1\]/g) ?? [];
    expect(found.length).toBeGreaterThanOrEqual(times);
  });

  test('does not leave where nothing may', async () => {
    await using studio = await openStudio({
      vendors: [vendor],
      models: [model],
      simulation,
      redaction: { rules: [{ kinds: ['email'], mode: 'block' }] },
    });
    const response = await studio.gateway.fetch(`http://gateway${path}`, requestOf(one));
    const { status, code, param, message } = await refusalOf(response);
    expect([status, code, studio.upstream.requests]).toEqual([400, 'sensitive_data', []]);
    expect(message).toContain('email');
    expect(message).not.toContain(address);
    expect(Object.keys(one.body)).toContain(param?.replace(/\[.*/, ''));
  });
});

test.each([
  ['/v1/embeddings', 'text-embedding-3-small', { input: [9906, 1917] }],
  ['/v1/embeddings', 'text-embedding-3-small', { input: [[9906], [1917]] }],
  ['/v1/completions', 'gpt-3.5-turbo-instruct', { prompt: [9906, 1917] }],
])('tokens, which nobody can look through, do not leave: %s %#', async (path, model, body) => {
  await using studio = await openStudio({
    vendors: ['openai'],
    models: [model],
    redaction: { rules: [{ kinds: ['email'], mode: 'mask' }] },
  });
  const response = await studio.ask(path, { model: 'made', ...body });
  expect(await refusalOf(response)).toMatchObject({ status: 400, code: 'sensitive_data' });
  expect(studio.upstream.requests).toEqual([]);
});

test.each(['/v1/messages/count_tokens', '/v1/responses/input_tokens', '/v1beta/models/made:countTokens'])(
  'what is only counted is not said either: %s',
  async (path) => {
    await using studio = await openStudio({
      vendors: ['gemini'],
      models: ['gemini-2.5-flash'],
      redaction: { rules: [{ kinds: ['email'], mode: 'mask' }] },
    });
    const response = await studio.ask(path, {
      ...(path.includes('beta')
        ? { contents: [{ role: 'user', parts: [{ text: said }] }] }
        : { model: 'made' }),
      ...(path.includes('messages') ? { messages: [{ role: 'user', content: said }] } : {}),
      ...(path.includes('input_tokens') ? { input: said } : {}),
    });
    expect([response.status, await response.text()]).toEqual([200, expect.anything()]);
    const sent = studio.upstream.requests.map(({ rawBody }) => rawBody.toString('utf8')).join('');
    expect(sent).not.toContain(address);
    expect(sent).toContain(mask);
  },
);
