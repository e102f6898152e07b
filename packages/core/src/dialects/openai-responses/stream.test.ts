import { describe, expect, it } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { openaiResponses as codec } from './codec.ts';

const parse = (output: readonly JsonObject[], more: JsonObject = {}): ChatAnswer =>
  codec.parseAnswer({ id: 'resp_1', object: 'response', status: 'completed', output, ...more });

/** What a server would stream of these items, with no more events than it must. */
const stream = (events: readonly JsonObject[]): readonly Part[] => {
  const parser = codec.parseStream();
  return [...events.flatMap((data) => parser.push({ name: undefined, data })), ...parser.end()];
};
const created = { type: 'response.created', response: { id: 'resp_1', model: 'm', output: [] } };
const completed = (output: readonly JsonObject[] = [], more: JsonObject = {}): JsonObject => ({
  type: 'response.completed',
  response: { id: 'resp_1', status: 'completed', output, ...more },
});

const told = (id: string, type: string, more: JsonObject = {}): JsonObject => ({
  type: `response.${type}`,
  response: { id, model: 'm', output: [], ...more },
});

describe('a stream', () => {
  const text = {
    type: 'message',
    id: 'msg_1',
    status: 'completed',
    content: [{ type: 'output_text', text: 'abc' }],
  };
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{"a":1}' };

  it('of nothing but its last event is the whole answer', () => {
    const output = [
      text,
      call,
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' },
      { type: 'mcp_call', id: 'mcp_1', name: 'x' },
    ];
    expect(collectParts(stream([completed(output)]))).toEqual(parse(output));
  });

  it('whose items have no end is closed by the response, or by what was said', () => {
    const events = [
      created,
      { type: 'response.output_item.added', output_index: 0, item: { ...text, content: [] } },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'ab' },
    ];
    expect(collectParts(stream([...events, completed([text])]))).toEqual({ ...parse([text]), model: 'm' });
    expect(collectParts(stream([...events, completed()])).choices[0]?.content).toMatchObject([
      { text: 'ab' },
    ]);
  });

  it('whose response has another id in each event is one answer', () => {
    const parts = stream([
      told('a', 'created'),
      told('b', 'in_progress'),
      { type: 'response.output_text.delta', output_index: 0, item_id: 'c', delta: 'Hi' },
      told('d', 'in_progress'),
      { type: 'response.output_text.delta', output_index: 0, item_id: 'e', delta: '!' },
      told('f', 'completed', { status: 'completed' }),
    ]);
    expect(collectParts(parts).choices[0]).toMatchObject({
      content: [{ type: 'text', text: 'Hi!' }],
      finish: { reason: 'stop' },
    });
  });

  it('deltas of an item that was never added start it', () => {
    const parts = stream([
      { type: 'response.output_text.delta', output_index: 0, delta: '' },
      { type: 'response.output_text.delta', output_index: 0, delta: '0' },
      { type: 'response.refusal.delta', item_id: 'msg_2', delta: 'No.' },
      { type: 'response.reasoning_text.delta', item_id: 'rs_1', delta: 'hm' },
      { type: 'response.function_call_arguments.delta', output_index: 3, delta: '{"a"' },
      { type: 'response.output_item.done', output_index: 3, item: call },
      completed(),
    ]);
    expect(collectParts(parts).choices[0]?.content).toMatchObject([
      { type: 'text', text: '0' },
      { type: 'refusal', text: 'No.' },
      { type: 'reasoning', text: 'hm' },
      { type: 'tool-call', id: 'c', name: 'f', input: '{"a":1}' },
    ]);
  });

  it('reads steps of built-in tools over, and their items whole', () => {
    const done = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search' } };
    const parts = stream([
      { type: 'response.output_item.added', output_index: 0, item: { type: 'web_search_call', id: 'ws_1' } },
      { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
      { type: 'response.mcp_call_arguments.delta', output_index: 0, item_id: 'ws_1', delta: 'x' },
      { type: 'response.output_item.done', output_index: 0, item: done },
      { type: 'response.something_new', output_index: 0 },
      completed([done]),
    ]);
    expect(collectParts(parts)).toEqual(parse([done]));
  });

  it('items with an id that changes are told by their place', () => {
    const parts = stream([
      { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'a1' } },
      { type: 'response.output_text.delta', output_index: 0, item_id: 'a2', delta: 'x' },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { ...text, id: 'a3', content: [{ type: 'output_text', text: 'x' }] },
      },
      completed([{ ...text, id: 'a4', content: [{ type: 'output_text', text: 'x' }] }]),
    ]);
    expect(collectParts(parts).choices[0]?.content).toMatchObject([{ text: 'x' }]);
  });

  it('two parts of a summary are one text, and stay two', () => {
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [
        { type: 'summary_text', text: 'a' },
        { type: 'summary_text', text: 'b' },
      ],
    };
    const parts = stream([
      { type: 'response.output_item.added', output_index: 0, item: { ...item, summary: [] } },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'a' },
      { type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: 1 },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 1, delta: 'b' },
      { type: 'response.output_item.done', output_index: 0, item },
      completed([item]),
    ]);
    expect(collectParts(parts)).toEqual(parse([item]));
  });

  it.each([
    [
      { type: 'error', code: 'server_error', message: 'm' },
      { kind: 'server', status: 500 },
    ],
    [
      { type: 'error', error: { code: 'rate_limit_exceeded', message: 'try again in 2s' } },
      { kind: 'rate-limit', retryAfter: 2000 },
    ],
    [{ error: { message: 'm', type: 'overloaded_error' } }, { kind: 'overloaded' }],
    [
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'invalid_prompt', message: 'm' } },
      },
      { kind: 'content-filter' },
    ],
    [{ type: 'response.failed', response: { error: null } }, { kind: 'server' }],
  ])('%j is an error part, and the last', (event, error) => {
    const parser = codec.parseStream();
    expect(parser.push({ name: undefined, data: event })).toMatchObject([{ type: 'error', error }]);
    expect(parser.push({ name: undefined, data: completed([text]) })).toEqual([]);
    expect(parser.end()).toEqual([]);
  });

  it.each([
    ['it has no end', [created]],
    ['another begins before its end', [created, { type: 'response.created', response: { id: 'resp_2' } }]],
    [
      'its end contradicts it',
      [{ type: 'response.output_text.delta', output_index: 0, delta: 'xyz' }, completed([text])],
    ],
    [
      'a call has no name',
      [{ type: 'response.function_call_arguments.delta', output_index: 0, delta: '{' }, completed()],
    ],
    [
      'a delta is no text',
      [{ type: 'response.output_text.delta', output_index: 0, delta: 5 }, completed([text])],
    ],
    [
      'an item goes on after its end',
      [
        { type: 'response.output_item.done', output_index: 0, item: text },
        { type: 'response.output_text.delta', output_index: 0, delta: 'x' },
        completed(),
      ],
    ],
  ])('is not trusted where %s', (_, events) => {
    expect(() => stream(events)).toThrow(
      expect.objectContaining({
        code: 'VE_UPSTREAM_PROTOCOL',
        failure: { retry: 'elsewhere', health: 'failure', sent: true },
      }),
    );
  });

  it.each<Json>([
    5,
    { type: 'message', content: 5 },
    { type: 'message', content: [{ type: 'output_text', text: 5 }] },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 5 }] },
    { ...call, arguments: 5 },
    { ...call, name: null },
  ])('nor a whole answer with the item %j', (item) => {
    expect(() => codec.parseAnswer({ status: 'completed', output: [item] })).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });

  it('a repeated start and events after the end change nothing', () => {
    const parts = stream([
      created,
      created,
      completed([text]),
      completed([call]),
      { type: 'response.output_text.delta', output_index: 9, delta: 'x' },
      created,
    ]);
    expect(collectParts(parts)).toEqual({ ...parse([text]), model: 'm' });
  });

  it('usage and state come with response.incomplete', () => {
    const response = {
      id: 'resp_1',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [text],
      usage: { input_tokens: 1, output_tokens: 2 },
    };
    const answer = collectParts(stream([created, { type: 'response.incomplete', response }]));
    expect(answer.choices[0]?.finish).toEqual({ reason: 'length' });
    expect(answer.usage).toEqual({ input: 1, output: 2 });
  });
});
