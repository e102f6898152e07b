import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AssistantBlock, Message } from '../../protocol/content.ts';
import { renderRequest } from './render-request.ts';

const user: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] };
const base: ChatRequest = { model: 'claude-sonnet-4-5', stream: false, wantsUsage: true, messages: [user] };
const render = (more: Partial<ChatRequest>) => renderRequest({ ...base, ...more });
const body = (more: Partial<ChatRequest>) => render(more).body;
const said = (...content: AssistantBlock[]): Message => ({ role: 'assistant', content });
const call = (id: string, name = 'look'): AssistantBlock => ({
  type: 'tool-call',
  id,
  name,
  format: 'json',
  input: '{}',
});
const result = (callId: string): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', callId, content: [{ type: 'text', text: '0' }] }],
});
const look = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } } as const;
const system = (text: string): Message => ({ role: 'system', content: [{ type: 'text', text }] });

describe('messages', () => {
  test('the results of parallel calls stand in one message, before what the user adds', () => {
    const { messages } = body({
      messages: [user, said(call('a'), call('b')), result('a'), user, result('b')],
    }) as { messages: unknown[] };
    expect(messages.slice(2)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '0' },
          { type: 'tool_result', tool_use_id: 'b', content: '0' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ]);
  });

  test("another vendor's call ids are spelled as Anthropic takes them, the same for call and result", () => {
    const text = JSON.stringify(
      body({
        messages: [
          user,
          said(call('functions.look:0'), call('functions_look.0')),
          result('functions.look:0'),
        ],
      }),
    );
    const ids = [...text.matchAll(/"(?:id|tool_use_id)":"([^"]*)"/g)].map(([, id]) => id);
    expect(ids[0]).toMatch(/^[\w-]+$/);
    expect(ids[2]).toBe(ids[0]);
    expect(ids[1]).not.toBe(ids[0]);
  });

  test('a foreign signature is withheld, and the reasoning with it', () => {
    const { messages } = body({
      messages: [
        user,
        said(
          { type: 'reasoning', text: 'hm', signature: { dialect: 'gemini', value: 'x' } },
          { type: 'reasoning', text: 'so', signature: { dialect: 'anthropic-messages', value: 'mine' } },
          { type: 'text', text: 'yes', signature: { dialect: 'gemini', value: 'y' } },
        ),
        user,
      ],
    }) as { messages: unknown[] };
    expect(messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'so', signature: 'mine' },
        { type: 'text', text: 'yes' },
      ],
    });
  });

  test('late instructions are a system message where the model takes them, else marked as the user', () => {
    const messages = [system('first'), user, said({ type: 'text', text: 'yes' }), user, system('late')];
    expect(body({ messages, model: 'claude-opus-4-8' })).toMatchObject({
      system: 'first',
      messages: [{}, {}, {}, { role: 'system', content: 'late' }],
    });
    expect(body({ messages })).toMatchObject({
      messages: [{}, {}, { content: [{ text: 'Hi' }, { text: '<system>\nlate\n</system>' }] }],
    });
  });

  test('instructions alone are a question', () => {
    expect(body({ messages: [system('Say hi')] })).toMatchObject({
      messages: [{ role: 'user', content: 'Say hi' }],
    });
  });

  test('text without a visible character is left out, and prefilled text ends visibly', () => {
    const { messages } = body({
      messages: [user, said({ type: 'text', text: '' }), user, said({ type: 'text', text: 'So: ' })],
    }) as { messages: unknown[] };
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'Hi' },
        ],
      },
      { role: 'assistant', content: 'So:' },
    ]);
  });

  test('an empty or falsy result is kept', () => {
    for (const text of ['', '0', 'false']) {
      const message: Message = {
        role: 'tool',
        content: [{ type: 'tool-result', callId: 'a', content: [{ type: 'text', text }], isError: true }],
      };
      expect(JSON.stringify(body({ messages: [user, said(call('a')), message] }))).toContain(
        `{"type":"tool_result","tool_use_id":"a","content":${JSON.stringify(text)},"is_error":true}`,
      );
    }
  });

  test('arguments that are no object are wrapped', () => {
    const broken = { type: 'tool-call', id: 'a', name: 'x', format: 'json', input: '{"a":' } as const;
    expect(body({ messages: [user, said(broken)] })).toMatchObject({
      messages: [{}, { content: [{ input: { INVALID_JSON: '{"a":' } }] }],
    });
  });

  test('sound is dropped and named, a text file is read', () => {
    const { body: sent, dropped } = render({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'media', mediaType: 'audio/wav', source: { kind: 'base64', data: 'UklG' } },
            {
              type: 'media',
              mediaType: 'text/csv',
              source: { kind: 'base64', data: Buffer.from('a,b').toString('base64') },
              name: 'table.csv',
            },
            {
              type: 'media',
              mediaType: 'image/*',
              source: { kind: 'url', url: 'data:image/png;base64,iVBORw' },
            },
          ],
        },
      ],
    });
    expect(dropped).toEqual(['messages.audio']);
    expect(sent).toMatchObject({
      messages: [
        {
          content: [
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'a,b' },
              title: 'table.csv',
            },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw' } },
          ],
        },
      ],
    });
  });
});

