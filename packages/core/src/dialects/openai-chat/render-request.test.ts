import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { Message } from '../../protocol/content.ts';
import { openaiQuirks } from './openai-quirks.ts';
import type { ChatQuirks } from './quirks.ts';
import { renderRequest } from './render-request.ts';

const user: Message = { role: 'user', content: [{ type: 'text', text: 'hi' }] };

function render(more: Partial<ChatRequest>, quirks?: ChatQuirks): RenderedRequest {
  return renderRequest({ model: 'm', stream: false, wantsUsage: false, messages: [user], ...more }, quirks);
}

const thought: Message = {
  role: 'assistant',
  content: [
    { type: 'reasoning', text: 'A', signature: { dialect: 'anthropic-messages', value: 'foreign' } },
    { type: 'reasoning', text: '', isRedacted: true, signature: { dialect: 'bedrock', value: 'foreign' } },
    { type: 'reasoning', text: 'B', signature: { dialect: 'openai-chat', value: 'own' } },
    { type: 'text', text: 'said' },
  ],
};

describe('the dialect at its widest', () => {
  test('is short where nothing is asked for', () => {
    expect(render({})).toEqual({
      body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
      dropped: [],
    });
  });

  test('signatures of others are withheld, the text is not', () => {
    const { body, dropped } = render({ messages: [user, thought] });
    expect(JSON.stringify(body)).not.toContain('foreign');
    expect(body['messages']).toMatchObject([
      {},
      {
        content: 'said',
        reasoning_content: 'AB',
        reasoning_details: [{ type: 'reasoning.text', text: 'B', signature: 'own', format: 'openai-chat' }],
      },
    ]);
    expect(dropped).toEqual([]);
  });

  test('extra of other dialects is named once', () => {
    const { body, dropped } = render({
      messages: [
        { ...user, extra: { gemini: { a: 1 } } },
        { ...user, extra: { gemini: { a: 1, b: 2 } } },
      ],
      tools: [
        { type: 'built-in', extra: { 'anthropic-messages': { type: 'web_search_20250305' } } },
        { type: 'function', name: 'f', extra: { 'anthropic-messages': { defer_loading: true } } },
      ],
      extra: { 'anthropic-messages': { container: 'c' } },
    });
    expect(dropped.toSorted()).toEqual([
      'container',
      'messages.a',
      'messages.b',
      'tools.defer_loading',
      'tools.web_search_20250305',
    ]);
    expect(body['tools']).toEqual([{ type: 'function', function: { name: 'f' } }]);
  });

  test('a tool that cannot be offered takes the choice along', () => {
    const { body } = render({
      tools: [{ type: 'built-in', extra: { gemini: { googleSearch: {} } } }],
      toolChoice: { type: 'auto' },
    });
    expect(body).not.toHaveProperty('tools');
    expect(body).not.toHaveProperty('tool_choice');
  });

  test('each result is a message; pictures in them follow behind the last, errors say so', () => {
    const picture = {
      type: 'media',
      mediaType: 'image/png',
      source: { kind: 'base64', data: 'AAAA' },
    } as const;
    const { body, dropped } = render({
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'tool-call', id: 'a', name: 'f', format: 'json', input: '' },
            { type: 'tool-call', id: 'b', name: 'g', format: 'text', input: '' },
          ],
        },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', callId: 'a', content: [picture] },
            { type: 'tool-result', callId: 'b', content: [{ type: 'text', text: 'gone' }], isError: true },
          ],
        },
      ],
    });
    expect(body['messages']).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
          { id: 'b', type: 'custom', custom: { name: 'g', input: '' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'The result is attached below.' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: gone' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Attached to the result of the tool call a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ]);
    expect(dropped).toEqual([]);
  });

  test('a document that is only a URL is linked to, and named', () => {
    const { body, dropped } = render({
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'media',
              mediaType: undefined,
              source: { kind: 'url', url: 'https://a/b.pdf' },
              name: 'b',
            },
          ],
        },
      ],
    });
    expect(body['messages']).toEqual([{ role: 'user', content: '[b](https://a/b.pdf)' }]);
    expect(dropped).toEqual(['messages.file_url']);
  });
});

