import { describe, expect, test } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseStream } from './parse-stream.ts';

const start = (id = 'msg_1', usage: JsonObject = { input_tokens: 3, output_tokens: 1 }): JsonObject => ({
  type: 'message_start',
  message: { id, type: 'message', role: 'assistant', model: 'claude', content: [], stop_reason: null, usage },
});
const begin = (index: number, content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block,
});
const add = (index: number, delta: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta });
const say = (text: string, index = 0) => add(index, { type: 'text_delta', text });
const close = (index = 0): JsonObject => ({ type: 'content_block_stop', index });
const end = (stop_reason = 'end_turn', usage: JsonObject = { output_tokens: 9 }): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage,
});
const stop: JsonObject = { type: 'message_stop' };
const text: JsonObject = { type: 'text', text: '' };
const tool: JsonObject = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };

function parts(...events: JsonObject[]): Part[] {
  const parser = parseStream();
  const read = events.flatMap((data) => parser.push({ name: undefined, data }));
  return [...read, ...parser.end()];
}
const answer = (...events: JsonObject[]): ChatAnswer => collectParts(parts(...events));
const content = (...events: JsonObject[]) => answer(...events).choices[0]?.content;
const hi = [start(), begin(0, text), say('Hi'), close(), end()];

describe('a good stream', () => {
  test('usage of message_delta corrects that of message_start', () => {
    const value = answer(
      start('msg_1', {
        input_tokens: 0,
        output_tokens: 1,
        cache_read_input_tokens: 5,
        service_tier: 'standard',
      }),
      begin(0, text),
      end('end_turn', {
        input_tokens: 7,
        output_tokens: 9,
        cache_creation_input_tokens: 2,
        cache_read_input_tokens: null,
      }),
      stop,
    );
    expect(value).toMatchObject({
      serviceTier: 'default',
      usage: { input: 14, output: 9, cacheRead: 5, cacheWrite: 2 },
    });
  });

  test('a message that goes on from a program of the model begins with whole blocks', () => {
    const result = { type: 'code_execution_tool_result', tool_use_id: 'srvtoolu_1', content: {} };
    const call = { ...tool, input: { q: 1 }, caller: { type: 'direct' } };
    const message = { id: 'msg_1', role: 'assistant', model: 'claude', content: [result, call] };
    const begun = { type: 'message_start', message: { ...message, stop_reason: 'tool_use' } };
    const value = answer(begun, stop);
    expect(value.choices[0]).toMatchObject({
      content: [
        { type: 'foreign', value: result },
        { type: 'tool-call', id: 'toolu_1', name: 'look', input: '{"q":1}' },
      ],
      finish: { reason: 'tool-calls' },
    });
    expect(content(begun, begin(0, text), say('Hi'), close(), stop)?.at(-1)).toEqual({
      type: 'text',
      text: 'Hi',
    });
  });

  test('the summary of a long conversation is counted, the advice of another model is not', () => {
    const rounds = [
      { type: 'compaction', input_tokens: 100, output_tokens: 20, cache_creation_input_tokens: 1000 },
      { type: 'advisor_message', input_tokens: 9999, output_tokens: 9999 },
      { type: 'message', input_tokens: 7, output_tokens: 3, cache_creation_input_tokens: 0 },
    ];
    const counted = { input_tokens: 7, output_tokens: 3, cache_creation_input_tokens: 0 };
    const of = (iterations: JsonObject[]) =>
      answer(...hi.slice(0, 4), end('end_turn', { ...counted, iterations }), stop).usage;
    expect(of(rounds)).toMatchObject({ input: 1107, output: 23, cacheWrite: 1000 });
    expect(of([...rounds, { type: 'fallback_message', input_tokens: 7, output_tokens: 3 }])).toMatchObject({
      input: 7,
      output: 3,
    });
  });

  test('a call without arguments is {}', () => {
    const event = add(0, { type: 'input_json_delta', partial_json: '' });
    expect(content(start(), begin(0, tool), event, close(), end('tool_use'), stop)).toMatchObject([
      { input: '{}' },
    ]);
  });

  test('input that came with the start counts where no delta brings any', () => {
    const whole = { ...tool, input: { a: 0 } };
    expect(content(start(), begin(0, whole), close(), end('tool_use'), stop)).toMatchObject([
      { input: '{"a":0}' },
    ]);
  });

  test('a call without an id gets the same one in a stream and as a whole', () => {
    const nameless = { ...tool, id: '' };
    const [block] =
      content(start(), begin(0, text), begin(1, nameless), end('tool_use'), stop)?.slice(1) ?? [];
    const [, whole] =
      parseAnswer({ content: [{ type: 'text', text: 'x' }, nameless], stop_reason: 'tool_use' }).choices[0]
        ?.content ?? [];
    expect(block).toMatchObject({ id: expect.stringMatching(/^call_/) });
    expect(block).toEqual(whole);
  });

  test('the input of the JSON tool is the text of the answer', () => {
    const event = add(0, { type: 'input_json_delta', partial_json: '{"a":1}' });
    const value = answer(
      start(),
      begin(0, { ...tool, name: 've_json_output' }),
      event,
      close(),
      end('tool_use'),
      stop,
    );
    expect(value.choices).toEqual([
      { index: 0, content: [{ type: 'text', text: '{"a":1}' }], finish: { reason: 'stop', raw: 'tool_use' } },
    ]);
  });

  test('the call of a built-in tool comes in one piece', () => {
    const wire = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const event = add(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' });
    expect(content(start(), begin(0, wire), event, close(), end(), stop)).toEqual([
      { type: 'foreign', dialect: 'anthropic-messages', value: { ...wire, input: { query: 'x' } } },
    ]);
  });

  test('a refusal keeps its details, a container is told late', () => {
    const details = { type: 'refusal', category: 'bio', explanation: 'no' };
    const delta = { stop_reason: 'refusal', stop_details: details, container: { id: 'c' } };
    expect(
      answer(start(), { type: 'message_delta', delta, usage: { output_tokens: 1 } }, stop),
    ).toMatchObject({
      extra: { 'anthropic-messages': { container: { id: 'c' } } },
      choices: [
        {
          finish: {
            reason: 'refusal',
            raw: 'refusal',
            extra: { 'anthropic-messages': { stop_details: details } },
          },
        },
      ],
    });
  });
});

describe('a stream with faults', () => {
  const expected = answer(...hi, stop);

  test.each([
    ['without message_stop', hi],
    ['with a repeated message_start', [start(), ...hi, stop]],
    [
      'with a repeated message_start that counts anew',
      [...hi.slice(0, 1), start('msg_1', { input_tokens: 99 }), ...hi.slice(1), stop],
    ],
    ['with the start repeated in the midst', [...hi.slice(0, 3), start(), ...hi.slice(3), stop]],
    ['with another start before any content', [start('msg_0'), ...hi, stop]],
    ['with a repeated block start', [...hi.slice(0, 2), ...hi.slice(1), stop]],
    ['with events after the end', [...hi, stop, say('more'), start('msg_2'), stop]],
    ['with pings and unknown events', [{ type: 'ping' }, ...hi, { type: 'news', text: null }, {}, stop]],
    ['without the end of the block', [...hi.slice(0, 3), end(), stop]],
    ['without the start of the block', [start(), ...hi.slice(2), stop]],
    [
      'with unknown deltas and null fields',
      [
        ...hi.slice(0, 2),
        add(0, { type: 'hum' }),
        add(0, { type: 'text_delta', text: null }),
        ...hi.slice(2),
        stop,
      ],
    ],
  ])('%s is read all the same', (_, events) => {
    expect(answer(...events)).toEqual(expected);
  });

  test.each([
    ['that ends before its last event', hi.slice(0, -1)],
    ['of nothing', []],
    [
      'with the start of another message in the midst',
      [...hi.slice(0, 3), start('msg_2'), ...hi.slice(1), stop],
    ],
    ['that begins a block twice', [...hi.slice(0, 4), begin(0, text), stop]],
    ['that adds to a block after its end', [...hi.slice(0, 4), say('more'), end(), stop]],
    ['with arguments of no tool', [start(), add(0, { type: 'input_json_delta', partial_json: '{' })]],
    [
      'that adds thoughts to text',
      [start(), begin(0, text), add(0, { type: 'thinking_delta', thinking: 'x' })],
    ],
    [
      'that adds thoughts to what is redacted',
      [
        start(),
        begin(0, { type: 'redacted_thinking', data: 'x' }),
        add(0, { type: 'thinking_delta', thinking: 'x' }),
      ],
    ],
    ['that calls a tool without a name', [start(), begin(0, { type: 'tool_use', id: 'x', name: null })]],
    ['of no beginning', [stop]],
    ['that tells its start in the midst only', [begin(0, text), say('Hi'), start(), close(), end(), stop]],
    ['with a number for a text', [...hi.slice(0, 2), add(0, { type: 'text_delta', text: 5 }), end(), stop]],
    ['with a delta that is no object', [...hi.slice(0, 2), { ...add(0, {}), delta: ['Hi'] }, end(), stop]],
  ])('%s is a protocol error', (_, events) => {
    expect(() => parts(...events)).toThrow(
      expect.objectContaining({
        code: 'VE_UPSTREAM_PROTOCOL',
        failure: { retry: 'elsewhere', health: 'failure', sent: true },
      }),
    );
  });

  test.each<JsonObject>([
    { type: 'text', text: 5 },
    { type: 'thinking', thinking: ['x'] },
    { ...tool, input: 'x' },
  ])('a whole answer with the block %j is a protocol error', (block) => {
    expect(() => parseAnswer({ content: [block], stop_reason: 'end_turn' })).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });

  test('an unknown stop reason is told as it is', () => {
    expect(answer(...hi.slice(0, 4), end('tired'), stop).choices[0]?.finish).toEqual({
      reason: 'other',
      raw: 'tired',
    });
  });

  test('an error ends it', () => {
    const error = {
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
      request_id: 'r',
    };
    expect(parts(...hi.slice(0, 3), error, ...hi, stop).at(-1)).toMatchObject({
      type: 'error',
      error: { kind: 'overloaded', status: 529, message: 'Overloaded', code: 'overloaded_error' },
    });
  });
});
