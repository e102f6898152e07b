import Anthropic, { BadRequestError, OverloadedError } from '@anthropic-ai/sdk';
import { FunctionCallingConfigMode, GoogleGenAI, type GoogleGenAIOptions } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../test/ask-with-sdk.ts';
import { failure } from '../../../test/catch-failure.ts';
import { compare, eventsOf, isAbsent, nothing, recorded, shapeOf } from '../../../test/compare-shapes.ts';
import { type SimulatedUpstream, simulatedGemini, simulatedVertex } from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

const hello = { model: 'gemini-3.1-pro-preview', contents: 'Hello, big world' };
const parent = 'v1/projects/p/locations/eu/publishers/anthropic/models';
const cook = {
  functionDeclarations: [
    {
      name: 'cook',
      parametersJsonSchema: {
        type: 'object',
        properties: {
          recipe: {
            type: 'object',
            properties: { steps: { type: 'array', items: { type: 'string' } }, minutes: { type: 'number' } },
          },
        },
      },
    },
  ],
};

function google(upstream: SimulatedUpstream, token = 'k'): GoogleGenAI {
  return new GoogleGenAI({
    vertexai: true,
    project: 'p',
    location: 'eu',
    httpOptions: { baseUrl: upstream.baseURL },
    googleAuthOptions: withToken(token),
  });
}

/** In place of Google's servers, which give out tokens. */
function withToken(token: string): NonNullable<GoogleGenAIOptions['googleAuthOptions']> {
  const authClient = { getRequestHeaders: () => new Headers({ authorization: `Bearer ${token}` }) };
  const options: object = { authClient };
  return options;
}

/** Anthropic's SDK with what its package for Vertex AI adds: the path has the model, and the body the version. */
function claude(upstream: SimulatedUpstream): Anthropic {
  return new Anthropic({
    baseURL: upstream.baseURL,
    apiKey: null,
    authToken: 'k',
    maxRetries: 0,
    fetch: async (url, init) => {
      const asked = new Request(url, init);
      const body: Record<string, unknown> = JSON.parse(await asked.text());
      const { model, ...rest } = body;
      const isCount = asked.url.endsWith('/count_tokens');
      const method = body['stream'] === true ? 'streamRawPredict' : 'rawPredict';
      const name = isCount ? 'count-tokens' : String(model);
      const versioned = { anthropic_version: 'vertex-2023-10-16', ...(isCount ? body : rest) };
      const address = `${upstream.origin}/${parent}/${name}:${method}`;
      return await fetch(address, { ...init, body: JSON.stringify(versioned) });
    },
  });
}

describe('Gemini', () => {
  test('answers whole and streamed under the paths of Vertex AI', async () => {
    await using upstream = await simulatedVertex({ apiKeys: ['k'] });
    const { models } = google(upstream);
    const whole = await models.generateContent(hello);
    expect(whole.text).toBe('You said: Hello, big world');
    expect(whole.usageMetadata?.trafficType).toBe('ON_DEMAND');
    const chunks = await collect(await models.generateContentStream(hello));
    expect(chunks.map(({ text }) => text).join('')).toBe(whole.text);
    expect(upstream.requests[0]?.path).toBe(
      '/v1beta1/projects/p/locations/eu/publishers/google/models/gemini-3.1-pro-preview:generateContent',
    );
    expect((await models.countTokens(hello)).totalTokens).toBe(whole.usageMetadata?.promptTokenCount);
    const names = (await collect(await models.list())).map(({ name }) => name);
    expect(names).toContain('publishers/google/models/gemini-2.5-flash');
  });

  test('calls in pieces add up to the whole call', async () => {
    const args = { recipe: { steps: ['boil', 'eat'], minutes: 10, warm: true, note: null } };
    await using upstream = await simulatedVertex({
      answer: () => ({ toolCalls: [{ name: 'cook', arguments: args }] }),
    });
    const functionCallingConfig = {
      mode: FunctionCallingConfigMode.AUTO,
      streamFunctionCallArguments: true,
    };
    const body = { ...hello, config: { tools: [cook], toolConfig: { functionCallingConfig } } };
    const chunks = await collect(await google(upstream).models.generateContentStream(body));
    const [whole] = (await google(upstream).models.generateContent(body)).functionCalls ?? [];
    expect(whole).toEqual({ name: 'cook', args });
    const calls = chunks.flatMap(({ functionCalls }) => functionCalls ?? []);
    expect(calls[0]).toEqual({ name: 'cook', willContinue: true });
    expect(calls.at(-1)).toEqual({});
    expect(calls.flatMap(({ partialArgs }) => partialArgs ?? [])).toEqual([
      { jsonPath: '$.recipe.steps[0]', stringValue: 'boil', willContinue: true },
      { jsonPath: '$.recipe.steps[0]', stringValue: '' },
      { jsonPath: '$.recipe.steps[1]', stringValue: 'eat', willContinue: true },
      { jsonPath: '$.recipe.steps[1]', stringValue: '' },
      { jsonPath: '$.recipe.minutes', numberValue: 10 },
      { jsonPath: '$.recipe.warm', boolValue: true },
      { jsonPath: '$.recipe.note', nullValue: 'NULL_VALUE' },
    ]);
  });

  test('a signature of the Developer API is not taken here', async () => {
    await using vertex = await simulatedVertex();
    await using developer = await simulatedGemini();
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: developer.baseURL } });
    const config = { tools: [cook] };
    const first = await client.models.generateContent({ ...hello, config });
    const contents = [
      { role: 'user', parts: [{ text: 'x' }] },
      { role: 'model', parts: first.candidates?.[0]?.content?.parts ?? [] },
      { role: 'user', parts: [{ functionResponse: { name: 'cook', response: { output: 'ok' } } }] },
    ];
    const asked = { ...hello, contents, config };
    expect((await client.models.generateContent(asked)).text).toBe('The tool answered: ok');
    expect(String(await failure(google(vertex).models.generateContent(asked)))).toContain(
      'Thought signature is not valid',
    );
  });

  test('a wrong token, an unknown model', async () => {
    await using upstream = await simulatedVertex({ apiKeys: ['k'] });
    const wrong = await failure(google(upstream, 'other').models.generateContent(hello));
    expect(wrong).toMatchObject({ status: 401, message: expect.stringContaining('UNAUTHENTICATED') });
    const unknown = await failure(google(upstream).models.generateContent({ ...hello, model: 'gemini-9' }));
    expect(unknown).toMatchObject({
      status: 404,
      message: expect.stringContaining('projects/p/locations/eu/publishers/google/models/gemini-9'),
    });
  });
});

