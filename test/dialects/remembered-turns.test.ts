import Anthropic from '@anthropic-ai/sdk';
import { anthropic, createGateway, type Gateway, gemini } from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';

const json = { 'content-type': 'application/json' };

const claudeSaid = [
  { type: 'thinking', thinking: 'I have to look.', signature: 'c2lnbmVkIGJ5IENsYXVkZQ==' },
  { type: 'redacted_thinking', data: 'cmVkYWN0ZWQ=' },
  { type: 'text', text: 'One moment.' },
  { type: 'tool_use', id: 'toolu_1', name: 'look', input: { where: 'here', times: 0 } },
];
const byClaude: Recording = {
  headers: json,
  body: JSON.stringify({
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-4-6',
    content: claudeSaid,
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 3 },
  }),
};

const geminiSaid = [
  { text: 'I have to look.', thought: true },
  { functionCall: { name: 'look', args: { where: 'here' } }, thoughtSignature: 'c2lnbmVkIGJ5IEdlbWluaQ==' },
  { functionCall: { name: 'look', args: { where: 'there' } } },
];
const byGemini: Recording = {
  headers: { 'content-type': 'text/event-stream' },
  body: geminiSaid
    .map((part, index) => {
      const finishReason = index === geminiSaid.length - 1 ? { finishReason: 'STOP' } : {};
      const candidates = [{ content: { role: 'model', parts: [part] }, index: 0, ...finishReason }];
      return `data: ${JSON.stringify({ candidates })}\r\n\r\n`;
    })
    .join(''),
};

const tool = { name: 'look', parameters: { type: 'object', properties: {} } };
const tools = [{ type: 'function' as const, function: tool }];

function gatewayTo({ baseURL }: SimulatedUpstream): Gateway {
  return createGateway({
    upstreams: { claude: anthropic({ apiKey: 'k', baseURL }), google: gemini({ apiKey: 'k', baseURL }) },
    models: { claude: 'claude/claude-opus-4-6', gemini: 'google/gemini-3.0-pro' },
    identify: (request) => ({ tenant: (request as Request).headers.get('x-tenant') ?? 'acme' }),
  });
}

/** A client that knows of nothing but what OpenAI's documentation says. */
function plainClient(gateway: Gateway, tenant = 'acme'): OpenAI {
  return new OpenAI({
    apiKey: 'x',
    baseURL: 'http://gateway/v1',
    fetch: gateway.fetch,
    defaultHeaders: { 'x-tenant': tenant },
  });
}

const asked = { role: 'user' as const, content: 'What is there?' };

function secondTurn(message: OpenAI.ChatCompletionMessage): OpenAI.ChatCompletionMessageParam[] {
  const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function');
  return [
    asked,
    {
      role: 'assistant',
      content: message.content,
      tool_calls: calls.map(({ id, type, function: { name, arguments: text } }) => ({
        id,
        type,
        // As a framework does that keeps them parsed.
        function: { name, arguments: JSON.stringify(JSON.parse(text), undefined, 1) },
      })),
    },
    ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: '0' })),
  ];
}

interface Message {
  readonly role: string;
  readonly content?: unknown;
  readonly parts?: unknown;
}

function messagesOf({ requests }: SimulatedUpstream, turn: number): readonly Message[] {
  const { messages, contents } = (requests[turn]?.body ?? {}) as Record<
    string,
    readonly Message[] | undefined
  >;
  return messages ?? contents ?? [];
}

