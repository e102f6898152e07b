import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { parseRequest } from './parse-request.ts';
import { renderRequest } from './render-request.ts';

const base: JsonObject = {
  model: 'claude-sonnet-4-5',
  max_tokens: 1,
  messages: [{ role: 'user', content: 'Hi' }],
};
const parse = (more: JsonObject) => parseRequest({ ...base, ...more }, {});
const parseContent = (role: string, ...content: JsonObject[]) =>
  parse({ messages: [{ role, content }] }).messages;

test.each<[string, JsonObject]>([
  ['max_tokens', { max_tokens: '1' }],
  ['max_tokens', { max_tokens: 1.5 }],
  ['messages', { messages: {} }],
  ['messages[0]', { messages: ['Hi'] }],
  ['messages[0].role', { messages: [{ role: 'tool', content: '' }] }],
  ['messages[0].content', { messages: [{ role: 'user' }] }],
  ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
  ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ text: 'x' }] }] }],
  [
    'messages[0].content[0]',
    { messages: [{ role: 'user', content: [{ type: 'tool_use', id: 'a', name: 'b' }] }] },
  ],
  ['messages[0].content[0].source', { messages: [{ role: 'user', content: [{ type: 'image' }] }] }],
  [
    'messages[0].content[0].is_error',
    { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', is_error: 1 }] }] },
  ],
  ['system', { system: 1 }],
  ['tools', { tools: {} }],
  ['tools[0].name', { tools: [{ input_schema: {} }] }],
  ['tools[0].input_schema', { tools: [{ name: 'a', input_schema: [] }] }],
  ['tool_choice.type', { tool_choice: { type: 'maybe' } }],
  ['tool_choice.name', { tool_choice: { type: 'tool' } }],
  ['thinking.budget_tokens', { thinking: { type: 'enabled' } }],
  ['stop_sequences[1]', { stop_sequences: ['a', 1] }],
  ['metadata.user_id', { metadata: { user_id: 1 } }],
  ['output_config', { output_config: [] }],
  ['stream', { stream: 'yes' }],
])('%s is refused by its name', (parameter, more) => {
  expect(() => parse(more)).toThrow(
    expect.objectContaining({
      code: 'VE_PARAMETER_INVALID',
      details: { parameter, reason: expect.stringMatching(/./) },
    }),
  );
});

test('what must be there is missed by its name', () => {
  for (const parameter of ['model', 'messages']) {
    expect(() => parse({ [parameter]: undefined })).toThrow(
      expect.objectContaining({ code: 'VE_PARAMETER_MISSING', details: { parameter } }),
    );
  }
});

describe('what it says', () => {
  test('results and words of one message are told apart', () => {
    expect(
      parseContent(
        'user',
        { type: 'tool_result', tool_use_id: 'a', content: '0', is_error: false },
        { type: 'tool_result', tool_use_id: 'b' },
        { type: 'text', text: 'and' },
      ),
    ).toEqual([
      {
        role: 'tool',
        content: [
          { type: 'tool-result', callId: 'a', content: [{ type: 'text', text: '0' }], isError: false },
          { type: 'tool-result', callId: 'b', content: [] },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'and' }] },
    ]);
  });

  test('thinking and the form of the answer', () => {
    expect(
      parse({
        thinking: { type: 'adaptive', display: 'summarized' },
        output_config: { effort: 'max', format: { type: 'json_schema', schema: {} }, task_budget: 1 },
      }),
    ).toMatchObject({
      reasoning: { effort: 'max', summary: 'auto' },
      output: { type: 'json-schema', schema: {} },
      extra: { 'anthropic-messages': { output_config: { task_budget: 1 } } },
    });
    expect(parse({ thinking: { type: 'disabled' } }).reasoning).toEqual({ budget: 0 });
    expect(parse({ output_format: { type: 'json_schema', schema: {} } }).output).toMatchObject({
      schema: {},
    });
  });

  test.each<JsonObject>([
    { container: 'c', mcp_servers: [{}], context_management: {}, cache_control: { type: 'ephemeral' } },
    { thinking: { type: 'between_tools' } },
    { output_config: { format: { type: 'regex' } } },
    { metadata: { user_id: 'u', more: 1 } },
    { system: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    { tools: [{ name: 'a', input_schema: { type: 'object' }, strict: true, defer_loading: true }] },
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }], tool_choice: { type: 'none' } },
    { temperature: 0, top_k: 0, stop_sequences: ['0'], service_tier: 'standard_only', stream: true },
  ])('%o comes out as it went in', (more) => {
    const { body, dropped } = renderRequest(parse(more));
    expect(body).toMatchObject(more);
    expect(dropped).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'toString'])('%s is a block of a kind that is not known', (type) => {
    const cited = { type: 'text', text: 'x', citations: [{ type, cited_text: 'x' }] };
    const content = [{ type }, cited];
    const { body } = renderRequest(parse({ messages: [{ role: 'assistant', content }] }));
    expect(body['messages']).toEqual([{ role: 'assistant', content }]);
  });

  test.each<JsonObject>([
    { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'x' }] },
    { type: 'container_upload', file_id: 'f' },
    { type: 'document', source: { type: 'content', content: 'x' }, title: 't' },
    { type: 'image', source: { type: 'file', file_id: 'f' }, transformations: { oversized_image: 'error' } },
    {
      type: 'tool_result',
      tool_use_id: 'a',
      content: [
        { type: 'text', text: 'x' },
        { type: 'tool_reference', tool_name: 'y' },
        { type: 'image', source: { type: 'url', url: 'https://example.com' } },
      ],
      is_error: true,
    },
  ])('a block $type comes out as it went in', (block) => {
    const { body, dropped } = renderRequest(parse({ messages: [{ role: 'user', content: [block] }] }));
    expect(body['messages']).toEqual([{ role: 'user', content: [block] }]);
    expect(dropped).toEqual([]);
  });
});