describe('Claude', () => {
  const asked = {
    model: 'claude-opus-4-5@20251101',
    max_tokens: 2048,
    messages: [{ role: 'user' as const, content: 'Hello' }],
  };

  test('answers whole and streamed, and counts tokens', async () => {
    await using upstream = await simulatedVertex({ apiKeys: ['k'] });
    const { messages } = claude(upstream);
    const whole = await messages.create(asked);
    expect(whole.content).toMatchObject([{ text: 'You said: Hello' }]);
    expect(whole.id).toMatch(/^msg_vrtx_01/);
    const streamed = await messages.stream(asked).finalMessage();
    expect(streamed.content).toMatchObject([{ text: 'You said: Hello' }]);
    const { max_tokens: _limit, ...counted } = asked;
    expect((await messages.countTokens(counted)).input_tokens).toBe(whole.usage.input_tokens);
  });

  test('mistakes are told as Anthropic tells them, strangers as Google does', async () => {
    await using upstream = await simulatedVertex();
    const { messages } = claude(upstream);
    const open = await failure(messages.create({ ...asked, stop_sequences: [' '] }));
    expect(open).toBeInstanceOf(BadRequestError);
    expect(open).toMatchObject({ type: 'invalid_request_error' });
    expect(JSON.stringify(open)).toContain('req_vrtx_01');
    expect(await failure(messages.create({ ...asked, model: 'claude-9' }))).toMatchObject({
      status: 404,
      error: { error: { status: 'NOT_FOUND' } },
    });
    const url = `${upstream.origin}/${parent}/claude-opus-4-6:rawPredict`;
    const { model: _model, ...body } = asked;
    for (const wrong of [body, { ...body, anthropic_version: 'vertex-2023-10-16', model: 'x' }]) {
      expect((await fetch(url, { method: 'POST', body: JSON.stringify(wrong) })).status).toBe(400);
    }
  });

  test('faults are in the words of whoever would have them', async () => {
    await using upstream = await simulatedVertex();
    const { messages } = claude(upstream);
    upstream.fail({ type: 'status', status: 529 });
    expect(await failure(messages.create(asked))).toBeInstanceOf(OverloadedError);
    upstream.fail({ type: 'status', status: 429 });
    expect(await failure(messages.create(asked))).toMatchObject({
      error: { error: { status: 'RESOURCE_EXHAUSTED' } },
    });
    upstream.fail({ type: 'error-event', afterEvents: 3 });
    expect(await failure(messages.stream(asked).finalMessage())).toMatchObject({ type: 'overloaded_error' });
  });
});

test.skipIf(isAbsent)('a stream of pieces has the keys of the recording', async () => {
  const args = { recipe: { steps: ['boil'] } };
  await using upstream = await simulatedVertex({
    answer: () => ({ toolCalls: [{ name: 'cook', arguments: args }] }),
  });
  const answer = await fetch(
    `${upstream.origin}/v1/projects/p/locations/eu/publishers/google/models/gemini-3.1-pro-preview:streamGenerateContent?alt=sse`,
    {
      method: 'POST',
      body: JSON.stringify({
        contents: [{ role: 'user', parts: [{ text: 'x' }] }],
        tools: [cook],
        toolConfig: { functionCallingConfig: { streamFunctionCallArguments: true } },
      }),
    },
  );
  const [recording] = recorded('vertex/partial-args-nested-stream');
  const rare = [...shapeOf(eventsOf(recording?.response.text ?? ''))].filter((path) =>
    path.includes('candidatesTokensDetails'),
  );
  const simulation = [...shapeOf(eventsOf(await answer.text()))].filter(
    (path) => path !== '[].candidates[].index',
  );
  expect(compare(new Set(simulation), shapeOf(eventsOf(recording?.response.text ?? '')), rare)).toEqual(
    nothing,
  );
});
