import { ApiError, FunctionCallingConfigMode, GoogleGenAI, type Part } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../test/ask-with-sdk.ts';
import { failure } from '../../../test/catch-failure.ts';
import { type AnswerScript, type SimulatedUpstream, simulatedGemini } from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

const model = 'gemini-3-flash-preview';
const hello = { model, contents: 'Hello, big world' };
const weather = {
  name: 'weather',
  parametersJsonSchema: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
    required: ['city', 'unit'],
  },
};
const tools = [{ functionDeclarations: [weather] }];

function clientOf(upstream: SimulatedUpstream, apiKey = 'k'): GoogleGenAI {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: upstream.baseURL } });
}

describe('generateContent', () => {
  test('repeats the user, whole and streamed', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const whole = await models.generateContent(hello);
    expect(whole.text).toBe('You said: Hello, big world');
    expect(whole).toMatchObject({
      modelVersion: model,
      responseId: expect.stringMatching(/^\w{22}$/),
      candidates: [{ finishReason: 'STOP', index: 0, content: { role: 'model' } }],
    });
    const chunks = await collect(await models.generateContentStream(hello));
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(whole.text);
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.at(-1)?.usageMetadata).toEqual(whole.usageMetadata);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test('counts thoughts apart from the answer, cached tokens in the prompt', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const { usageMetadata: usage } = await models.generateContent({ model, contents: 'word '.repeat(2000) });
    expect(usage?.thoughtsTokenCount).toBe(128);
    expect(usage?.totalTokenCount).toBe(
      (usage?.promptTokenCount ?? 0) + (usage?.candidatesTokenCount ?? 0) + 128,
    );
    expect(usage?.cachedContentTokenCount).toBeGreaterThan(1000);
    const counted = await models.countTokens(hello);
    expect((await models.generateContent(hello)).usageMetadata?.promptTokenCount).toBe(counted.totalTokens);
  });

  test('shows thoughts where they are wanted', async () => {
    await using upstream = await simulatedGemini({
      answer: () => ({ content: 'x', reasoning: 'Let me think.' }),
    });
    const { models } = clientOf(upstream);
    const config = { thinkingConfig: { includeThoughts: true } };
    const parts = (await models.generateContent({ ...hello, config })).candidates?.[0]?.content?.parts;
    expect(parts).toEqual([
      { text: 'Let me think.', thought: true },
      { text: 'x', thoughtSignature: expect.any(String) },
    ]);
    const chunks = await collect(await models.generateContentStream({ ...hello, config }));
    const streamed = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
    expect(
      streamed
        .filter(({ thought }) => thought)
        .map(({ text }) => text)
        .join(''),
    ).toBe('Let me think.');
    expect(streamed.at(-1)).toEqual({ text: '', thoughtSignature: expect.any(String) });
    expect((await models.generateContent(hello)).candidates?.[0]?.content?.parts).toHaveLength(1);
  });

  test('ends at limits and stop sequences, gives several candidates and log probabilities', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const asked = { ...hello, model: 'gemini-2.0-flash' };
    const cut = await models.generateContent({ ...asked, config: { maxOutputTokens: 3 } });
    expect([cut.candidates?.[0]?.finishReason, cut.text]).toEqual(['MAX_TOKENS', 'You said:']);
    const stopped = await models.generateContent({ ...asked, config: { stopSequences: [', big'] } });
    expect([stopped.candidates?.[0]?.finishReason, stopped.text]).toEqual(['STOP', 'You said: Hello']);
    const two = await models.generateContent({
      ...asked,
      config: { candidateCount: 2, responseLogprobs: true },
    });
    expect(two.candidates?.map(({ index }) => index)).toEqual([0, 1]);
    expect(two.candidates?.[0]?.logprobsResult?.chosenCandidates?.[0]?.token).toBe('You');
  });

  test.each(['SAFETY', 'RECITATION', 'MALFORMED_FUNCTION_CALL', 'PROHIBITED_CONTENT'])(
    'a script that ends with %s stops with it',
    async (finishReason) => {
      await using upstream = await simulatedGemini({ answer: () => ({ finishReason }) });
      const { models } = clientOf(upstream);
      const whole = await models.generateContent(hello);
      expect(whole.candidates).toMatchObject([{ finishReason }]);
      expect(whole.candidates?.[0]?.content).toBeUndefined();
      const chunks = await collect(await models.generateContentStream(hello));
      expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe(finishReason);
    },
  );

  test('a blocked prompt has no candidates', async () => {
    await using blocking = await simulatedGemini({ answer: () => ({ blockedPrompt: 'PROHIBITED_CONTENT' }) });
    const blocked = await clientOf(blocking).models.generateContent(hello);
    expect(blocked.promptFeedback).toEqual({ blockReason: 'PROHIBITED_CONTENT' });
    expect(blocked.candidates).toBeUndefined();
    const chunks = await collect(await clientOf(blocking).models.generateContentStream(hello));
    expect(chunks.map((chunk) => chunk.promptFeedback?.blockReason)).toEqual(['PROHIBITED_CONTENT']);
  });

  test('schemas of both kinds give JSON that fits', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const properties = { age: { type: 'integer', minimum: 18 } };
    const json = await models.generateContent({
      ...hello,
      config: { responseMimeType: 'application/json', responseJsonSchema: { type: 'object', properties } },
    });
    expect(JSON.parse(json.text ?? '')).toEqual({ age: 18 });
    const open = await models.generateContent({
      ...hello,
      config: {
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT', properties: { age: { type: 'INTEGER', minimum: 18 } } },
      },
    });
    expect(JSON.parse(open.text ?? '')).toEqual({ age: 18 });
  });
});

