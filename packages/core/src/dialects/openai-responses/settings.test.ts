import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { openaiResponses as codec } from './codec.ts';

const parse = (body: JsonObject): ChatRequest =>
  codec.parseRequest({ model: 'gpt-4o', input: 'hi', ...body }, {});
const render = (request: Partial<ChatRequest>): JsonObject =>
  codec.renderRequest({ model: 'gpt-4o', stream: false, wantsUsage: false, messages: [], ...request }).body;
const dropped = (request: Partial<ChatRequest>): readonly string[] =>
  codec.renderRequest({ model: 'gpt-4o', stream: false, wantsUsage: false, messages: [], ...request })
    .dropped;
const again = (body: JsonObject): JsonObject => codec.renderRequest(parse(body)).body;
describe('the settings', () => {
  it('go back unchanged', () => {
    const settings = {
      stream: true,
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
        { type: 'function', name: 'g', parameters: null, strict: false, defer_loading: true },
        { type: 'custom', name: 'h', format: { type: 'text' } },
        { type: 'web_search', search_context_size: 'low' },
      ],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'custom', name: 'h' }] },
      parallel_tool_calls: false,
      text: {
        format: { type: 'json_schema', name: 'n', schema: {}, strict: true },
        verbosity: 'low',
        more: 1,
      },
      reasoning: { effort: 'xhigh', summary: 'detailed', context: 'all_turns' },
      include: ['web_search_call.results', 'message.output_text.logprobs'],
      max_output_tokens: 100,
      temperature: 0,
      top_p: 0,
      top_logprobs: 0,
      service_tier: 'flex',
      metadata: { a: '' },
      safety_identifier: 's',
      prompt_cache_key: 'k',
      store: false,
      truncation: 'auto',
      background: false,
      conversation: 'conv_1',
      prompt: { id: 'pmpt_1' },
      max_tool_calls: 0,
      stream_options: { include_obfuscation: false },
    };
    expect(again(settings)).toMatchObject(settings);
  });

  it('`user` keeps its name', () => {
    expect(parse({ user: 'u' }).user).toBe('u');
    expect(again({ user: 'u' })).toMatchObject({ user: 'u' });
    expect(again({ user: 'u' })['safety_identifier']).toBeUndefined();
    expect(again({ user: 'u', safety_identifier: 's' })).toMatchObject({ user: 'u', safety_identifier: 's' });
  });

  it.each([
    ['auto', { type: 'auto' }],
    [
      { type: 'function', name: 'f' },
      { type: 'tool', name: 'f' },
    ],
    [{ type: 'web_search_preview' }, undefined],
    [{ type: 'mcp', server_label: 's' }, undefined],
  ])('tool_choice %j', (choice, expected) => {
    expect(parse({ tool_choice: choice }).toolChoice).toEqual(expected);
    expect(again({ tool_choice: choice })['tool_choice']).toEqual(choice);
  });

  it('a schema is made strict only for who left it to this API', () => {
    const tool = { type: 'function', name: 'f', parameters: {} };
    expect(render({ tools: [{ type: 'function', name: 'f' }] })['tools']).toMatchObject([{ strict: false }]);
    expect(again({ tools: [tool] })['tools']).toMatchObject([{ strict: null }]);
  });

  it('what this API has no parameter for is named, unless it changes nothing', () => {
    const request = {
      topK: 1,
      frequencyPenalty: 1,
      presencePenalty: 1,
      seed: 0,
      stop: ['a'],
      logitBias: { a: 1 },
      choices: 2,
    };
    expect(dropped(request)).toEqual([
      'top_k',
      'frequency_penalty',
      'presence_penalty',
      'seed',
      'stop',
      'logit_bias',
      'n',
    ]);
    expect(dropped({ frequencyPenalty: 0, presencePenalty: 0, stop: [], choices: 1 })).toEqual([]);
  });

  it("other dialects' own fields are named once, but not what only describes", () => {
    const extra = { gemini: { safetySettings: [], id: 'x' } };
    const tools = [
      { type: 'built-in', extra: { 'anthropic-messages': { type: 'memory_20250818' } } },
    ] as const;
    expect(dropped({ extra, tools })).toEqual(['safetySettings', 'tools.memory_20250818']);
  });

  it('a budget becomes an effort', () => {
    const efforts = [0, 1024, 8000, 32_000].map((budget) => render({ reasoning: { budget } })['reasoning']);
    expect(efforts).toEqual([
      { effort: 'none' },
      { effort: 'low' },
      { effort: 'medium' },
      { effort: 'high' },
    ]);
    expect(render({ reasoning: { budget: 'dynamic' } })['reasoning']).toEqual({ effort: 'medium' });
  });

  it('sealed reasoning is asked for where a model has it', () => {
    expect(render({ model: 'gpt-5.2' })['include']).toEqual(['reasoning.encrypted_content']);
    expect(render({ model: 'azure/o3-mini' })['include']).toEqual(['reasoning.encrypted_content']);
    for (const model of ['gpt-4o', 'gpt-5-chat-latest', 'llama']) {
      expect(render({ model })['include']).toBeUndefined();
    }
    expect(render({ model: 'gpt-5.2', reasoning: { effort: 'none' } })['include']).toBeUndefined();
  });

  it('fewer output tokens than are allowed become the fewest', () => {
    expect(render({ maxTokens: 1 })['max_output_tokens']).toBe(16);
  });
});

describe('mistakes of callers', () => {
  it.each([
    [{ model: 1 }, 'model'],
    [{ input: 1 }, 'input'],
    [{ input: [1] }, 'input[0]'],
    [{ input: [{ role: 'user' }] }, 'input[0].content'],
    [{ input: [{ role: 'king', content: '' }] }, 'input[0].role'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].image_url'],
    [
      { input: [{ role: 'system', content: [{ type: 'input_image', file_id: 'f' }] }] },
      'input[0].content[0]',
    ],
    [{ input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: {} }] }, 'input[0].arguments'],
    [{ input: [{ type: 'function_call_output', call_id: '', output: '' }] }, 'input[0].call_id'],
    [{ tools: {} }, 'tools'],
    [{ tools: [{ type: 'function', name: '' }] }, 'tools[0].name'],
    [{ tool_choice: 'any' }, 'tool_choice'],
    [{ stream: 'yes' }, 'stream'],
    [{ temperature: '1' }, 'temperature'],
    [{ max_output_tokens: -1 }, 'max_output_tokens'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ text: { format: { type: 'json_schema', name: 'n' } } }, 'text.format.schema'],
    [{ reasoning: { effort: 3 } }, 'reasoning.effort'],
    [{ include: [1] }, 'include[0]'],
  ])('%j is refused by name', (body, parameter) => {
    expect(() => parse(body)).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        details: expect.objectContaining({ parameter }),
      }),
    );
  });

  it('input may be missing only where it is stored elsewhere', () => {
    expect(() => codec.parseRequest({ model: 'm' }, {})).toThrow(
      expect.objectContaining({ code: 'VE_PARAMETER_MISSING' }),
    );
    expect(codec.parseRequest({ model: 'm', prompt: { id: 'p' } }, {}).messages).toEqual([]);
  });
});