describe('quirks', () => {
  test('names of parameters', () => {
    const { body } = render(
      { maxTokens: 9, seed: 1 },
      { maxTokens: 'max_tokens', renames: { seed: 'random_seed' } },
    );
    expect(body).toMatchObject({ max_tokens: 9, random_seed: 1 });
    expect(body).not.toHaveProperty('max_completion_tokens');
  });

  test('what is refused is left out and named', () => {
    const { body, dropped } = render(
      { seed: 0, parallelToolCalls: false },
      { refuses: ['seed', 'parallel_tool_calls', 'n'] },
    );
    expect(body).not.toHaveProperty('seed');
    expect(dropped).toEqual(['parallel_tool_calls', 'seed']);
  });

  test('usage that only the gateway asks for is not named', () => {
    const quirks = { alwaysAsksUsage: true };
    expect(render({ stream: true }, quirks).body).toMatchObject({ stream_options: { include_usage: true } });
    const refusing = { ...quirks, refuses: ['stream_options'] };
    expect(render({ stream: true }, refusing).dropped).toEqual([]);
    expect(render({ stream: true, wantsUsage: true }, refusing).dropped).toEqual(['stream_options']);
  });

  test('roles, names, strictness, cache marks', () => {
    const { body, dropped } = render(
      {
        messages: [
          { role: 'system', isDeveloper: true, name: 'n', content: [{ type: 'text', text: 'x', cache: {} }] },
        ],
        tools: [{ type: 'function', name: 'f', isStrict: true }],
      },
      { developerRole: false, messageNames: false, strictTools: false, cacheMarks: 'none' },
    );
    expect(body).toMatchObject({
      messages: [{ role: 'system', content: 'x' }],
      tools: [{ type: 'function', function: { name: 'f' } }],
    });
    expect(dropped.toSorted()).toEqual(['messages.cache_control', 'messages.name', 'tools.strict']);
  });

  test('text that must be one string', () => {
    const content = [
      { type: 'text' as const, text: 'a' },
      { type: 'text' as const, text: 'b' },
    ];
    expect(render({ messages: [{ role: 'user', content }] }, { joinsText: true }).body['messages']).toEqual([
      { role: 'user', content: 'a\nb' },
    ]);
  });

  test.each<[quirks: ChatQuirks, reasoning: ChatRequest['reasoning'], body: unknown]>([
    [{}, { budget: 9000 }, { reasoning_effort: 'high' }],
    [{}, { budget: 0 }, { reasoning_effort: 'none' }],
    [{}, { budget: 'dynamic' }, { reasoning_effort: 'medium' }],
    [{ efforts: ['low', 'high'] }, { effort: 'minimal' }, { reasoning_effort: 'low' }],
    [{ efforts: ['low', 'medium', 'high'] }, { effort: 'max' }, { reasoning_effort: 'high' }],
    [
      { reasoning: 'reasoning' },
      { budget: 9000, summary: 'none' },
      { reasoning: { max_tokens: 9000, exclude: true } },
    ],
    [{ reasoning: 'reasoning' }, { effort: 'low' }, { reasoning: { effort: 'low' } }],
    [{ reasoning: 'thinking' }, { effort: 'medium' }, { thinking: { type: 'enabled', budget_tokens: 8192 } }],
    [{ reasoning: 'thinking' }, { effort: 'none' }, { thinking: { type: 'disabled' } }],
    [{ reasoning: 'enable_thinking' }, { budget: 0 }, { enable_thinking: false }],
    [{ reasoning: 'enable_thinking' }, { budget: 5 }, { enable_thinking: true, thinking_budget: 5 }],
    [{ reasoning: 'none' }, { effort: 'low' }, {}],
  ])('%j asks for reasoning %j with %j', (quirks, reasoning, expected) => {
    const {
      model: _,
      messages: _messages,
      ...rest
    } = render({ ...(reasoning && { reasoning }) }, quirks).body;
    expect(rest).toEqual(expected);
  });

  test.each<[quirks: ChatQuirks, message: unknown]>([
    [
      { reasoningHistory: 'none', reasoningDetails: false },
      { role: 'assistant', content: 'said' },
    ],
    [
      { reasoningHistory: 'reasoning', reasoningDetails: false },
      { role: 'assistant', content: 'said', reasoning: 'AB' },
    ],
    [
      { reasoningHistory: 'thinking', reasoningDetails: false },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'A' }] },
          { type: 'thinking', thinking: [{ type: 'text', text: 'B' }], signature: 'own' },
          { type: 'text', text: 'said' },
        ],
      },
    ],
  ])('reasoning of earlier turns with %j', (quirks, message) => {
    expect(render({ messages: [thought] }, quirks).body['messages']).toEqual([message]);
  });

  test('a schema becomes an instruction behind the others where it is not taken', () => {
    const output = { type: 'json-schema', name: 'x', schema: { type: 'object' } } as const;
    const system: Message = { role: 'system', content: [{ type: 'text', text: 'be kind' }] };
    const { body } = render({ messages: [system, user], output }, { output: 'json_object' });
    expect(body['response_format']).toEqual({ type: 'json_object' });
    expect(body['messages']).toEqual([
      { role: 'system', content: 'be kind' },
      { role: 'system', content: expect.stringContaining('{"type":"object"}') },
      { role: 'user', content: 'hi' },
    ]);
    expect(render({ output }, { output: 'none' }).body).not.toHaveProperty('response_format');
  });

  test('tools are left out where a choice cannot be narrowed', () => {
    const tools = [{ type: 'function', name: 'a' } as const, { type: 'function', name: 'b' } as const];
    const toolChoice = { type: 'allowed', names: ['b'], isRequired: true } as const;
    expect(render({ tools, toolChoice }, { toolChoices: ['any'] }).body).toMatchObject({
      tools: [{ function: { name: 'b' } }],
      tool_choice: 'any',
    });
  });

  test('custom tools that are not known are functions of one argument, and so are their calls', () => {
    const messages: Message[] = [
      { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'g', format: 'text', input: 'x' }] },
    ];
    const { body, dropped } = render(
      { tools: [{ type: 'custom', name: 'g' }], toolChoice: { type: 'tool', name: 'g' }, messages },
      { customTools: false },
    );
    const name = 've_text__g';
    expect(dropped).toEqual([]);
    expect(body).toMatchObject({
      tools: [{ type: 'function', function: { name, parameters: { properties: { input: {} } } } }],
      tool_choice: { type: 'function', function: { name } },
    });
    expect(body['messages']).toMatchObject([
      { tool_calls: [{ function: { name, arguments: '{"input":"x"}' } }] },
    ]);
  });

  test('OpenAI itself: no foreign fields, and sampling only where the model does not reason', () => {
    const sampling = { temperature: 0.5, topK: 3 };
    const early = render({ model: 'o3', messages: [thought], ...sampling }, openaiQuirks);
    expect(early.body['messages']).toEqual([{ role: 'assistant', content: 'said' }]);
    expect(early.dropped.toSorted()).toEqual(['temperature', 'top_k']);
    expect(render({ model: 'gpt-5.2', temperature: 0.5 }, openaiQuirks).dropped).toEqual([]);
    expect(
      render({ model: 'gpt-5.2', temperature: 0.5, reasoning: { effort: 'low' } }, openaiQuirks).dropped,
    ).toEqual(['temperature']);
    expect(render({ model: 'gpt-4o', temperature: 0.5 }, openaiQuirks).dropped).toEqual([]);
  });
});
