import { describe, expect, test } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseStream } from './parse-stream.ts';

function parse(...events: (JsonObject | undefined)[]): readonly Part[] {
  const parser = parseStream();
  return [...events.flatMap((data) => parser.push({ name: undefined, data })), ...parser.end()];
}

const chunk = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: 'c',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const stop = chunk({}, { finish_reason: 'stop' });

function collect(...deltas: JsonObject[]): ChatAnswer {
  return collectParts(parse(...deltas.map((delta) => chunk(delta)), stop));
}

function contentOf(...deltas: JsonObject[]): unknown {
  return collect(...deltas).choices[0]?.content;
}

function whole(message: JsonObject): unknown {
  return parseAnswer({ id: 'c', choices: [{ index: 0, message, finish_reason: 'stop' }] }).choices[0]
    ?.content;
}

const piece = (name: string | undefined, args: string, more: JsonObject = {}): JsonObject => ({
  tool_calls: [{ ...more, function: { ...(name === undefined ? {} : { name }), arguments: args } }],
});

const callsOf = ({ tool_calls: calls }: JsonObject): readonly Json[] => (Array.isArray(calls) ? calls : []);

describe('tool calls', () => {
  const a = { type: 'tool-call', id: 'a', name: 'f', format: 'json', input: '{"x":1}' };
  const b = { type: 'tool-call', id: 'b', name: 'f', format: 'json', input: '{"x":0}' };

  test.each<[title: string, deltas: JsonObject[], content: unknown[]]>([
    [
      'by index, their pieces mixed',
      [
        piece('f', '', { index: 0, id: 'a' }),
        piece('f', '{"x', { index: 1, id: 'b' }),
        piece(undefined, '{"x":', { index: 0 }),
        piece(undefined, '":0}', { index: 1 }),
        piece(undefined, '1}', { index: 0 }),
      ],
      [a, b],
    ],
    [
      'without index, the id repeated, the name empty',
      [piece('f', '{"x":', { id: 'a' }), piece('', '1}', { id: 'a' }), piece('f', '{"x":0}', { id: 'b' })],
      [a, b],
    ],
    [
      'without index and id in the continuation',
      [piece('f', '{"x":', { id: 'a' }), piece(undefined, '1}'), piece('f', '{"x":0}', { id: 'b' })],
      [a, b],
    ],
    [
      'begun together without index, their pieces in the same places',
      [
        { tool_calls: [...callsOf(piece('f', '', { id: 'a' })), ...callsOf(piece('f', '', { id: 'b' }))] },
        { tool_calls: [...callsOf(piece(undefined, '{"x":1}')), ...callsOf(piece(undefined, '{"x":0}'))] },
      ],
      [a, b],
    ],
    [
      'begun together without index, gone on with by index',
      [
        {
          tool_calls: [...callsOf(piece('f', '{"x"', { id: 'a' })), ...callsOf(piece('f', '{', { id: 'b' }))],
        },
        piece(undefined, '"x":0}', { index: 1 }),
        piece(undefined, ':1}', { index: 0 }),
      ],
      [a, b],
    ],
    [
      'all with index 0 and no id, each whole',
      [
        {
          tool_calls: [
            ...callsOf(piece('f', '{"x":1}', { index: 0, id: '' })),
            ...callsOf(piece('f', '{"x":0}', { index: 0, id: '' })),
          ],
        },
      ],
      [
        { ...a, id: expect.stringMatching(/./) },
        { ...b, id: expect.stringMatching(/./) },
      ],
    ],
    [
      'all with index 0, each whole',
      [piece('f', '{"x":1}', { index: 0, id: 'a' }), piece('f', '{"x":0}', { index: 0, id: 'b' })],
      [a, b],
    ],
    [
      'whole, in one chunk',
      [
        {
          tool_calls: [
            { id: 'a', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', function: { name: 'f', arguments: { x: 0 } } },
          ],
        },
      ],
      [a, b],
    ],
    [
      'the name repeated with every piece',
      [piece('f', '{"x"', { index: 0, id: 'a' }), piece('f', ':1}', { index: 0, id: 'a' })],
      [a],
    ],
    ['without arguments', [piece('f', '', { index: 0, id: 'a' })], [{ ...a, input: '{}' }]],
    ['an empty one beside the text', [{ tool_calls: [{ index: 0, function: { arguments: '' } }] }], []],
    [
      'custom',
      [
        { tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'f', input: '' } }] },
        { tool_calls: [{ index: 0, custom: { input: '0' } }] },
      ],
      [{ ...a, format: 'text', input: '0' }],
    ],
    [
      'with what Google puts beside them',
      [piece('f', '{"x":1}', { index: 0, id: 'a', extra_content: { google: { thought_signature: 's' } } })],
      [{ ...a, extra: { 'openai-chat': { extra_content: { google: { thought_signature: 's' } } } } }],
    ],
  ])('%s', (_, deltas, content) => {
    expect(contentOf(...deltas)).toEqual(content);
  });

  test('ids that are missing or taken are made, the same as in a whole answer', () => {
    const calls = [
      { function: { name: 'f', arguments: '{}' } },
      { id: '', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 'x', function: { name: 'f', arguments: '{}' } },
      { id: 'x', function: { name: 'g', arguments: '{}' } },
    ];
    const content = contentOf(...calls.map((call, index) => ({ tool_calls: [{ index, ...call }] })));
    expect(content).toEqual(whole({ content: null, tool_calls: calls }));
    const ids = collect({ tool_calls: calls }).choices[0]?.content.map(
      (block) => block.type === 'tool-call' && block.id,
    );
    expect(new Set(ids).size).toBe(4);
    expect(ids).not.toContain('');
  });

  test('the old function call, in pieces', () => {
    const [first, second] = [{ name: 'f', arguments: '' }, { arguments: '{"a":1}' }];
    expect(contentOf({ function_call: first }, { function_call: second })).toEqual(
      whole({ content: null, function_call: { name: 'f', arguments: '{"a":1}' } }),
    );
  });

  test('a call is over when the next begins, and told so', () => {
    const types = parse(
      chunk(piece('f', '{}', { index: 0, id: 'a' })),
      chunk(piece('f', '{}', { index: 1, id: 'b' })),
      stop,
    ).map((part) => part.type.replace('tool-input-', ''));
    expect(types).toEqual(['head', 'start', 'delta', 'end', 'start', 'delta', 'end', 'finish']);
  });

  test('a call that never gets a name is an error', () => {
    expect(() => collect(piece(undefined, '{}', { index: 0, id: 'a' }))).toThrow(/no name/);
  });
});