describe('functions', () => {
  test('a chat calls them and takes their results', async () => {
    await using upstream = await simulatedGemini();
    const chat = clientOf(upstream).chats.create({ model, config: { tools } });
    const first = await chat.sendMessage({ message: 'How warm is it?' });
    expect(first.functionCalls).toEqual([{ name: 'weather', args: { city: 'city', unit: 'celsius' } }]);
    const part = first.candidates?.[0]?.content?.parts?.[0];
    expect(part?.thoughtSignature).toEqual(expect.any(String));
    const functionResponse = { name: 'weather', response: { output: '21 degrees' } };
    const second = await chat.sendMessage({ message: [{ functionResponse }] });
    expect(second.text).toBe('The tool answered: 21 degrees');
  });

  test('automatic calls come to their end, streamed and whole', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const callable = {
      tool: async () => ({ functionDeclarations: [weather] }),
      callTool: async (): Promise<Part[]> => [
        { functionResponse: { name: 'weather', response: { output: '21' } } },
      ],
    };
    const body = { ...hello, config: { tools: [callable] } };
    expect((await models.generateContent(body)).text).toBe('The tool answered: 21');
    const chunks = await collect(await models.generateContentStream(body));
    expect(chunks.map((chunk) => chunk.candidates?.[0]?.content?.parts?.[0]?.text ?? '').join('')).toBe(
      'The tool answered: 21',
    );
  });

  test('of parallel calls the first is signed; ids are there if the script has them', async () => {
    await using upstream = await simulatedGemini({ answer: callTwice });
    const answer = await clientOf(upstream).models.generateContent({ ...hello, config: { tools } });
    expect(answer.candidates?.[0]?.content?.parts).toEqual([
      {
        functionCall: { id: 'one', name: 'weather', args: { city: 'Paris' } },
        thoughtSignature: expect.any(String),
      },
      { functionCall: { name: 'weather', args: {} } },
    ]);
  });

  test('a mode forces, forbids and narrows', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const both = [{ functionDeclarations: [weather, { ...weather, name: 'other' }] }];
    const call = (functionCallingConfig: object): Promise<unknown> =>
      models
        .generateContent({ ...hello, config: { tools: both, toolConfig: { functionCallingConfig } } })
        .then(({ functionCalls }) => functionCalls?.[0]?.name);
    expect(await call({ mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['other'] })).toBe(
      'other',
    );
    expect(await call({ mode: FunctionCallingConfigMode.NONE })).toBeUndefined();
  });

  test('a call of Gemini 3 that comes back without its signature, or with another, is refused', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    const first = await models.generateContent({ ...hello, config: { tools } });
    const [signed = {}] = first.candidates?.[0]?.content?.parts ?? [];
    const { thoughtSignature: _signature, ...bare } = signed;
    const goOn = (part: Part, name = model): Promise<unknown> =>
      failure(
        models.generateContent({
          model: name,
          contents: [
            { role: 'user', parts: [{ text: 'x' }] },
            { role: 'model', parts: [part] },
            { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { output: '21' } } }] },
          ],
          config: { tools },
        }),
      );
    expect(await goOn(signed)).toBeUndefined();
    expect(String(await goOn(bare))).toContain('is missing a thought_signature in functionCall parts');
    expect(await goOn(bare, 'gemini-2.5-flash')).toBeUndefined();
    expect(String(await goOn({ ...bare, thoughtSignature: 'AAAA' }))).toContain(
      'Corrupted thought signature',
    );
    expect(await goOn({ ...bare, thoughtSignature: 'skip_thought_signature_validator' })).toBeUndefined();
  });
});

