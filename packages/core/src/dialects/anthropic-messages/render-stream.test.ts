import { describe, expect, test } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import { renderAnswer } from './render-answer.ts';
import { renderStream } from './render-stream.ts';

const at = { choice: 0, block: 0 };
const context = {
  request: { model: 'asked', stream: true, wantsUsage: true, messages: [] },
  id: 'gateway',
  now: 0,
};

function render(...parts: Part[]): string {
  const renderer = renderStream(context);
  return parts.map((part) => renderer.push(part)).join('') + renderer.end();
}

function dataOf(wire: string): Record<string, unknown>[] {
  return [...wire.matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? '') as Record<string, unknown>,
  );
}

const hi: Part[] = [
  { type: 'head', id: 'chatcmpl-1', model: 'gpt' },
  { type: 'text-start', ...at },
  { type: 'text-delta', ...at, text: 'Hi' },
  { type: 'text-end', ...at },
];
const done: Part = { type: 'finish', choice: 0, finish: { reason: 'stop', raw: 'stop' } };

const call = (text: string): Part[] => [
  { type: 'tool-input-start', ...at, id: 'a', name: 'b', format: 'json' },
  { type: 'tool-input-delta', ...at, text },
  { type: 'tool-input-end', ...at },
];

describe('a stream', () => {
  test("is written event by event, as Anthropic's", () => {
    expect(render(...hi, done, { type: 'usage', usage: { input: 10, output: 2, cacheRead: 4 } })).toBe(
      [
        'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_gateway","type":"message","role":"assistant","model":"gpt","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}}',
        'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}',
        'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null},"usage":{"input_tokens":6,"cache_creation_input_tokens":null,"cache_read_input_tokens":4,"output_tokens":2}}',
        'event: message_stop\ndata: {"type":"message_stop"}',
        '',
      ].join('\n\n'),
    );
  });

  test('usage that is known before the content stands in message_start', () => {
    const [start] = dataOf(render({ type: 'usage', usage: { input: 3, output: 0 } }, ...hi, done));
    expect(start).toMatchObject({ message: { usage: { input_tokens: 3 } } });
  });

  test('an answer of nothing is a message all the same', () => {
    expect(dataOf(render(done)).map(({ type }) => type)).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });

  test('a second answer is not mixed into the first', () => {
    const other: Part = { type: 'text-delta', choice: 1, block: 0, text: 'no' };
    expect(render(...hi, other, done)).toBe(render(...hi, done));
  });

  test('an error is its last event', () => {
    const wire = render(
      ...hi.slice(0, 3),
      {
        type: 'error',
        error: { kind: 'overloaded', status: 503, message: 'Busy' },
      },
      done,
    );
    expect(wire).toMatch(/event: error\ndata: .*"type":"overloaded_error","message":"Busy".*\n\n$/);
    expect(wire).not.toContain('message_stop');
  });

  test('without a finish it is an error, and no message', () => {
    expect(dataOf(render(...hi)).at(-1)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  });

  test('reasoning of which nothing can be shown leaves no gap between the indexes', () => {
    const hidden = { choice: 0, block: 0 };
    const second = { choice: 0, block: 1 };
    const wire = render(
      { type: 'reasoning-start', ...hidden, isRedacted: true },
      { type: 'text-start', ...second },
      { type: 'text-delta', ...second, text: 'Hi' },
      { type: 'text-end', ...second },
      { type: 'reasoning-end', ...hidden, signature: { dialect: 'openai-responses', value: 'x' } },
      done,
    );
    expect(wire).not.toContain('thinking');
    expect(dataOf(wire)[1]).toMatchObject({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'text' },
    });
  });

  test('input that is no object is wrapped, as in a whole answer', () => {
    expect(dataOf(render(...call('[1]'), done))[2]).toMatchObject({
      delta: { partial_json: '{"INVALID_JSON":"[1]"}' },
    });
  });
});

describe('a whole answer', () => {
  const answer: ChatAnswer = {
    choices: [{ index: 0, content: [], finish: { reason: 'content-filter', raw: 'SAFETY' } }],
  };

  test("another vendor's filter is a refusal that says what it was", () => {
    expect(renderAnswer(answer, context)).toMatchObject({
      id: 'msg_gateway',
      model: 'asked',
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', explanation: 'content-filter: SAFETY' },
    });
  });

  test('calls end it with tool_use, whatever the upstream said', () => {
    const content = [{ type: 'tool-call', id: 'a', name: 'b', format: 'json', input: '' }] as const;
    expect(
      renderAnswer({ choices: [{ index: 0, content, finish: { reason: 'stop' } }] }, context),
    ).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', input: {} }] });
  });

  test("other vendors' reasoning is shown without its signature, a refusal as text, a picture as such", () => {
    const { content } = renderAnswer(
      {
        choices: [
          {
            index: 0,
            content: [
              { type: 'reasoning', text: 'hm', signature: { dialect: 'gemini', value: 'secret' } },
              { type: 'refusal', text: 'No.' },
              { type: 'media', mediaType: 'image/png', source: { kind: 'base64', data: 'iVBO' } },
              { type: 'text', text: 'x', citations: [{ url: 'https://example.com', title: 't' }] },
            ],
            finish: { reason: 'refusal' },
          },
        ],
      },
      context,
    );
    expect(content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: '' },
      { type: 'text', text: 'No.' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
      {
        type: 'text',
        text: 'x',
        citations: [
          { type: 'web_search_result_location', url: 'https://example.com', title: 't', encrypted_index: '' },
        ],
      },
    ]);
  });
});