describe('reasoning', () => {
  const thought = { type: 'reasoning', text: 'ab' };
  const said = { type: 'text', text: '0' };

  test.each<[title: string, deltas: JsonObject[]]>([
    [
      'reasoning_content',
      [{ reasoning_content: 'a', content: null }, { reasoning_content: 'b' }, { content: '0' }],
    ],
    ['reasoning', [{ reasoning: 'a', content: '' }, { reasoning: 'b' }, { content: '0' }]],
    ['both, the same', [{ reasoning: 'ab', reasoning_content: 'ab' }, { content: '0' }]],
    [
      'parts of the content',
      [
        { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }] },
        {
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'b' }], closed: true },
            { type: 'text', text: '0' },
          ],
        },
      ],
    ],
  ])('in %s', (_, deltas) => {
    expect(contentOf(...deltas)).toEqual([thought, said]);
  });

  test('details of OpenRouter, the text also in a string', () => {
    const entry = { type: 'reasoning.text', index: 0, format: 'anthropic-claude-v1' };
    const content = contentOf(
      { reasoning: 'a', reasoning_details: [{ ...entry, text: 'a' }] },
      { reasoning: 'b', reasoning_details: [{ ...entry, text: 'b' }] },
      { reasoning_details: [{ ...entry, signature: 's' }] },
      { content: '0' },
      {
        reasoning_details: [
          { type: 'reasoning.encrypted', data: 'd', index: 1, format: 'anthropic-claude-v1' },
        ],
      },
    );
    expect(content).toEqual(
      whole({
        content: '0',
        reasoning: 'ab',
        reasoning_details: [
          { ...entry, text: 'ab', signature: 's' },
          { type: 'reasoning.encrypted', data: 'd', index: 1, format: 'anthropic-claude-v1' },
        ],
      }),
    );
    expect(content).toMatchObject([
      { ...thought, signature: { dialect: 'openai-chat', value: 's' } },
      { text: '', isRedacted: true, signature: { dialect: 'openai-chat', value: 'd' } },
      said,
    ]);
  });

  test('it ends when the text begins', () => {
    const types = parse(chunk({ reasoning_content: 'a' }), chunk({ content: 'b' }), stop).map(
      (part) => part.type,
    );
    expect(types.indexOf('reasoning-end')).toBeLessThan(types.indexOf('text-start'));
  });
});