describe('signatures of a tool turn', () => {
  test('of Claude come back byte for byte, in their order, through a client that knows only plain OpenAI fields', async () => {
    await using upstream = await replay(byClaude);
    await using gateway = gatewayTo(upstream);
    const client = plainClient(gateway);
    const first = await client.chat.completions.create({
      model: 'claude',
      messages: [asked],
      tools,
      reasoning_effort: 'high',
    });
    const message = first.choices[0]?.message;
    if (message === undefined) throw new Error('no answer');
    await client.chat.completions.create({
      model: 'claude',
      messages: secondTurn(message),
      tools,
      reasoning_effort: 'high',
    });
    expect(messagesOf(upstream, 1)[1]?.content).toEqual(claudeSaid);
  });

  test('of Gemini, from a stream, come back on the call that had it, among calls of the same name', async () => {
    await using upstream = await replay(byGemini);
    await using gateway = gatewayTo(upstream);
    const client = plainClient(gateway);
    const stream = client.chat.completions.stream({ model: 'gemini', messages: [asked], tools });
    const message = (await stream.finalChatCompletion()).choices[0]?.message;
    if (message === undefined) throw new Error('no answer');
    await client.chat.completions.stream({ model: 'gemini', messages: secondTurn(message), tools }).done();
    const parts = messagesOf(upstream, 1)[1]?.parts;
    expect(parts).toMatchObject(geminiSaid);
    expect(JSON.stringify(parts)).toContain('c2lnbmVkIGJ5IEdlbWluaQ==');
  });

  test("of Gemini come back through Anthropic's face, which has no place for one on a tool call", async () => {
    await using upstream = await replay(byGemini);
    await using gateway = gatewayTo(upstream);
    const client = new Anthropic({ apiKey: 'x', baseURL: 'http://gateway', fetch: gateway.fetch });
    const body = {
      model: 'gemini',
      max_tokens: 100,
      tools: [{ name: 'look', input_schema: { type: 'object' as const } }],
    };
    const first = await client.messages.stream({ ...body, messages: [asked] }).finalMessage();
    const results = first.content
      .filter((block) => block.type === 'tool_use')
      .map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: '0' }));
    expect(results).toHaveLength(2);
    const messages = [
      asked,
      { role: 'assistant' as const, content: first.content },
      { role: 'user' as const, content: results },
    ];
    await client.messages.stream({ ...body, messages }).finalMessage();
    expect(JSON.stringify(messagesOf(upstream, 1)[1])).toContain('c2lnbmVkIGJ5IEdlbWluaQ==');
  });

  test('of one conversation are not found in another, though the calls of both have the same id', async () => {
    const numbered = JSON.stringify({
      ...JSON.parse(String(byClaude.body)),
      content: [claudeSaid[0], { type: 'tool_use', id: 'functions.look:0', name: 'look', input: {} }],
    });
    await using upstream = await replay({ headers: json, body: numbered });
    await using gateway = gatewayTo(upstream);
    const client = plainClient(gateway);
    const first = await client.chat.completions.create({ model: 'claude', messages: [asked], tools });
    const message = first.choices[0]?.message;
    if (message === undefined) throw new Error('no answer');
    const [, ...rest] = secondTurn(message);
    const other = { role: 'user' as const, content: 'And what is in the other room?' };
    await client.chat.completions.create({ model: 'claude', messages: [other, ...rest], tools });
    expect(JSON.stringify(messagesOf(upstream, 1))).not.toContain('c2lnbmVk');
    await client.chat.completions.create({ model: 'claude', messages: [asked, ...rest], tools });
    expect(JSON.stringify(messagesOf(upstream, 2))).toContain('c2lnbmVk');
  });

  test('of Claude are not shown to Gemini, who goes on with the conversation', async () => {
    await using upstream = await replay([byClaude, byGemini]);
    await using gateway = gatewayTo(upstream);
    const client = plainClient(gateway);
    const first = await client.chat.completions.create({ model: 'claude', messages: [asked], tools });
    const message = first.choices[0]?.message;
    if (message === undefined) throw new Error('no answer');
    const next = { model: 'gemini', messages: secondTurn(message), tools, stream: true as const };
    for await (const _ of await client.chat.completions.create(next));
    expect(JSON.stringify(messagesOf(upstream, 1))).not.toMatch(/c2lnbmVk|I have to look/);
  });

  test('are found by nobody else', async () => {
    await using upstream = await replay(byClaude);
    await using gateway = gatewayTo(upstream);
    const first = await plainClient(gateway).chat.completions.create({
      model: 'claude',
      messages: [asked],
      tools,
    });
    const message = first.choices[0]?.message;
    if (message === undefined) throw new Error('no answer');
    await plainClient(gateway, 'other').chat.completions.create({
      model: 'claude',
      messages: secondTurn(message),
      tools,
    });
    expect(JSON.stringify(messagesOf(upstream, 1))).not.toContain('c2lnbmVk');
  });
});
