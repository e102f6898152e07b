import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AssistantBlock, Message, ToolMessage } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { bedrock } from './codec.ts';

const nova = 'us.amazon.nova-pro-v1:0';
const sonnet37 = 'us.anthropic.claude-3-7-sonnet-20250219-v1:0';
const sonnet45 = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const opus47 = 'anthropic.claude-opus-4-7';

const say = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const call = (id: string, name: string, input = '{}'): AssistantBlock => ({
  type: 'tool-call',
  id,
  name,
  format: 'json',
  input,
});
const result = (callId: string, text: string, name?: string): ToolMessage => ({
  role: 'tool',
  content: [
    {
      type: 'tool-result',
      callId,
      content: [{ type: 'text', text }],
      ...(name === undefined ? {} : { name }),
    },
  ],
});
const lookUp = { type: 'function', name: 'look_up', parameters: { type: 'object' } } as const;

function render(more: Partial<ChatRequest>): {
  readonly body: JsonObject;
  readonly dropped: readonly string[];
} {
  return bedrock.renderRequest({
    model: sonnet45,
    stream: false,
    wantsUsage: false,
    messages: [say('Hi')],
    ...more,
  });
}

const messagesOf = (messages: readonly Message[], more: Partial<ChatRequest> = {}) =>
  render({ ...more, messages }).body['messages'];

const thought = (dialect: 'bedrock' | 'gemini'): AssistantBlock => ({
  type: 'reasoning',
  text: dialect,
  signature: { dialect, value: 's' },
});

const document = (name?: string): Message => ({
  role: 'user',
  content: [
    {
      type: 'media',
      mediaType: 'application/pdf',
      source: { kind: 'base64', data: 'AA==' },
      ...(name === undefined ? {} : { name }),
    },
  ],
});

const fields = (more: Partial<ChatRequest>) => render(more).body['additionalModelRequestFields'];