describe('what is beside the content', () => {
  test('what is only said aloud is told in words', () => {
    const said = [{ type: 'text', text: 'Hello' }];
    const deltas = [{ audio: { id: 'a', transcript: 'Hel' } }, { audio: { transcript: 'lo' } }];
    expect(contentOf({ role: 'assistant', content: null }, ...deltas, { audio: { data: 'AA' } })).toEqual(
      said,
    );
    const audio = { id: 'a', data: 'AA', transcript: 'Hello' };
    expect(whole({ content: null, audio })).toEqual(said);
    expect(whole({ content: 'Hello', audio })).toEqual(said);
  });

  test('citations, pictures, speech and unknown fields', () => {
    const annotation = {
      type: 'url_citation',
      url_citation: { url: 'u', title: 't', start_index: 0, end_index: 1 },
    };
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const answer = collect(
      { content: 'x', audio: { id: 'a', data: 'AA' }, odd: 1 },
      { annotations: [annotation], audio: { data: 'BB', transcript: 'hm' } },
      { images: [image], audio: { expires_at: 5 } },
    );
    expect(answer.choices[0]).toMatchObject({
      content: [
        { type: 'text', text: 'x', citations: [{ url: 'u', title: 't', start: 0, end: 1 }] },
        { type: 'media', mediaType: 'image/png', source: { kind: 'base64', data: 'AAAA' } },
      ],
      extra: {
        'openai-chat': {
          message: { odd: 1, audio: { id: 'a', data: 'AABB', transcript: 'hm', expires_at: 5 } },
        },
      },
    });
  });

  test('usage, wherever it is; the last counts', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2 };
    const told = { input: 1, output: 2 };
    expect(collectParts(parse(stop, { choices: [], usage })).usage).toEqual(told);
    expect(collectParts(parse({ ...stop, x_groq: { usage } })).usage).toEqual(told);
    expect(collectParts(parse(chunk({}, { finish_reason: 'stop', usage }))).usage).toEqual(told);
    const first = { choices: [], usage: { prompt_tokens: 9, completion_tokens: 9 } };
    expect(
      collectParts(parse(stop, first, { choices: [], usage }, { choices: [], usage: null })).usage,
    ).toEqual(told);
  });

  test('the head is told once it is known, and not again', () => {
    const azure = {
      id: '',
      model: '',
      created: 0,
      choices: [],
      prompt_filter_results: [{ prompt_index: 0 }],
    };
    const named = {
      ...chunk({ content: 'a' }),
      model: 'm',
      created: 5,
      system_fingerprint: 'fp',
      obfuscation: 'xy',
    };
    const heads = parse(azure, named, { ...named, obfuscation: 'z' }, stop).filter(
      (part) => part.type === 'head',
    );
    expect(heads).toHaveLength(2);
    expect(heads[1]).toEqual({
      type: 'head',
      id: 'c',
      model: 'm',
      created: 5,
      extra: { 'openai-chat': { prompt_filter_results: [{ prompt_index: 0 }], system_fingerprint: 'fp' } },
    });
  });
});

