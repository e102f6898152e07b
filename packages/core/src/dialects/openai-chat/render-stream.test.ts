import { describe, expect, test } from 'vitest';
import type { Part } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderStream } from './render-stream.ts';

function contextWith(more: Partial<AnswerContext['request']> = {}): AnswerContext {
  return {
    request: { model: 'ours', stream: true, wantsUsage: false, messages: [], ...more },
    id: 'id1',
    now: 7,
  };
}

const at = { choice: 0, block: 0 };
const finish: Part = { type: 'finish', choice: 0, finish: { reason: 'stop' } };
const text: Part[] = [
  { type: 'text-start', ...at },
  { type: 'text-delta', ...at, text: 'hi\n\n\u2028' },
  { type: 'text-end', ...at },
];

function render(parts: readonly Part[], context = contextWith()): string {
  const renderer = renderStream(context);
  return parts.map((part) => renderer.push(part)).join('') + renderer.end();
}

function chunksOf(parts: readonly Part[], context = contextWith()): JsonObject[] {
  const events = render(parts, context).split('\n\n').slice(0, -1);
  expect(events.every((event) => /^data: [^\n]+$/.test(event))).toBe(true);
  return events.filter((event) => event !== 'data: [DONE]').map((event) => JSON.parse(event.slice(6)));
}

function deltasOf(parts: readonly Part[], context = contextWith()): unknown[] {
  return chunksOf(parts, context).map(({ choices }) => (choices as { delta: JsonObject }[])[0]?.delta);
}

const call = (block: number, id: string): Part[] => [
  { type: 'tool-input-start', choice: 0, block, id, name: 'f', format: 'json' },
  { type: 'tool-input-end', choice: 0, block },
];

const signed = (block: number, value: string): Part[] => [
  { type: 'reasoning-start', choice: 0, block },
  { type: 'reasoning-delta', choice: 0, block, text: value },
  { type: 'reasoning-end', choice: 0, block, signature: { dialect: 'anthropic-messages', value } },
];

const entry = (value: string): unknown => ({
  type: 'reasoning.text',
  text: value,
  signature: value,
  format: 'anthropic-messages',
});

describe('chunks', () => {
  test('all have the same id, time and model, also where more becomes known', () => {
    const chunks = chunksOf([
      { type: 'head', id: 'msg_1', model: 'theirs', created: 5 },
      ...text,
      {
        type: 'head',
        id: 'msg_2',
        created: 6,
        serviceTier: 'flex',
        extra: { 'openai-chat': { moderation: { a: 1 } } },
      },
      finish,
    ]);
    expect(chunks).toHaveLength(2);
    for (const chunk of chunks)
      expect(chunk).toMatchObject({
        id: 'chatcmpl-id1',
        object: 'chat.completion.chunk',
        created: 5,
        model: 'ours',
      });
    expect(chunks[1]).toMatchObject({ service_tier: 'flex', moderation: { a: 1 } });
  });

  test('an id of this dialect is kept', () => {
    expect(chunksOf([{ type: 'head', id: 'chatcmpl-x' }, ...text, finish])[0]?.['id']).toBe('chatcmpl-x');
  });

  test('the first of a choice has the role, the last a reason', () => {
    const chunks = chunksOf([...text, finish]);
    expect(chunks.map(({ choices }) => choices)).toEqual([
      [
        {
          index: 0,
          delta: { role: 'assistant', content: 'hi\n\n\u2028' },
          logprobs: null,
          finish_reason: null,
        },
      ],
      [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }],
    ]);
  });

  test('the end is [DONE]', () => {
    expect(render([...text, finish])).toMatch(/\n\ndata: \[DONE\]\n\n$/);
  });

  test('an answer without content is an empty one', () => {
    expect(deltasOf([finish])).toEqual([{ role: 'assistant', content: '' }, {}]);
  });
});

describe('usage', () => {
  const parts: Part[] = [
    ...text,
    finish,
    { type: 'usage', usage: { input: 1, output: 2 } },
    { type: 'usage', usage: { input: 3, output: 4 } },
  ];

  test('is told at the end to who wants it, as it was last', () => {
    expect(chunksOf(parts, contextWith({ wantsUsage: true })).at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    });
  });

  test('and to nobody else', () => {
    expect(render(parts)).not.toContain('usage');
  });
});

describe('tool calls', () => {
  test('are counted from 0, whatever their blocks are; no arguments are {}', () => {
    expect(deltasOf([...call(4, 'a'), ...call(9, 'b'), finish])).toMatchObject([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 1, id: 'b' }] },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      {},
    ]);
  });

  test('each choice counts its own', () => {
    const other = call(0, 'b').map((part) => ({ ...part, choice: 1 }) as Part);
    const indices = chunksOf([...call(0, 'a'), ...other]).flatMap(({ choices }) =>
      (choices as { index: number; delta: { tool_calls: { index: number }[] } }[]).map((choice) => [
        choice.index,
        choice.delta.tool_calls[0]?.index,
      ]),
    );
    expect(indices).toEqual([
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  test('who speaks of functions gets a function call', () => {
    const context = contextWith({ extra: { 'openai-chat': { functions: true } } });
    const ending: Part = { type: 'finish', choice: 0, finish: { reason: 'tool-calls' } };
    expect(deltasOf([...call(0, 'a'), ending], context)[0]).toMatchObject({
      function_call: { name: 'f', arguments: '' },
    });
    expect(render([...call(0, 'a'), ending], context)).toContain('"finish_reason":"function_call"');
  });
});

test('signatures are told where they come, and all again at the end where there are several', () => {
  const deltas = deltasOf([...signed(0, 'a'), ...signed(1, 'b'), ...text, finish]);
  expect(deltas).toMatchObject([
    { reasoning_content: 'a' },
    { reasoning_details: [entry('a')] },
    { reasoning_content: 'b' },
    { reasoning_details: [entry('b')] },
    { content: expect.any(String) },
    { reasoning_details: [entry('a'), entry('b')] },
    {},
  ]);
});

test('after an error there is nothing, no [DONE] either', () => {
  const error = { kind: 'overloaded', status: 529, message: 'no room' } as const;
  const told = render([...text, { type: 'error', error }, finish]);
  expect(told).toMatch(
    /data: \{"error":\{"message":"no room","type":"server_error","param":null,"code":"server_overloaded"\}\}\n\n$/,
  );
});