describe('messages', () => {
  test('neighbours of one role are one message, and results come first', () => {
    const rendered = messagesOf([
      say('a'),
      say('b'),
      { role: 'assistant', content: [call('1', 'x'), call('2', 'y')] },
      result('1', 'one'),
      say('c'),
      result('2', 'two'),
    ]);
    expect(rendered).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      {
        role: 'assistant',
        content: [
          { toolUse: { toolUseId: '1', name: 'x', input: {} } },
          { toolUse: { toolUseId: '2', name: 'y', input: {} } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: '1', content: [{ text: 'one' }] } },
          { toolResult: { toolUseId: '2', content: [{ text: 'two' }] } },
          { text: 'c' },
        ],
      },
    ]);
  });

  test('results find their calls by id, then by name, then by order', () => {
    const rendered = messagesOf([
      say('a'),
      { role: 'assistant', content: [call('1', 'x'), call('2', 'y'), call('3', 'z')] },
      result('?', 'of y', 'y'),
      result('??', 'the rest'),
      result('3', 'of z'),
    ]);
    const content = (rendered as { content: { toolResult: JsonObject }[] }[])[2]?.content;
    expect(content?.map(({ toolResult }) => [toolResult['toolUseId'], toolResult['content']])).toEqual([
      ['2', [{ text: 'of y' }]],
      ['1', [{ text: 'the rest' }]],
      ['3', [{ text: 'of z' }]],
    ]);
  });

  test('a result that answers no call is told in words', () => {
    expect(messagesOf([say('a'), result('1', 'lost')])).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: 'lost' }] },
    ]);
  });

  test('ids of other vendors are made fit, alike in call and result, and stay apart', () => {
    const rendered = JSON.stringify(
      messagesOf([
        say('a'),
        { role: 'assistant', content: [call('f.x:0', 'x'), call('f.x.0', 'x'), call('y'.repeat(80), 'x')] },
        result('f.x:0', '1'),
        result('f.x.0', '2'),
        result('y'.repeat(80), '3'),
      ]),
    );
    const ids = [...rendered.matchAll(/"toolUseId":"([^"]*)"/g)].map(([, id]) => id ?? '');
    expect(ids.slice(0, 3)).toEqual(ids.slice(3));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  });

  test('a conversation begins with a user', () => {
    expect(messagesOf([{ role: 'assistant', content: [{ type: 'text', text: 'Hello' }] }])).toEqual([
      { role: 'user', content: [{ text: 'Continue.' }] },
      { role: 'assistant', content: [{ text: 'Hello' }] },
    ]);
    const { body } = render({ messages: [{ role: 'system', content: [{ type: 'text', text: 'S' }] }] });
    expect(body).toMatchObject({ system: [{ text: 'S' }], messages: [{ role: 'user' }] });
  });

  test('a late system message keeps its place', () => {
    const { body } = render({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'first' }] },
        { role: 'system', isDeveloper: true, content: [{ type: 'text', text: 'second' }] },
        say('a'),
        { role: 'system', content: [{ type: 'text', text: 'late' }] },
      ],
    });
    expect(body['system']).toEqual([{ text: 'first' }, { text: 'second' }]);
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ text: 'a' }, { text: '<system>\nlate\n</system>' }] },
    ]);
  });

  test('empty text is left out, "0" is not', () => {
    expect(messagesOf([say(''), say('0')])).toEqual([{ role: 'user', content: [{ text: '0' }] }]);
    expect(
      messagesOf([say('a'), { role: 'assistant', content: [call('1', 'x')] }, result('1', '')]),
    ).toMatchObject([{}, {}, { content: [{ toolResult: { content: [] } }] }]);
  });

  test('arguments that are no object are told as such, free text as the one argument', () => {
    const content: AssistantBlock[] = [
      call('1', 'x', '{"a'),
      call('2', 'x', '[1]'),
      { type: 'tool-call', id: '3', name: 'x', format: 'text', input: 'free' },
    ];
    expect(messagesOf([say('a'), { role: 'assistant', content }])).toMatchObject([
      {},
      {
        content: [
          { toolUse: { input: { INVALID_JSON: '{"a' } } },
          { toolUse: { input: { INVALID_JSON: '[1]' } } },
          { toolUse: { input: { input: 'free' } } },
        ],
      },
    ]);
  });

  test('only own signatures are given back', () => {
    const content: AssistantBlock[] = [
      thought('gemini'),
      thought('bedrock'),
      { type: 'reasoning', text: 'unsigned' },
    ];
    const history: Message[] = [say('a'), { role: 'assistant', content }];
    const signed = { reasoningContent: { reasoningText: { text: 'bedrock', signature: 's' } } };
    expect(messagesOf(history)).toMatchObject([{}, { content: [signed] }]);
    expect(render({ messages: history }).dropped).toEqual([]);
    // Nova signs nothing.
    const unsigned = { reasoningContent: { reasoningText: { text: 'unsigned' } } };
    expect(messagesOf(history, { model: nova })).toEqual([
      { role: 'user', content: [{ text: 'a' }] },
      { role: 'assistant', content: [signed, unsigned] },
    ]);
  });

  test('documents have names that Bedrock takes, each its own, and words beside them', () => {
    const [message] = messagesOf([
      document('my_file.pdf'),
      document('my file.pdf'),
      document(),
    ]) as JsonObject[];
    const source = { bytes: 'AA==' };
    expect(message?.['content']).toEqual([
      { document: { format: 'pdf', name: 'my-file-pdf', source } },
      { document: { format: 'pdf', name: 'my file-pdf', source } },
      { document: { format: 'pdf', name: 'document', source } },
      { text: 'See the attached document.' },
    ]);
  });

  test('media that Bedrock cannot fetch or show are named', () => {
    const { dropped } = render({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            {
              type: 'media',
              mediaType: 'image/*',
              source: { kind: 'url', url: 'https://example.com/a.png' },
            },
            { type: 'media', mediaType: 'image/tiff', source: { kind: 'base64', data: 'AA==' } },
            { type: 'media', mediaType: undefined, source: { kind: 'id', id: 'file-1' } },
          ],
        },
      ],
    });
    expect(dropped).toEqual(['messages.image_url', 'messages.image.format', 'messages.file_id']);
  });

  test('a data URL is bytes, and its format is found out', () => {
    const image = {
      type: 'media',
      mediaType: 'image/*',
      source: { kind: 'url', url: 'data:image/png;base64,iVBORw0KGgoAAA' },
    } as const;
    expect(messagesOf([{ role: 'user', content: [image] }])).toEqual([
      { role: 'user', content: [{ image: { format: 'png', source: { bytes: 'iVBORw0KGgoAAA' } } }] },
    ]);
  });

  test('cache marks become cache points, where the model knows them', () => {
    const messages: Message[] = [
      { role: 'user', content: [{ type: 'text', text: 'x', cache: { ttl: '1h' } }] },
    ];
    const point = { cachePoint: { type: 'default', ttl: '1h' } };
    expect(messagesOf(messages)).toEqual([{ role: 'user', content: [{ text: 'x' }, point] }]);
    expect(render({ messages, model: nova }).dropped).toEqual(['messages.cache_control.ttl']);
    expect(render({ messages, model: 'meta.llama3-70b-instruct-v1:0' })).toMatchObject({
      body: { messages: [{ content: [{ text: 'x' }] }] },
      dropped: ['messages.cache_control'],
    });
  });
});