describe('streams that are not what they should be', () => {
  test.each<[title: string, events: (JsonObject | undefined)[]]>([
    ['nothing', []],
    ['nothing but the end', [undefined]],
    ['no end', [chunk({ content: 'a' })]],
    ['one choice of two without an end', [stop, { choices: [{ index: 1, delta: { content: 'a' } }] }]],
    ['more after the end of a choice', [chunk({ content: 'a' }), stop, chunk({ content: 'b' }), undefined]],
    ['choices that are no list', [chunk({ content: 'a' }), { choices: {} }, stop]],
    ['a choice that is no object', [chunk({ content: 'a' }), { choices: ['b'] }, stop]],
    ['a delta that is no object', [{ choices: [{ index: 0, delta: ['a'] }] }, stop]],
    ['a number for a text', [chunk({ content: 5 }), stop]],
    ['a part with a number for a text', [chunk({ content: [{ type: 'text', text: 5 }] }), stop]],
    ['reasoning that is no text', [chunk({ reasoning_content: { a: 1 } }), stop]],
    ['calls that are no list', [chunk({ tool_calls: {} }), stop]],
    [
      'a number for the arguments of a call',
      [chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: 5 } }] }), stop],
    ],
  ])('%s is an error', (_, events) => {
    expect(() => parse(...events)).toThrow(
      expect.objectContaining({
        code: 'VE_UPSTREAM_PROTOCOL',
        failure: { retry: 'elsewhere', health: 'failure', sent: true },
      }),
    );
  });

  test.each<JsonObject>([
    { content: 5 },
    { content: null, tool_calls: {} },
    { content: null, tool_calls: [{ id: 'a', function: { name: 'f', arguments: 5 } }] },
  ])('a whole answer with the message %j is an error', (message) => {
    expect(() => whole(message)).toThrow(expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }));
  });

  test('pings, repeated ends, null fields and events after [DONE] are passed over', () => {
    const answer = collectParts(
      parse(
        { type: 'ping' },
        { id: null, choices: null, error: null },
        chunk({ role: null, content: null, tool_calls: null, refusal: null }, { logprobs: null }),
        chunk({ content: '0' }, { finish_reason: '' }),
        stop,
        stop,
        undefined,
        chunk({ content: 'late' }),
      ),
    );
    expect(answer.choices).toEqual([
      { index: 0, content: [{ type: 'text', text: '0' }], finish: { reason: 'stop', raw: 'stop' } },
    ]);
  });

  test('[DONE] without a reason is an end without one', () => {
    expect(collectParts(parse(chunk({ content: 'a' }), undefined)).choices[0]?.finish).toEqual({
      reason: 'other',
    });
  });

  test('a whole message in one event, also when it repeats what was streamed', () => {
    const message = { choices: [{ index: 0, message: { content: 'ab' }, finish_reason: 'stop' }] };
    expect(collectParts(parse(message)).choices[0]?.content).toEqual([{ type: 'text', text: 'ab' }]);
    expect(collectParts(parse(chunk({ content: 'ab' }), message)).choices[0]?.content).toEqual([
      { type: 'text', text: 'ab' },
    ]);
  });

  test.each<[title: string, event: JsonObject]>([
    ['an object', { error: { message: 'no room', code: 'overloaded_error' } }],
    ['a string', { error: 'no room', code: 'overloaded_error' }],
    [
      'in a choice',
      { choices: [{ index: 0, error: { message: 'no room', code: 503 }, finish_reason: 'error' }] },
    ],
    ['of FastAPI', { object: 'error', message: 'no room', code: 503 }],
  ])('an error, %s, is the last part', (_, event) => {
    const parts = parse(chunk({ content: 'a' }), event, chunk({ content: 'b' }), undefined);
    expect(parts.at(-1)).toMatchObject({
      type: 'error',
      error: { kind: 'overloaded', status: 503, message: 'no room' },
    });
  });
});
