import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Message } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { gemini } from './codec.ts';

const address = { model: 'gemini-2.5-flash' };
const parse = (body: JsonObject): ChatRequest => gemini.parseRequest(body, address);

function ask(fields: Partial<ChatRequest>): ChatRequest {
  return { model: 'gemini-2.5-flash', stream: false, wantsUsage: true, messages: [hello], ...fields };
}

const hello: Message = { role: 'user', content: [{ type: 'text', text: 'hi' }] };
const weather = { type: 'tool-call', id: 'a', name: 'weather', format: 'json', input: '{}' } as const;

const callIn = (city: string): JsonObject => ({ functionCall: { name: 'weather', args: { city } } });
const resultIn = (output: string): JsonObject => ({
  functionResponse: { name: 'weather', response: { output } },
});
const callById = (id: string): JsonObject => ({ functionCall: { id, name: 'weather' } });
const resultById = (id: string): JsonObject => ({ functionResponse: { id, name: 'weather', response: {} } });
const contentsOf = (request: ChatRequest): unknown => gemini.renderRequest(request).body.contents;
const resultsFor = (id: string): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', callId: id, content: [{ type: 'text', text: '0' }] }],
});
const responseFor = (id: string): unknown => ({
  functionResponse: { id, name: 'weather', response: { output: '0' } },
});
const pictureAt = (url: string): Message => ({
  role: 'user',
  content: [{ type: 'media', mediaType: 'image/*', source: { kind: 'url', url } }],
});

const modelSaid = (...parts: JsonObject[]): JsonObject => ({ role: 'model', parts });