describe('tools', () => {
  const history: Message[] = [say('a'), { role: 'assistant', content: [call('1', 'x')] }, result('1', 'ok')];

  test('a history with calls has tools, by their names', () => {
    expect(render({ messages: history }).body['toolConfig']).toEqual({
      tools: [{ toolSpec: { name: 'x', inputSchema: { json: { type: 'object' } } } }],
    });
  });

  test.each<[ChatRequest['toolChoice'], JsonObject | undefined]>([
    [undefined, undefined],
    [{ type: 'auto' }, { auto: {} }],
    [{ type: 'required' }, { any: {} }],
    [{ type: 'tool', name: 'look_up' }, { tool: { name: 'look_up' } }],
    [{ type: 'allowed', names: ['look_up'], isRequired: true }, { any: {} }],
  ])('the choice %o is %o', (toolChoice, wanted) => {
    const { body } = render({ tools: [lookUp], ...(toolChoice === undefined ? {} : { toolChoice }) });
    expect((body['toolConfig'] as JsonObject)['toolChoice']).toEqual(wanted);
  });

  test('none leaves the tools out, unless the history needs them', () => {
    expect(render({ tools: [lookUp], toolChoice: { type: 'none' } })).toMatchObject({ dropped: [] });
    expect(render({ tools: [lookUp], toolChoice: { type: 'none' } }).body).not.toHaveProperty('toolConfig');
    const needed = render({ tools: [lookUp], toolChoice: { type: 'none' }, messages: history });
    expect(needed.body['toolConfig']).toMatchObject({ tools: [{ toolSpec: { name: 'look_up' } }] });
    expect(needed.dropped).toEqual(['tool_choice']);
  });

  test('allowed tools alone are offered', () => {
    const other = { ...lookUp, name: 'other' };
    const toolChoice = { type: 'allowed', names: ['other'], isRequired: false } as const;
    expect(render({ tools: [lookUp, other], toolChoice }).body['toolConfig']).toMatchObject({
      tools: [{ toolSpec: { name: 'other' } }],
    });
  });

  test('a tool without arguments takes an object', () => {
    const { body } = render({ tools: [{ type: 'function', name: 'now' }] });
    expect(body['toolConfig']).toEqual({
      tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } }],
    });
  });

  test('built-in tools of others are named', () => {
    const tools = [{ type: 'built-in', extra: { 'openai-responses': { type: 'web_search' } } }] as const;
    expect(render({ tools }).dropped).toEqual(['tools.web_search']);
  });
});

