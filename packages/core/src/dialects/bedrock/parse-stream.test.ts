import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { Part } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { bedrock } from './codec.ts';

type Event = readonly [string, JsonObject];

function parse(...events: readonly Event[]): readonly Part[] {
  const parser = bedrock.parseStream();
  return [...events.flatMap(([name, data]) => parser.push({ name, data })), ...parser.end()];
}

const start: Event = ['messageStart', { role: 'assistant' }];
const delta = (contentBlockIndex: number, value: JsonObject): Event => [
  'contentBlockDelta',
  { contentBlockIndex, delta: value },
];
const stop = (contentBlockIndex: number): Event => ['contentBlockStop', { contentBlockIndex }];
const tool = (contentBlockIndex: number, toolUse: JsonObject): Event => [
  'contentBlockStart',
  { contentBlockIndex, start: { toolUse } },
];
const end = (stopReason: string): Event => ['messageStop', { stopReason }];
const contentOf = (...events: readonly Event[]) => collectParts(parse(...events)).choices[0]?.content;

const usage = (inputTokens: number): Event => ['metadata', { usage: { inputTokens, outputTokens: 1 } }];

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('parseStream', () => {
  test('reads text, reasoning with its signature, and calls', () => {
    const content = contentOf(
      start,
      delta(0, { reasoningContent: { text: 'Hm' } }),
      delta(0, { reasoningContent: { text: 'm.' } }),
      delta(0, { reasoningContent: { signature: 'sig' } }),
      stop(0),
      delta(1, { text: '0' }),
      stop(1),
      tool(2, { toolUseId: 't1', name: 'add' }),
      delta(2, { toolUse: { input: '{"a":' } }),
      delta(2, { toolUse: { input: '0}' } }),
      stop(2),
      end('tool_use'),
    );
    expect(content).toEqual([
      { type: 'reasoning', text: 'Hmm.', signature: { dialect: 'bedrock', value: 'sig' } },
      { type: 'text', text: '0' },
      { type: 'tool-call', id: 't1', name: 'add', format: 'json', input: '{"a":0}' },
    ]);
  });

  test('a call without arguments is {}', () => {
    const call = [
      tool(0, { toolUseId: 't1', name: 'now' }),
      delta(0, { toolUse: { input: '' } }),
      stop(0),
    ] as const;
    expect(contentOf(start, ...call, end('tool_use'))).toMatchObject([{ input: '{}' }]);
  });

  test('a call without an id gets one of its place', () => {
    expect(contentOf(start, tool(0, { name: 'now' }), stop(0), end('tool_use'))).toMatchObject([
      { id: 'call_0_0_now' },
    ]);
    const body = {
      output: { message: { role: 'assistant', content: [{ toolUse: { name: 'now', input: {} } }] } },
      stopReason: 'tool_use',
    };
    expect(bedrock.parseAnswer(body).choices[0]?.content).toMatchObject([{ id: 'call_0_0_now' }]);
  });

  test('texts of nothing are none, streamed and whole', () => {
    const hi = { type: 'text', text: 'Hi' };
    const nothing = delta(0, { text: '' });
    expect(
      contentOf(start, nothing, stop(0), delta(1, { text: '' }), delta(1, { text: 'Hi' }), end('end_turn')),
    ).toEqual([hi]);
    expect(contentOf(start, nothing, stop(0), end('end_turn')) ?? []).toEqual([]);
    const message = { role: 'assistant', content: [{ text: '' }, { text: 'Hi' }, { text: '' }] };
    expect(bedrock.parseAnswer({ output: { message } }).choices[0]?.content).toEqual([hi]);
  });

  test('redacted reasoning in several pieces is joined as bytes', () => {
    const [first, second] = ['ab', 'cde'].map((text) => Buffer.from(text).toString('base64'));
    const content = contentOf(
      start,
      delta(0, { reasoningContent: { redactedContent: first ?? '' } }),
      delta(0, { reasoningContent: { redactedContent: second ?? '' } }),
      stop(0),
      end('end_turn'),
    );
    const value = Buffer.from('abcde').toString('base64');
    expect(content).toEqual([
      { type: 'reasoning', text: '', isRedacted: true, signature: { dialect: 'bedrock', value } },
    ]);
  });

  test('reasoning that goes over to text under one index is two blocks', () => {
    const content = contentOf(
      start,
      delta(0, { reasoningContent: { text: 'a' } }),
      delta(0, { text: 'b' }),
      end('end_turn'),
    );
    expect(content).toEqual([
      { type: 'reasoning', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
  });

  test('reasoning that goes over from hidden to shown under one index is two blocks', () => {
    const value = Buffer.from('abc').toString('base64');
    const content = contentOf(
      start,
      delta(0, { reasoningContent: { redactedContent: value } }),
      delta(0, { reasoningContent: { text: 'b' } }),
      end('end_turn'),
    );
    expect(content).toEqual([
      { type: 'reasoning', text: '', isRedacted: true, signature: { dialect: 'bedrock', value } },
      { type: 'reasoning', text: 'b' },
    ]);
  });

  test('citations belong to the text among which they stand', () => {
    const location = { documentPage: { documentIndex: 0, start: 1, end: 2 } };
    const citation = { title: 'T', sourceContent: [{ text: 'quoted' }], location };
    const content = contentOf(
      start,
      delta(0, { text: 'said' }),
      delta(0, { citation }),
      stop(0),
      end('end_turn'),
    );
    const cited = { title: 'T', citedText: 'quoted', extra: { bedrock: { location } } };
    expect(content).toEqual([{ type: 'text', text: 'said', citations: [cited] }]);
  });

  test('a later metadata corrects an earlier one', () => {
    expect(
      collectParts(parse(start, usage(5), delta(0, { text: 'x' }), end('end_turn'), usage(7))).usage,
    ).toEqual({
      input: 7,
      output: 1,
    });
  });

  test('the input of the answer tool is text, and the model has stopped', () => {
    const answer = collectParts(
      parse(
        start,
        tool(0, { toolUseId: 't', name: 'vector_engine_json_answer' }),
        delta(0, { toolUse: { input: '{"ok":true}' } }),
        stop(0),
        end('tool_use'),
      ),
    );
    expect(answer.choices[0]).toMatchObject({
      content: [{ type: 'text', text: '{"ok":true}' }],
      finish: { reason: 'stop', raw: 'tool_use' },
    });
  });

  test('what the provider runs itself is kept as it came', () => {
    const toolUse = { toolUseId: 's1', name: 'nova_grounding', type: 'server_tool_use' };
    const toolResult = { toolUseId: 's1', status: 'success' };
    const content = contentOf(
      start,
      tool(0, toolUse),
      delta(0, { toolUse: { input: '{"q":1}' } }),
      stop(0),
      ['contentBlockStart', { contentBlockIndex: 1, start: { toolResult } }],
      delta(1, { toolResult: [{ text: 'a' }] }),
      delta(1, { toolResult: [{ text: 'b' }] }),
      stop(1),
      end('end_turn'),
    );
    expect(content).toEqual([
      { type: 'foreign', dialect: 'bedrock', value: { toolUse: { ...toolUse, input: { q: 1 } } } },
      {
        type: 'foreign',
        dialect: 'bedrock',
        value: { toolResult: { ...toolResult, content: [{ text: 'ab' }] } },
      },
    ]);
  });

  test('the caller’s own tools may be told to be what they are', () => {
    const toolUse = { toolUseId: 't1', name: 'get', type: 'tool_use' };
    const answer = collectParts(parse(start, tool(0, toolUse), stop(0), end('tool_use')));
    const call = { type: 'tool-call', id: 't1', name: 'get', input: '{}' };
    expect(answer.choices[0]).toMatchObject({ content: [call], finish: { reason: 'tool-calls' } });
    const message = { role: 'assistant', content: [{ toolUse: { ...toolUse, input: {} } }] };
    const whole = bedrock.parseAnswer({ output: { message }, stopReason: 'tool_use' });
    expect(whole.choices[0]).toMatchObject({ content: [call], finish: { reason: 'tool-calls' } });
  });

  test.each([
    ['throttlingException', 'rate-limit', 429],
    ['internalServerException', 'server', 500],
    ['serviceUnavailableException', 'overloaded', 503],
    ['modelStreamErrorException', 'server', 424],
    ['validationException', 'invalid-request', 400],
    ['InternalFailure', 'server', 500],
  ])('%s inside a stream is an error', (name, kind, status) => {
    const parts = parse(start, delta(0, { text: 'x' }), [name, { message: 'm' }]);
    expect(parts.at(-1)).toMatchObject({ type: 'error', error: { kind, status, message: 'm' } });
  });

  test('nothing follows an error', () => {
    expect(parse(start, ['throttlingException', {}], delta(0, { text: 'x' })).at(-1)).toMatchObject({
      type: 'error',
    });
  });

  test('events after the end, unknown ones and padding are passed over', () => {
    const content = contentOf(
      ['messageStart', { role: 'assistant', p: 'abc' }],
      ['somethingNew', { a: 1 }],
      delta(0, { text: 'x' }),
      delta(0, { somethingNew: 1 }),
      end('end_turn'),
      delta(0, { text: 'late' }),
      end('max_tokens'),
    );
    expect(content).toEqual([{ type: 'text', text: 'x' }]);
  });

  test.each<[string, readonly Event[]]>([
    ['no end', [start, delta(0, { text: 'x' })]],
    ['nothing at all', []],
    ['a second message inside the first', [start, delta(0, { text: 'x' }), start]],
    ['a piece of a call that has not begun', [start, delta(0, { toolUse: { input: '{' } })]],
    ['a call without a name', [start, tool(0, { toolUseId: 't' })]],
    ['a number for a text', [start, delta(0, { text: 5 }), end('end_turn')]],
    ['a list for reasoning', [start, delta(0, { reasoningContent: ['x'] }), end('end_turn')]],
    [
      'a number for the input of a call',
      [start, tool(0, { toolUseId: 'a', name: 'n' }), delta(0, { toolUse: { input: 5 } }), end('tool_use')],
    ],
    ['a delta that is no object', [start, ['contentBlockDelta', { delta: 'x' }], end('end_turn')]],
    [
      'a call inside another',
      [start, tool(0, { toolUseId: 'a', name: 'n' }), tool(0, { toolUseId: 'b', name: 'n' })],
    ],
  ])('%s is a typed error', (_, events) => {
    const error = thrown(() => parse(...events));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({
      code: 'VE_UPSTREAM_PROTOCOL',
      failure: { retry: 'elsewhere', sent: true },
    });
  });

  test.each<JsonObject>([
    { text: 5 },
    { reasoningContent: { reasoningText: 'x' } },
    { toolUse: { toolUseId: 'a', name: 'n', input: 5 } },
  ])('an answer with the block %j is a typed error', (block) => {
    const output = { message: { role: 'assistant', content: [block] } };
    expect(thrown(() => bedrock.parseAnswer({ output, stopReason: 'end_turn' }))).toMatchObject({
      code: 'VE_UPSTREAM_PROTOCOL',
    });
  });

  test('an answer without a message is a typed error', () => {
    expect(thrown(() => bedrock.parseAnswer({ output: null, stopReason: 'end_turn' }))).toMatchObject({
      code: 'VE_UPSTREAM_PROTOCOL',
    });
  });

  test.each([
    ['end_turn', 'stop'],
    ['tool_use', 'tool-calls'],
    ['max_tokens', 'length'],
    ['stop_sequence', 'stop-sequence'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['model_context_window_exceeded', 'context-length'],
    ['malformed_tool_use', 'malformed-tool-call'],
    ['malformed_model_output', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', (raw, reason) => {
    expect(collectParts(parse(start, end(raw))).choices[0]?.finish).toEqual({ reason, raw });
  });
});
