import { describe, expect, test } from 'vitest';
import { openaiChat } from '../../dialects/openai-chat/codec.ts';
import type { ChatRequest, OutputFormat, ToolChoice } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { Message } from '../../protocol/content.ts';
import type { PresetName } from './models.ts';
import { commonQuirks } from './preset.ts';
import { presets } from './presets.ts';

const text = (words: string) => ({ type: 'text' as const, text: words });
const user: Message = { role: 'user', content: [text('hi')] };

function render(name: PresetName, model: string, more: Partial<ChatRequest>): RenderedRequest {
  const question: ChatRequest = { model, stream: true, wantsUsage: false, messages: [user] };
  return openaiChat.renderRequest({ ...question, ...more }, { ...commonQuirks, ...presets[name].quirks });
}

const tools = [
  { type: 'function', name: 'f', isStrict: true },
  { type: 'function', name: 'g' },
] as const;

/** A turn that Claude took, its tools' results, and what the user says next. */
const conversation: readonly Message[] = [
  user,
  {
    role: 'assistant',
    content: [
      { type: 'tool-call', id: 'toolu_01A', name: 'f', format: 'json', input: '{}' },
      { type: 'tool-call', id: 'abcDEF123', name: 'g', format: 'json', input: '{}' },
    ],
  },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', callId: 'toolu_01A', content: [text('1')] },
      { type: 'tool-result', callId: 'abcDEF123', content: [text('2')] },
    ],
  },
  { role: 'user', content: [text('and now?')] },
];

interface WireMessage {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly id: string }[];
  readonly tool_call_id?: string;
  readonly name?: string;
}

function messagesOf({ body }: RenderedRequest): readonly WireMessage[] {
  return JSON.parse(JSON.stringify(body['messages']));
}

describe('a conversation that another vendor began', () => {
  test.each<[name: PresetName, model: string]>([
    ['mistral', 'mistral-large-latest'],
    ['nvidia', 'mistralai/mistral-small-4-119b-2603'],
    ['openrouter', 'mistralai/mistral-medium-3'],
  ])('%s, %s: ids of nine characters, and no user right behind a tool', (name, model) => {
    const messages = messagesOf(render(name, model, { messages: conversation }));
    expect(messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
      'user',
    ]);
    const ids = messages[1]?.tool_calls?.map(({ id }) => id) ?? [];
    expect(ids).toEqual([expect.stringMatching(/^[A-Za-z0-9]{9}$/), 'abcDEF123']);
    expect([messages[2]?.tool_call_id, messages[3]?.tool_call_id]).toEqual(ids);
    expect(messages[4]?.content).toMatch(/\w/);
    expect(messagesOf(render(name, model, { messages: conversation }))).toEqual(messages);
  });

  test('the others are told it as it was', () => {
    for (const name of ['deepseek', 'groq', 'moonshot', 'xai', 'together'] as const) {
      const messages = messagesOf(render(name, 'any', { messages: conversation }));
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
      expect(messages[1]?.tool_calls?.map(({ id }) => id)).toEqual(['toolu_01A', 'abcDEF123']);
    }
  });

  test.each<[name: PresetName, field: string]>([
    ['mistral', 'prefix'],
    ['moonshot', 'partial'],
    ['dashscope', 'partial'],
  ])('%s is told with "%s" that the last words are to be gone on with', (name, field) => {
    const begun: Message = { role: 'assistant', content: [text('Once')] };
    const messages = messagesOf(render(name, 'any', { messages: [user, begun] }));
    expect(messages.at(-1)).toMatchObject({ content: 'Once', [field]: true });
    const before = messagesOf(render(name, 'any', { messages: [user, begun, user] }));
    expect(JSON.stringify(before)).not.toContain(field);
  });

  test('names of those who speak, where they are taken', () => {
    const named: Message = { ...user, name: 'ann' };
    const refusing = Object.keys(presets).filter((name) =>
      render(name as PresetName, 'any', { messages: [named] }).dropped.includes('messages.name'),
    );
    expect(refusing).toEqual(['groq', 'mistral', 'perplexity', 'zhipu']);
  });

  test('developers speak as the system, but for Cerebras', () => {
    const developer: Message = { role: 'system', isDeveloper: true, content: [text('be kind')] };
    const taking = Object.keys(presets).filter(
      (name) =>
        messagesOf(render(name as PresetName, 'any', { messages: [developer] }))[0]?.role === 'developer',
    );
    expect(taking).toEqual(['cerebras']);
  });

  test('Ollama is given several texts as one', () => {
    const messages: Message[] = [{ role: 'user', content: [text('a'), text('b')] }];
    expect(messagesOf(render('ollama', 'any', { messages }))).toEqual([{ role: 'user', content: 'a\nb' }]);
  });

  test.each<[name: PresetName, part: object]>([
    ['openrouter', { type: 'file', file: { file_data: 'https://a.example/b.pdf' } }],
    ['mistral', { type: 'document_url', document_url: 'https://a.example/b.pdf' }],
  ])('%s fetches documents itself', (name, part) => {
    const source = { kind: 'url', url: 'https://a.example/b.pdf' } as const;
    const content = [{ type: 'media', mediaType: 'application/pdf', source } as const, text('what is it?')];
    const [message] = messagesOf(render(name, 'any', { messages: [{ role: 'user', content }] }));
    expect(message?.content).toMatchObject([part, {}]);
  });
});

