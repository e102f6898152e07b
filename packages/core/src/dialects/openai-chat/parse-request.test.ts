import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { parseRequest } from './parse-request.ts';

const hi = { role: 'user', content: 'hi' };

function parse(more: JsonObject): ChatRequest {
  return parseRequest({ model: 'm', messages: [hi], ...more }, {});
}

function parseMessages(...messages: JsonObject[]): ChatRequest['messages'] {
  return parse({ messages }).messages;
}

function callOf(name: string): JsonObject {
  return { type: 'function', function: { name, arguments: '{}' } };
}

describe('parameters', () => {
  test('the newer name of a parameter counts', () => {
    expect(parse({ max_tokens: 5 }).maxTokens).toBe(5);
    expect(parse({ max_tokens: 5, max_completion_tokens: 6 }).maxTokens).toBe(6);
  });

  test('null is the same as left out, and falsy values are kept', () => {
    expect(parse({ temperature: null, tools: null, stop: null, n: null })).toEqual(parse({}));
    expect(parse({ temperature: 0, seed: 0, logprobs: false, user: '', stop: '' })).toMatchObject({
      temperature: 0,
      seed: 0,
      logprobs: false,
      user: '',
      stop: [''],
    });
  });

  test('usage is wanted only of a stream', () => {
    const stream_options = { include_usage: true };
    expect(parse({ stream: true, stream_options }).wantsUsage).toBe(true);
    expect(parse({ stream_options }).wantsUsage).toBe(false);
  });

  test('what there is no word for is kept', () => {
    expect(
      parse({ prediction: { type: 'content' }, stream_options: { include_obfuscation: false } }).extra,
    ).toEqual({
      'openai-chat': { prediction: { type: 'content' }, stream_options: { include_obfuscation: false } },
    });
  });

  test('a safety identifier says who asks', () => {
    expect(parse({ safety_identifier: 'u' })).toMatchObject({
      user: 'u',
      extra: { 'openai-chat': { safety_identifier: 'u' } },
    });
  });

  test.each<[body: JsonObject, reasoning: unknown]>([
    [{ reasoning_effort: 'high' }, { effort: 'high' }],
    [{ reasoning: { effort: 'low', exclude: true } }, { effort: 'low', summary: 'none' }],
    [{ reasoning: { max_tokens: 2000 } }, { budget: 2000 }],
    [{ reasoning: { enabled: true } }, { budget: 'dynamic' }],
    [{ thinking: { type: 'enabled', budget_tokens: 3000 } }, { budget: 3000 }],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ enable_thinking: false }, { effort: 'none' }],
    [{ enable_thinking: true, thinking_budget: 0 }, { budget: 0 }],
    [{ reasoning_effort: 'default' }, undefined],
  ])('reasoning is asked for with %j', (body, reasoning) => {
    expect(parse(body).reasoning).toEqual(reasoning);
  });

  test('functions of the old form are tools that are called one at a time', () => {
    expect(parse({ functions: [{ name: 'f', parameters: {} }], function_call: { name: 'f' } })).toMatchObject(
      {
        tools: [{ type: 'function', name: 'f', parameters: {} }],
        toolChoice: { type: 'tool', name: 'f' },
        parallelToolCalls: false,
      },
    );
  });

  test('a choice may be narrowed to some tools', () => {
    const tools = [
      { type: 'function', function: { name: 'a' } },
      { type: 'custom', custom: { name: 'b' } },
    ];
    expect(
      parse({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools } } })
        .toolChoice,
    ).toEqual({
      type: 'allowed',
      names: ['a', 'b'],
      isRequired: true,
    });
    expect(parse({ tool_choice: 'any' }).toolChoice).toEqual({ type: 'required' });
  });
});