describe('reasoning', () => {
  test.each<[string, ChatRequest['reasoning'], JsonObject | undefined]>([
    [opus47, { effort: 'xhigh' }, { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } }],
    [opus47, { budget: 10_000 }, { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } }],
    [
      opus47,
      { budget: 'dynamic', summary: 'auto' },
      { thinking: { type: 'adaptive', display: 'summarized' } },
    ],
    [sonnet45, { effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    [sonnet45, { budget: 10 }, { thinking: { type: 'enabled', budget_tokens: 1024 } }],
    [sonnet45, { effort: 'none' }, { thinking: { type: 'disabled' } }],
    [
      'amazon.nova-2-lite-v1:0',
      { effort: 'medium' },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
    ],
    ['openai.gpt-oss-20b-1:0', { effort: 'max' }, { reasoning_effort: 'high' }],
    ['openai.gpt-5.6', { effort: 'minimal' }, { reasoning: { effort: 'low' } }],
    [nova, { effort: 'none' }, undefined],
  ])('%s thinks %o by %o', (model, reasoning, wanted) => {
    expect(fields({ model, reasoning: reasoning ?? {} })).toEqual(wanted);
    expect(render({ model, reasoning: reasoning ?? {} }).dropped).toEqual([]);
  });

  test.each([nova, 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', 'meta.llama3'])(
    '%s cannot be told to think',
    (model) => {
      expect(render({ model, reasoning: { effort: 'high' } }).dropped).toEqual(['reasoning_effort']);
    },
  );

  test('the answer has room beside a budget', () => {
    expect(render({ reasoning: { budget: 2000 } }).body['inferenceConfig']).toEqual({ maxTokens: 6096 });
    expect(fields({ reasoning: { budget: 9000 }, maxTokens: 5000 })).toEqual({
      thinking: { type: 'enabled', budget_tokens: 4000 },
    });
    const tight = render({ reasoning: { budget: 9000 }, maxTokens: 1000 });
    expect(tight.body).not.toHaveProperty('additionalModelRequestFields');
    expect(tight.dropped).toEqual(['reasoning_effort']);
  });

  test('what a thinking Claude refuses is dropped and named', () => {
    const { body, dropped } = render({
      model: sonnet37,
      reasoning: { budget: 2000 },
      temperature: 0.2,
      topP: 0.5,
      topK: 5,
      tools: [lookUp],
      toolChoice: { type: 'required' },
    });
    expect(dropped).toEqual(['temperature', 'top_p', 'top_k', 'tool_choice']);
    expect(body).toMatchObject({
      inferenceConfig: { maxTokens: 6096 },
      toolConfig: { toolChoice: { auto: {} } },
    });
  });

  test('a turn that began without thoughts goes on without them', () => {
    const messages: Message[] = [
      say('a'),
      { role: 'assistant', content: [call('1', 'x')] },
      result('1', 'ok'),
    ];
    expect(render({ messages, reasoning: { effort: 'high' } }).dropped).toEqual(['reasoning_effort']);
    expect(render({ messages, reasoning: { effort: 'high' }, model: opus47 }).dropped).toEqual([]);
  });

  test('Claude takes temperature or top_p, and the newest neither', () => {
    expect(render({ temperature: 0.5, topP: 0.5 }).dropped).toEqual(['top_p']);
    expect(render({ model: opus47, temperature: 0.5, topP: 1 })).toMatchObject({ dropped: ['temperature'] });
    expect(render({ model: nova, temperature: 0.5, topP: 0.5 }).body['inferenceConfig']).toEqual({
      temperature: 0.5,
      topP: 0.5,
    });
  });

  test("another vendor's spelling is translated", () => {
    const body = {
      messages: [{ role: 'user', content: [{ text: 'x' }] }],
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 }, other: 1 },
    };
    const parsed = bedrock.parseRequest(body, { model: 'alias' });
    const target = { ...parsed, model: 'openai.gpt-oss-20b-1:0' };
    expect(bedrock.renderRequest(target).body['additionalModelRequestFields']).toEqual({
      other: 1,
      reasoning_effort: 'low',
    });
  });
});