describe('the choice of tools', () => {
  const required: ToolChoice = { type: 'required' };
  const named: ToolChoice = { type: 'tool', name: 'f' };
  const none: ToolChoice = { type: 'none' };
  const one = { type: 'function', function: { name: 'f' } };

  test.each<[name: PresetName, model: string, choice: ToolChoice, sent: unknown, offered: string]>([
    ['groq', 'any', named, one, 'f g'],
    ['mistral', 'any', required, 'any', 'f g'],
    ['mistral', 'any', named, one, 'f g'],
    ['perplexity', 'sonar', named, 'required', 'f'],
    ['lmStudio', 'any', named, 'required', 'f'],
    ['lmStudio', 'any', none, 'none', 'f g'],
    ['moonshot', 'kimi-k3', required, 'required', 'f g'],
    ['zhipu', 'glm-5', { type: 'auto' }, 'auto', 'f g'],
    ['zhipu', 'glm-5', none, undefined, ''],
    ['minimax', 'MiniMax-M2', none, undefined, ''],
    ['xai', 'grok-4.5', { type: 'allowed', names: ['g'], isRequired: true }, 'required', 'g'],
    ['xai', 'grok-4.5', { type: 'allowed', names: ['g'], isRequired: false }, 'auto', 'g'],
  ])('%s, %s: %j', (name, model, toolChoice, sent, offered) => {
    const { body, dropped } = render(name, model, { tools, toolChoice });
    expect(body['tool_choice']).toEqual(sent);
    const names = [body['tools'] ?? []].flat().map((tool) => Object(tool).function.name);
    expect(names.join(' ')).toBe(offered);
    expect(dropped).not.toContain('tool_choice');
  });

  test.each<[name: PresetName, model: string, choice: ToolChoice, offered: number]>([
    ['zhipu', 'glm-5', required, 2],
    ['zhipu', 'glm-5', named, 1],
    ['minimax', 'MiniMax-M2', named, 1],
    ['moonshot', 'kimi-k2.6', required, 2],
    ['moonshot', 'kimi-k2.7-code', named, 1],
  ])('%s, %s cannot be made to call: %j is named as dropped', (name, model, toolChoice, offered) => {
    const { body, dropped } = render(name, model, { tools, toolChoice });
    expect(body).toMatchObject({ tool_choice: 'auto' });
    expect(body['tools']).toHaveLength(offered);
    expect(dropped).toContain('tool_choice');
  });

  test('Kimi and Qwen can be made to call where they do not think', () => {
    const calm = { tools, toolChoice: named, reasoning: { effort: 'none' } } as const;
    expect(render('moonshot', 'kimi-k2.6', calm).body['tool_choice']).toEqual(one);
    expect(render('dashscope', 'qwen-plus', { tools, toolChoice: named }).body['tool_choice']).toEqual(one);
    const thinking = { ...calm, reasoning: { effort: 'high' } } as const;
    expect(render('dashscope', 'qwen-plus', thinking).body['tool_choice']).toBe('auto');
  });

  test('strict tools where they are taken; tools of free text are functions', () => {
    const lax = Object.keys(presets).filter((name) =>
      render(name as PresetName, 'any', { tools }).dropped.includes('tools.strict'),
    );
    expect(lax).toEqual(['deepseek', 'minimax', 'zhipu']);
    for (const name of Object.keys(presets)) {
      const custom = render(name as PresetName, 'any', { tools: [{ type: 'custom', name: 'c' }] });
      expect(custom.dropped).toEqual([]);
      expect(custom.body['tools']).toMatchObject([{ type: 'function', function: { name: 've_text__c' } }]);
    }
  });
});