describe('parseRequest', () => {
  test('takes snake case as well as camel case', () => {
    const snake = parse({
      contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: 'AA==' } }] }],
      system_instruction: { parts: [{ text: 's' }] },
      tools: [{ function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object' } }] }],
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      generation_config: { max_output_tokens: 5, thinking_config: { thinking_budget: -1 } },
    });
    const camel = parse({
      contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] }],
      systemInstruction: { parts: [{ text: 's' }] },
      tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { maxOutputTokens: 5, thinkingConfig: { thinkingBudget: -1 } },
    });
    expect(snake).toEqual(camel);
    expect(camel).toMatchObject({
      toolChoice: { type: 'tool', name: 'f' },
      maxTokens: 5,
      reasoning: { budget: 'dynamic' },
    });
  });

  test('takes one turn and one part where lists are wanted, as Google does', () => {
    expect(parse({ contents: { role: 'user', parts: { text: 'hi' } } }).messages).toEqual([hello]);
  });

  test('same-named calls without ids are answered in their order', () => {
    const { messages } = parse({
      contents: [
        { role: 'model', parts: [callIn('Rom'), callIn('Ulm')] },
        { role: 'user', parts: [resultIn('hot'), resultIn('wet')] },
      ],
    });
    const [rom, ulm] = messages[0]?.content ?? [];
    expect(rom).toMatchObject({ type: 'tool-call', input: '{"city":"Rom"}' });
    const ids = [rom, ulm].map((block) => (block?.type === 'tool-call' ? block.id : ''));
    expect(new Set(ids).size).toBe(2);
    expect(messages[1]?.content).toMatchObject([
      { callId: ids[0], content: [{ text: 'hot' }] },
      { callId: ids[1], content: [{ text: 'wet' }] },
    ]);
  });

  test('results with ids are matched by them, whatever their order', () => {
    const { messages } = parse({
      contents: [
        { role: 'model', parts: [callById('one'), callById('two')] },
        { role: 'user', parts: [resultById('two'), resultById('one')] },
      ],
    });
    expect(messages[1]?.content).toMatchObject([{ callId: 'two' }, { callId: 'one' }]);
  });

  test('a result that tells only the id of its call learns the name', () => {
    const { messages } = parse({
      contents: [
        { role: 'model', parts: [callById('one'), { functionCall: { id: 'two', name: 'other' } }] },
        { role: 'user', parts: [{ functionResponse: { id: 'two', response: {} } }] },
      ],
    });
    expect(messages[1]?.content).toMatchObject([{ callId: 'two', name: 'other' }]);
  });

  test('a turn of the model that came in chunks is one message again, its text whole', () => {
    const { messages } = parse({
      contents: [
        modelSaid({ text: 'I', thought: true }),
        modelSaid({ text: ' think.', thought: true }),
        modelSaid({ text: 'Let' }),
        modelSaid({ text: ' me' }),
        modelSaid({ text: '', thoughtSignature: 'AA==' }),
        modelSaid({ text: 'look.' }),
        modelSaid(callIn('Oslo')),
        modelSaid(callIn('Rome')),
        { role: 'user', parts: [resultIn('1'), resultIn('2')] },
        modelSaid({ text: 'Warm.' }),
      ],
    });
    const signature = { dialect: 'gemini', value: 'AA==' };
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant']);
    expect(messages[0]?.content).toMatchObject([
      { type: 'reasoning', text: 'I think.' },
      { type: 'text', text: 'Let me', signature },
      { type: 'text', text: 'look.' },
      { type: 'tool-call', input: '{"city":"Oslo"}' },
      { type: 'tool-call', input: '{"city":"Rome"}' },
    ]);
  });

  test('a turn with results and words becomes two messages', () => {
    const { messages } = parse({
      contents: [
        { role: 'model', parts: [{ functionCall: { id: 'a', name: 'f' } }] },
        {
          role: 'user',
          parts: [{ functionResponse: { id: 'a', name: 'f', response: { error: 'no' } } }, { text: 'hi' }],
        },
      ],
    });
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'user']);
    expect(messages[1]?.content[0]).toMatchObject({ isError: true, content: [{ text: 'no' }] });
  });

  test('an OpenAPI schema is read as JSON schema, and goes back to Gemini as that', () => {
    const parameters = {
      type: 'OBJECT',
      properties: { city: { type: 'STRING', nullable: true, max_length: '9' }, type: { type: 'INTEGER' } },
      required: ['city'],
    };
    const request = parse({ contents: [], tools: [{ functionDeclarations: [{ name: 'f', parameters }] }] });
    expect(request.tools?.[0]).toMatchObject({
      parameters: {
        type: 'object',
        properties: { city: { type: ['string', 'null'], maxLength: 9 }, type: { type: 'integer' } },
      },
    });
    // Nothing of it is left in `extra`, where other dialects would have to call it lost.
    expect(request.tools?.[0]).not.toHaveProperty('extra');
    expect(parse(gemini.renderRequest(request).body)).toEqual(request);
  });

  test('a response schema in OpenAPI is read as JSON schema, and leaves nothing behind', () => {
    const request = parse({
      contents: [],
      generationConfig: {
        responseMimeType: 'application/json',
        responseSchema: { type: 'STRING', nullable: true },
      },
    });
    expect(request.output).toEqual({
      type: 'json-schema',
      name: 'response',
      schema: { type: ['string', 'null'] },
    });
    expect(request).not.toHaveProperty('extra');
  });

  test('what has no neutral word goes back to Gemini unchanged', () => {
    const body = {
      contents: [
        {
          role: 'user',
          parts: [{ fileData: { fileUri: 'gs://b/f', mimeType: 'video/mp4' }, videoMetadata: { fps: 2 } }],
        },
        {
          role: 'model',
          parts: [
            { executableCode: { language: 'PYTHON', code: '1' } },
            { text: '', thoughtSignature: 'c2ln' },
          ],
        },
        { role: 'user', parts: [{ text: 'go on' }] },
      ],
      tools: [{ googleSearch: {} }, { codeExecution: {} }],
      toolConfig: { functionCallingConfig: { mode: 'VALIDATED' }, retrievalConfig: { languageCode: 'de' } },
      generationConfig: {
        responseMimeType: 'text/x.enum',
        responseSchema: { type: 'STRING', enum: ['a'] },
        thinkingConfig: { thinkingBudget: 0, other: 1 },
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
      },
      safetySettings: [{ category: 'X', threshold: 'BLOCK_NONE' }],
      cachedContent: 'cachedContents/1',
      labels: { a: 'b' },
    };
    expect(gemini.renderRequest(parse(body))).toEqual({ body, dropped: [] });
  });

  test.each([
    [{ contents: 'hi' }, 'contents'],
    [{ contents: [{ role: 'bot', parts: [] }] }, 'contents[0].role'],
    [{ contents: [{ parts: [{ text: 5 }] }] }, 'contents[0].parts[0].text'],
    [
      { contents: [{ role: 'model', parts: [{ functionCall: { name: '' } }] }] },
      'contents[0].parts[0].functionCall.name',
    ],
    [{ contents: [], generationConfig: { topK: 'many' } }, 'generationConfig.topK'],
    [{ contents: [], generationConfig: { stopSequences: [1] } }, 'generationConfig.stopSequences[0]'],
    [{ contents: [], tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
  ])('%j is refused and the place is named', (body, parameter) => {
    expect(() => parse(body as JsonObject)).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        details: expect.objectContaining({ parameter }),
      }),
    );
  });

  test('a request without contents is refused', () => {
    expect(() => parse({})).toThrow(expect.objectContaining({ code: 'VE_PARAMETER_MISSING' }));
  });
});