describe('messages', () => {
  test('a developer is a kind of system', () => {
    expect(parseMessages({ role: 'developer', content: 'x', name: 'n' })).toEqual([
      { role: 'system', isDeveloper: true, name: 'n', content: [{ type: 'text', text: 'x' }] },
    ]);
  });

  test('parts of all kinds', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const parts = [
      { type: 'text', text: '0', cache_control },
      { type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'low' } },
      { type: 'image_url', image_url: { url: 'data:image/webp;base64,AAAA', detail: 'original' } },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'brand_new', value: 1 },
    ];
    expect(parseMessages({ role: 'user', content: parts })[0]?.content).toEqual([
      { type: 'text', text: '0', cache: { ttl: '1h' } },
      { type: 'media', mediaType: 'image/*', source: { kind: 'url', url: 'https://a/b.png' }, detail: 'low' },
      {
        type: 'media',
        mediaType: 'image/webp',
        source: { kind: 'base64', data: 'AAAA' },
        extra: { 'openai-chat': { image_url: { detail: 'original' } } },
      },
      { type: 'media', mediaType: 'audio/mpeg', source: { kind: 'base64', data: 'AAAA' } },
      {
        type: 'media',
        mediaType: 'application/pdf',
        source: { kind: 'base64', data: 'AAAA' },
        name: 'a.pdf',
      },
      { type: 'media', mediaType: undefined, source: { kind: 'id', id: 'file-1' } },
      { type: 'foreign', dialect: 'openai-chat', value: { type: 'brand_new', value: 1 } },
    ]);
  });

  test('a cache mark on the message is one on its last part', () => {
    const [message] = parseMessages({ role: 'user', content: 'x', cache_control: { type: 'ephemeral' } });
    expect(message?.content).toEqual([{ type: 'text', text: 'x', cache: {} }]);
  });

  test('an assistant: reasoning, text, refusal, calls', () => {
    const [message] = parseMessages({
      role: 'assistant',
      content: 'said',
      reasoning_content: 'thought',
      refusal: 'no',
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'f', arguments: '' } },
        { id: 'c2', type: 'custom', custom: { name: 'g', input: '' } },
      ],
      audio: { id: 'a1' },
    });
    expect(message).toEqual({
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'thought' },
        { type: 'text', text: 'said' },
        { type: 'refusal', text: 'no' },
        { type: 'tool-call', id: 'c1', name: 'f', format: 'json', input: '{}' },
        { type: 'tool-call', id: 'c2', name: 'g', format: 'text', input: '' },
      ],
      extra: { 'openai-chat': { audio: { id: 'a1' } } },
    });
  });

  test('thinking in the content, as Mistral has it', () => {
    const content = [
      {
        type: 'thinking',
        thinking: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { type: 'text', text: 'c' },
    ];
    expect(parseMessages({ role: 'assistant', content })[0]?.content).toEqual([
      { type: 'reasoning', text: 'ab' },
      { type: 'text', text: 'c' },
    ]);
  });

  test('signatures come back with the dialect that they belong to', () => {
    const [message] = parseMessages({
      role: 'assistant',
      content: 'said',
      reasoning_content: 'thought',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      reasoning_details: [
        { type: 'reasoning.text', text: 'thought', signature: 's1', format: 'anthropic-messages' },
        { type: 'reasoning.encrypted', data: 's2', format: 'anthropic-messages' },
        { type: 'reasoning.encrypted', id: 'c1', data: 's3', format: 'gemini' },
        { type: 'reasoning.encrypted', id: 'gone', data: 's4', format: 'gemini' },
      ],
    });
    expect(message?.content).toEqual([
      { type: 'reasoning', text: 'thought', signature: { dialect: 'anthropic-messages', value: 's1' } },
      {
        type: 'reasoning',
        text: '',
        isRedacted: true,
        signature: { dialect: 'anthropic-messages', value: 's2' },
      },
      { type: 'text', text: 'said' },
      {
        type: 'tool-call',
        id: 'c1',
        name: 'f',
        format: 'json',
        input: '{}',
        signature: { dialect: 'gemini', value: 's3' },
      },
    ]);
  });

  test('a client that joined the pieces of a stream has each signature twice: once is enough', () => {
    const entry = { type: 'reasoning.text', text: 'thought', signature: 's1', format: 'gemini' };
    const [message] = parseMessages({
      role: 'assistant',
      content: 'x',
      reasoning_details: [entry, { ...entry }],
    });
    expect(message?.content).toHaveLength(2);
  });

  test('results of parallel calls are one message, and find their calls without ids', () => {
    const [assistant, tool] = parseMessages(
      { role: 'assistant', content: null, tool_calls: [callOf('a'), callOf('b'), callOf('a')] },
      { role: 'tool', name: 'b', content: 'B' },
      { role: 'tool', content: 'A' },
      { role: 'tool', name: 'a', content: 'A2' },
    );
    const ids = assistant?.content.map((block) => (block.type === 'tool-call' ? block.id : ''));
    expect(new Set(ids).size).toBe(3);
    expect(tool?.content.map((block) => (block.type === 'tool-result' ? block.callId : ''))).toEqual([
      ids?.[1],
      ids?.[0],
      ids?.[2],
    ]);
  });

  test('the old function call and its result', () => {
    const [assistant, tool] = parseMessages(
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
      { role: 'function', name: 'f', content: '0' },
    );
    const [call] = assistant?.content ?? [];
    expect(call).toMatchObject({ type: 'tool-call', name: 'f', input: '{"a":1}' });
    expect(tool).toEqual({
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          callId: call?.type === 'tool-call' ? call.id : '',
          name: 'f',
          content: [{ type: 'text', text: '0' }],
        },
      ],
    });
  });
});

describe('mistakes', () => {
  test.each<[parameter: string, body: JsonObject]>([
    ['messages', { messages: [] }],
    ['messages', { messages: 'hi' }],
    ['messages[0]', { messages: ['hi'] }],
    ['messages[1].role', { messages: [hi, { role: 'judge', content: '' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 1 }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['messages[0].content[0].image_url', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['messages[0].tool_calls', { messages: [{ role: 'assistant', tool_calls: {} }] }],
    ['messages[0].tool_calls[0].name', { messages: [{ role: 'assistant', tool_calls: [{ function: {} }] }] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['stream', { stream: 'yes' }],
    ['temperature', { temperature: '1' }],
    ['max_tokens', { max_tokens: -1 }],
    ['n', { n: 0 }],
    ['stop[1]', { stop: ['a', 1] }],
    ['verbosity', { verbosity: 'loud' }],
    ['metadata.a', { metadata: { a: 1 } }],
    ['tools[0]', { tools: [1] }],
    [
      'tools[0].function.parameters',
      { tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] },
    ],
    ['tool_choice', { tool_choice: 'sometimes' }],
    ['response_format', { response_format: 'json' }],
  ])('%s', (parameter, body) => {
    const error = catchError(() => parse(body));
    expect(error).toMatchObject({ code: 'VE_PARAMETER_INVALID', details: { parameter } });
    expect(error.details.reason).toMatch(/\w/);
  });

  test.each<[parameter: string, body: JsonObject]>([
    ['model', { model: null }],
    ['messages', { messages: null }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
  ])('%s is missing', (parameter, body) => {
    expect(catchError(() => parse(body))).toMatchObject({
      code: 'VE_PARAMETER_MISSING',
      details: { parameter },
    });
  });
});

function catchError(run: () => unknown): GatewayError {
  try {
    run();
  } catch (error) {
    if (GatewayError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