const native = (schema: string): object => ({
  textFormat: { type: 'json_schema', structure: { jsonSchema: { schema, name: 'person' } } },
});

describe('structured output', () => {
  const output = { type: 'json-schema', name: 'person', schema: { type: 'object' } } as const;
  const schemaOf = (model?: string): unknown =>
    render({ output, ...(model === undefined ? {} : { model }) }).body['outputConfig'];

  test('is native where the model knows it; for Claude the schema says that there are no other properties', () => {
    expect(schemaOf()).toEqual(native('{"type":"object","additionalProperties":false}'));
    expect(schemaOf('qwen.qwen3-32b-v1:0')).toEqual(native('{"type":"object"}'));
  });

  test('is a forced tool where not', () => {
    expect(render({ output, model: nova }).body['toolConfig']).toMatchObject({
      tools: [{ toolSpec: { name: 'vector_engine_json_answer', inputSchema: { json: { type: 'object' } } } }],
      toolChoice: { tool: { name: 'vector_engine_json_answer' } },
    });
    expect(render({ output, model: nova, tools: [lookUp] }).body['toolConfig']).toMatchObject({
      toolChoice: { any: {} },
    });
  });

  test('is asked for in words where no tool can be forced', () => {
    const { body, dropped } = render({ output, model: sonnet37, reasoning: { budget: 2000 } });
    expect(body).toMatchObject({
      system: [{ text: expect.stringContaining('vector_engine_json_answer') }],
      toolConfig: { toolChoice: { auto: {} } },
    });
    expect(dropped).toEqual([]);
  });

  test('the forced tool is given on as plain JSON text', () => {
    const content = [{ toolUse: { toolUseId: 't', name: 'vector_engine_json_answer', input: { a: 1 } } }];
    const answer = bedrock.parseAnswer({ output: { message: { content } }, stopReason: 'tool_use' });
    expect(answer.choices[0]).toMatchObject({
      content: [{ type: 'text', text: '{"a":1}' }],
      finish: { reason: 'stop' },
    });
  });
});

describe('what has no words here', () => {
  test("is named by OpenAI's names", () => {
    const { dropped } = render({
      seed: 0,
      frequencyPenalty: 1,
      presencePenalty: 1,
      logitBias: { 1: 2 },
      logprobs: true,
      topLogprobs: 2,
      choices: 2,
      verbosity: 'low',
      parallelToolCalls: false,
      tools: [lookUp],
      user: 'u',
      cacheKey: 'k',
      store: true,
      serviceTier: 'scale',
      metadata: { fine: 'yes', bad: '{}' },
      messages: [{ ...say('x'), name: 'Bob' }],
    });
    expect(new Set(dropped)).toEqual(
      new Set(
        'seed frequency_penalty presence_penalty logit_bias logprobs top_logprobs n verbosity parallel_tool_calls user prompt_cache_key store service_tier metadata messages.name'.split(
          ' ',
        ),
      ),
    );
  });

  test('defaults need no mention', () => {
    const defaults = {
      frequencyPenalty: 0,
      choices: 1,
      store: false,
      serviceTier: 'auto',
      parallelToolCalls: true,
    };
    expect(render(defaults)).toMatchObject({ dropped: [] });
  });

  test("other dialects' extras are named once", () => {
    const extra = { 'openai-chat': { prediction: {}, moderation: {} } };
    const message: Message = { ...say('x'), extra: { 'openai-chat': { audio: 1 } } };
    expect(render({ extra, messages: [message, message] }).dropped).toEqual([
      'prediction',
      'moderation',
      'messages.audio',
    ]);
  });
});