describe('renderRequest', () => {
  test('neighbours of one side become one turn, results first', () => {
    const said: Message = { role: 'assistant', content: [weather, { ...weather, id: 'b' }] };
    const contents = contentsOf(ask({ messages: [hello, said, resultsFor('a'), hello, resultsFor('b')] }));
    expect(contents).toEqual([
      { role: 'user', parts: [{ text: 'hi' }] },
      { role: 'model', parts: ['a', 'b'].map((id) => ({ functionCall: { id, name: 'weather', args: {} } })) },
      { role: 'user', parts: [responseFor('a'), responseFor('b'), { text: 'hi' }] },
    ]);
  });

  test('another vendor’s signature is withheld, and its hidden reasoning left out', () => {
    const signature = { dialect: 'anthropic-messages', value: 's' } as const;
    const content = [
      { type: 'reasoning', text: '', isRedacted: true, signature } as const,
      { type: 'text', text: 'x', signature } as const,
    ];
    expect(contentsOf(ask({ messages: [{ role: 'assistant', content }] }))).toEqual([
      { role: 'model', parts: [{ text: 'x' }] },
    ]);
  });

  test('Gemini 3 is told that a call of this turn was made by another model', () => {
    const messages: Message[] = [hello, { role: 'assistant', content: [weather, { ...weather, id: 'b' }] }];
    const parts = [
      {
        thoughtSignature: 'skip_thought_signature_validator',
        functionCall: { id: 'a', name: 'weather', args: {} },
      },
      { functionCall: { id: 'b', name: 'weather', args: {} } },
    ];
    const request = ask({ model: 'gemini-3-pro-preview', messages });
    expect(contentsOf(request)).toEqual([
      { role: 'user', parts: [{ text: 'hi' }] },
      { role: 'model', parts },
    ]);
    expect(gemini.parseRequest(gemini.renderRequest(request).body, { model: request.model })).toEqual(
      request,
    );
  });

  test('a result with a picture carries it inside from Gemini 3 on, and beside before', () => {
    const picture = {
      type: 'media',
      mediaType: 'image/png',
      source: { kind: 'base64', data: 'AA==' },
    } as const;
    const messages: Message[] = [
      { role: 'assistant', content: [weather] },
      { role: 'tool', content: [{ type: 'tool-result', callId: 'a', content: [picture] }] },
    ];
    const inlineData = { inlineData: { mimeType: 'image/png', data: 'AA==' } };
    const functionResponse = { id: 'a', name: 'weather' };
    expect(contentsOf(ask({ model: 'gemini-3-flash', messages }))).toMatchObject([
      {},
      { parts: [{ functionResponse: { ...functionResponse, response: {}, parts: [inlineData] } }] },
    ]);
    expect(contentsOf(ask({ messages }))).toMatchObject([{}, { parts: [{ functionResponse }, inlineData] }]);
  });

  test('instructions said late stay in their place, and instructions alone are asked', () => {
    const system: Message = { role: 'system', content: [{ type: 'text', text: 'be kind' }] };
    const { body } = gemini.renderRequest(ask({ messages: [system, hello, system] }));
    expect(body.systemInstruction).toEqual({ parts: [{ text: 'be kind' }] });
    expect(body.contents).toEqual([
      { role: 'user', parts: [{ text: 'hi' }, { text: '<system>\nbe kind\n</system>' }] },
    ]);
    expect(gemini.renderRequest(ask({ messages: [system] })).body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'be kind' }] }],
    });
  });

  test.each([
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }],
    ['gemini-2.5-pro', 'max', { thinkingBudget: 32_768 }],
    ['gemini-2.5-flash', 'max', { thinkingBudget: 24_576 }],
    ['gemini-3-flash', 'minimal', { thinkingLevel: 'MINIMAL' }],
    ['gemini-3.1-pro-preview', 'none', { thinkingLevel: 'LOW' }],
    ['gemini-3-pro', 'xhigh', { thinkingLevel: 'HIGH' }],
  ] as const)('%s thinks with effort %s', (model, effort, thinkingConfig) => {
    expect(gemini.renderRequest(ask({ model, reasoning: { effort } })).body.generationConfig).toEqual({
      thinkingConfig,
    });
  });

  test('a model that does not think is not asked to, and the wish is named', () => {
    const rendered = gemini.renderRequest(ask({ model: 'gemini-2.0-flash', reasoning: { effort: 'high' } }));
    expect(rendered.dropped).toEqual(['reasoning_effort']);
    expect(rendered.body.generationConfig).toBeUndefined();
  });

  test('what Gemini has no place for is named, once each', () => {
    const { dropped } = gemini.renderRequest(
      ask({
        messages: [
          { ...hello, name: 'Ann' },
          {
            role: 'user',
            name: 'Bob',
            content: [{ type: 'text', text: 'x', cache: {}, extra: { bedrock: { guard: 1 } } }],
          },
          {
            role: 'user',
            content: [{ type: 'media', mediaType: undefined, source: { kind: 'id', id: 'f' } }],
          },
        ],
        tools: [{ type: 'function', name: 'f', isStrict: true }],
        logitBias: { 1: 1 },
        verbosity: 'low',
        metadata: { a: 'b' },
        user: 'u',
        cacheKey: 'k',
        parallelToolCalls: false,
        store: true,
        seed: 2 ** 40,
        stop: ['1', '2', '3', '4', '5', '6'],
        serviceTier: 'scale',
        extra: { 'openai-chat': { prediction: {} } },
      }),
    );
    expect(dropped.toSorted()).toEqual([
      'logit_bias',
      'messages.cache_control',
      'messages.file_id',
      'messages.guard',
      'messages.name',
      'metadata',
      'parallel_tool_calls',
      'prediction',
      'prompt_cache_key',
      'seed',
      'service_tier',
      'stop',
      'store',
      'tools.strict',
      'user',
      'verbosity',
    ]);
  });

  test('wishes that are granted anyway are not named', () => {
    expect(
      gemini.renderRequest(ask({ parallelToolCalls: true, store: false, serviceTier: 'auto' })).dropped,
    ).toEqual([]);
  });

  test('JSON beside functions is asked for in words where Gemini cannot be held to it', () => {
    const tools = [{ type: 'function', name: 'f' }] as const;
    const output = { type: 'json-schema', name: 'n', schema: { type: 'object' } } as const;
    const before = gemini.renderRequest(ask({ tools, output })).body;
    expect(before.generationConfig).toBeUndefined();
    expect(JSON.stringify(before.systemInstruction)).toContain('JSON schema');
    const since = gemini.renderRequest(ask({ model: 'gemini-3-pro', tools, output })).body;
    expect(since.generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object' },
    });
  });

  test('another vendor’s web search becomes Google’s, unless functions stand beside it', () => {
    const search = {
      type: 'built-in',
      extra: { 'openai-responses': { type: 'web_search', size: 'low' } },
    } as const;
    const alone = gemini.renderRequest(ask({ tools: [search] }));
    expect(alone.body.tools).toEqual([{ googleSearch: {} }]);
    expect(alone.dropped).toEqual(['tools.web_search.size']);
    const beside = gemini.renderRequest(ask({ tools: [search, { type: 'function', name: 'f' }] }));
    expect(beside.body.tools).toEqual([{ functionDeclarations: [{ name: 'f' }] }]);
    expect(beside.dropped).toEqual(['tools.web_search']);
  });

  test('arguments that are no object are shown, not lost', () => {
    const broken = { ...weather, input: '{"city": "Ro' };
    const request = ask({ messages: [hello, { role: 'assistant', content: [broken] }] });
    expect(gemini.parseRequest(gemini.renderRequest(request).body, address)).toEqual(request);
  });

  test('a picture by data URL goes inline, one by address by reference', () => {
    expect(
      contentsOf(
        ask({ messages: [pictureAt('data:image/gif;base64,R0lG'), pictureAt('https://x.test/a.PNG?b')] }),
      ),
    ).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/gif', data: 'R0lG' } },
          { fileData: { mimeType: 'image/png', fileUri: 'https://x.test/a.PNG?b' } },
        ],
      },
    ]);
  });
});