const callTwice: AnswerScript = () => ({
  toolCalls: [
    { id: 'one', name: 'weather', arguments: { city: 'Paris' } },
    { name: 'weather', arguments: {} },
  ],
});

test('models are listed in pages and retrieved', async () => {
  await using upstream = await simulatedGemini({ models: ['gemini-a', 'gemini-b', 'gemini-c'] });
  const { models } = clientOf(upstream);
  const names = (await collect(await models.list({ config: { pageSize: 2 } }))).map(({ name }) => name);
  expect(names).toEqual(['models/gemini-a', 'models/gemini-b', 'models/gemini-c']);
  expect(await models.get({ model: 'gemini-b' })).toMatchObject({ name: 'models/gemini-b' });
  expect(await failure(models.get({ model: 'gemini-d' }))).toMatchObject({ status: 404 });
});

describe('errors', () => {
  test('a wrong key, and none', async () => {
    await using upstream = await simulatedGemini({ apiKeys: ['right'] });
    const wrong = await failure(clientOf(upstream, 'wrong').models.generateContent(hello));
    expect(wrong).toBeInstanceOf(ApiError);
    expect(wrong).toMatchObject({ status: 400, message: expect.stringContaining('API_KEY_INVALID') });
    expect((await clientOf(upstream, 'right').models.generateContent(hello)).text).toBeDefined();
    expect((await fetch(`${upstream.origin}/v1beta/models?key=right`)).status).toBe(200);
    expect((await fetch(`${upstream.origin}/v1beta/models`)).status).toBe(403);
  });

  test.each([
    [400, 'INVALID_ARGUMENT'],
    [429, 'google.rpc.RetryInfo'],
    [503, 'The model is overloaded'],
  ])('a fault with status %i', async (status, message) => {
    await using upstream = await simulatedGemini();
    upstream.fail({ type: 'status', status });
    const error = await failure(clientOf(upstream).models.generateContent(hello));
    expect(error).toMatchObject({ status, message: expect.stringContaining(message) });
  });

  test('an error in the middle of a stream, and a stream that is cut', async () => {
    await using upstream = await simulatedGemini();
    const { models } = clientOf(upstream);
    upstream.fail({ type: 'error-event', afterEvents: 2 }, { times: 1 });
    const told = await failure(models.generateContentStream(hello).then(collect));
    expect(told).toMatchObject({ status: 503, message: expect.stringContaining('UNAVAILABLE') });
    upstream.fail({ type: 'cut', atByte: 700, how: 'clean' });
    expect(await failure(models.generateContentStream(hello).then(collect))).toBeInstanceOf(Error);
  });
});