describe('parameters', () => {
  test('what Anthropic cannot say is named as OpenAI spells it', () => {
    const { dropped } = render({
      seed: 1,
      choices: 2,
      frequencyPenalty: 1,
      presencePenalty: 0,
      logprobs: true,
      logitBias: { a: 1 },
      verbosity: 'low',
      serviceTier: 'flex',
      metadata: { a: 'b' },
      cacheKey: 'k',
      extra: { gemini: { safetySettings: [] }, 'anthropic-messages': { container: 'c' } },
      tools: [{ type: 'built-in', extra: { 'openai-responses': { type: 'file_search' } } }],
    });
    expect([...dropped].toSorted()).toEqual([
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'metadata',
      'n',
      'prompt_cache_key',
      'safetySettings',
      'seed',
      'service_tier',
      'tools.file_search',
      'verbosity',
    ]);
  });

  test('max_tokens is supplied', () => {
    expect(body({})['max_tokens']).toBe(4096);
    expect(body({ reasoning: { effort: 'low' } })['max_tokens']).toBe(8192);
    expect(body({ reasoning: { budget: 20_000 } })['max_tokens']).toBe(24_096);
    expect(body({ maxTokens: 0 })['max_tokens']).toBe(0);
  });

  test('temperature and top_p go together only where the model takes both, and not with newer models', () => {
    const both = { temperature: 1.5, topP: 0.5 };
    expect(render({ ...both, model: 'claude-3-5-haiku-latest' })).toMatchObject({
      body: { temperature: 1, top_p: 0.5 },
      dropped: [],
    });
    expect(render(both)).toMatchObject({ body: { temperature: 1 }, dropped: ['top_p'] });
    expect(render({ ...both, model: 'claude-opus-5' }).dropped).toEqual(['temperature', 'top_p']);
  });

  test('the tools that are allowed are the only ones offered', () => {
    const tools = [look, { ...look, name: 'else' }];
    expect(
      body({
        tools,
        toolChoice: { type: 'allowed', names: ['look'], isRequired: true },
        parallelToolCalls: false,
      }),
    ).toMatchObject({
      tools: [{ name: 'look' }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    });
    expect(
      body({ tools, toolChoice: { type: 'allowed', names: ['look'], isRequired: true } })['tools'],
    ).toHaveLength(1);
  });

  test('a tool that takes text gets it as a field, under a name that tells', () => {
    const tools = [{ type: 'custom', name: 'run', format: { type: 'grammar' } }] as const;
    const { body: sent, dropped } = render({ tools, toolChoice: { type: 'tool', name: 'run' } });
    expect(dropped).toEqual(['tools.format']);
    expect(sent).toMatchObject({
      tools: [{ name: 've_text__run', input_schema: { required: ['input'] } }],
      tool_choice: { type: 'tool', name: 've_text__run' },
    });
  });
});

describe('reasoning', () => {
  test.each([
    ['claude-sonnet-4-5', { effort: 'high' }, { thinking: { type: 'enabled', budget_tokens: 16_384 } }],
    [
      'claude-opus-4-5',
      { effort: 'max' },
      { thinking: { type: 'enabled' }, output_config: { effort: 'high' } },
    ],
    [
      'claude-opus-4-6',
      { effort: 'xhigh' },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    ],
    ['claude-opus-4-6', { budget: 5000 }, { thinking: { type: 'enabled', budget_tokens: 5000 } }],
    [
      'claude-opus-4-7',
      { budget: 5000 },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
    ],
    ['claude-opus-5', { effort: 'none' }, { thinking: { type: 'disabled' } }],
    ['claude-mythos-5', { budget: 0 }, { output_config: { effort: 'low' } }],
    ['kimi-k2.5', { effort: 'low' }, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    [
      'claude-sonnet-4-5',
      { budget: 100, summary: 'none' },
      { thinking: { type: 'enabled', budget_tokens: 1024, display: 'omitted' } },
    ],
  ] as const)('%s %o', (model, reasoning, expected) => {
    expect(body({ model, reasoning })).toMatchObject(expected);
  });

  test('a budget leaves room for the answer, or there is none', () => {
    const reasoning = { effort: 'high' } as const;
    expect(body({ reasoning, maxTokens: 4000 })).toMatchObject({
      max_tokens: 4000,
      thinking: { budget_tokens: 2000 },
    });
    expect(render({ reasoning, maxTokens: 1000 })).toMatchObject({
      body: { thinking: { type: 'disabled' } },
      dropped: ['reasoning_effort'],
    });
  });

  test('models that do not think say so', () => {
    const { body: sent, dropped } = render({ model: 'claude-3-5-sonnet', reasoning: { effort: 'low' } });
    expect(sent).not.toHaveProperty('thinking');
    expect(dropped).toEqual(['reasoning_effort']);
  });

  test('sampling that thinking does not allow is dropped', () => {
    const { body: sent, dropped } = render({ reasoning: { effort: 'low' }, temperature: 0.2, topK: 5 });
    expect(sent).not.toHaveProperty('temperature');
    expect(dropped).toEqual(['temperature', 'top_k']);
  });

  test('a tool that must be called comes before thinking, where thinking can be turned off', () => {
    const forced = { tools: [look], toolChoice: { type: 'required' }, reasoning: { effort: 'low' } } as const;
    expect(render(forced)).toMatchObject({
      body: { thinking: { type: 'disabled' }, tool_choice: { type: 'any' } },
      dropped: ['reasoning_effort'],
    });
    expect(render({ ...forced, model: 'claude-fable-5' })).toMatchObject({
      body: { thinking: { type: 'adaptive' }, tool_choice: { type: 'auto' } },
      dropped: ['tool_choice'],
    });
  });

  test("a turn that another vendor's model began goes on without a budget", () => {
    const messages = [user, said(call('a')), result('a')];
    expect(render({ messages, reasoning: { effort: 'low' } })).toMatchObject({
      body: { thinking: { type: 'disabled' } },
      dropped: ['reasoning_effort'],
    });
    const signed: AssistantBlock = {
      type: 'reasoning',
      text: '',
      signature: { dialect: 'anthropic-messages', value: 's' },
    };
    expect(
      render({ messages: [user, said(signed, call('a')), result('a')], reasoning: { effort: 'low' } })
        .dropped,
    ).toEqual([]);
  });
});

describe('structured output', () => {
  const output = {
    type: 'json-schema',
    name: 'city',
    schema: { type: 'object', properties: { size: { type: 'integer', minimum: 1 } } },
  } as const;

  test('a schema is fitted to what the grammar understands', () => {
    expect(body({ output })['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: { size: { type: 'integer', description: '{minimum: 1}' } },
          additionalProperties: false,
        },
      },
    });
  });

  test('a model without it is made to call a tool whose input is the answer', () => {
    expect(body({ output, model: 'claude-3-5-haiku' })).toMatchObject({
      tools: [{ name: 've_json_output', input_schema: output.schema }],
      tool_choice: { type: 'tool', name: 've_json_output' },
    });
    expect(body({ output: { type: 'json' }, tools: [look] })).toMatchObject({
      tools: [{ name: 'look' }, { name: 've_json_output' }],
      tool_choice: { type: 'any' },
    });
  });

  test('a model that cannot be made to is told to', () => {
    expect(body({ output: { type: 'json' }, model: 'claude-mythos-5' })['system']).toContain('JSON object');
  });
});