describe('structured output', () => {
  const schema: OutputFormat = { type: 'json-schema', name: 'x', schema: { type: 'object' } };
  const asSchema = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } };
  const asObject = { type: 'json_object' };

  test.each<[name: PresetName, model: string, format: object | undefined]>([
    ['cerebras', 'gpt-oss-120b', asSchema],
    ['dashscope', 'qwen-plus', asObject],
    ['dashscope', 'qwen3.8-max', asSchema],
    ['deepseek', 'deepseek-v4-pro', asObject],
    ['fireworks', 'any', asSchema],
    ['groq', 'llama-3.3-70b-versatile', asObject],
    ['groq', 'openai/gpt-oss-120b', asSchema],
    ['lmStudio', 'any', asSchema],
    ['minimax', 'MiniMax-M2', undefined],
    ['mistral', 'any', asSchema],
    ['moonshot', 'kimi-k3', asSchema],
    ['ollama', 'any', asSchema],
    ['openrouter', 'any', asSchema],
    ['perplexity', 'sonar', asSchema],
    ['siliconflow', 'any', asObject],
    ['together', 'any', asSchema],
    ['vllm', 'any', asSchema],
    ['volcengine', 'any', asSchema],
    ['xai', 'grok-4.5', asSchema],
    ['zhipu', 'glm-5', asObject],
  ])('%s, %s: a schema goes out as %j', (name, model, format) => {
    const rendered = render(name, model, { output: schema });
    expect(rendered.body['response_format']).toEqual(format);
    const [first] = messagesOf(rendered);
    const isInstructed = first?.role === 'system' && String(first.content).includes('{"type":"object"}');
    expect(isInstructed).toBe(format !== asSchema);
    expect(rendered.dropped).toEqual([]);
  });

  test.each<[name: PresetName, format: object | undefined]>([
    ['groq', asObject],
    ['lmStudio', undefined],
    ['perplexity', undefined],
    ['minimax', undefined],
  ])('%s: JSON without a schema goes out as %j, and a message speaks of it', (name, format) => {
    const rendered = render(name, 'any', { output: { type: 'json' } });
    expect(rendered.body['response_format']).toEqual(format);
    expect(messagesOf(rendered)[0]?.content).toContain('JSON');
  });

  test('a caller that speaks of JSON need not be helped', () => {
    const messages: Message[] = [{ role: 'user', content: [text('answer in json')] }];
    expect(messagesOf(render('deepseek', 'any', { messages, output: { type: 'json' } }))).toHaveLength(1);
  });

  test('Groq takes no format beside tools', () => {
    const rendered = render('groq', 'openai/gpt-oss-120b', { output: schema, tools });
    expect(rendered.body).not.toHaveProperty('response_format');
    expect(messagesOf(rendered)[0]?.content).toContain('{"type":"object"}');
  });
});
