import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadCodecs } from '../dialects/load-codecs.ts';
import { type CallHead, readCall } from '../dialects/read-call.ts';
import type { Dialect } from '../protocol/call.ts';
import { makeKey } from './cache-key.ts';
import { readQuestion } from './read-question.ts';

await loadCodecs();

const parts = { model: 'served', owner: 'acme', tags: [] };
const chat: CallHead = { operation: 'chat', dialect: 'openai-chat', headers: {} };
const headOf = (dialect: Dialect): CallHead =>
  dialect === 'gemini'
    ? { operation: 'chat', dialect, headers: {}, model: 'm', stream: false }
    : { operation: 'chat', dialect, headers: {} };

function keyOf(body: object | string, head: CallHead = chat, own: object = {}): string | undefined {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const call = readCall(Buffer.from(text), head);
  const question = readQuestion(call);
  return question && makeKey(call, question, { ...parts, ...own }).hash;
}

const messages = [{ role: 'user', content: 'Hi' }];
const base = { model: 'm', messages, temperature: 0 };

/** A body of each dialect with something in every corner. */
const bodies: readonly (readonly [Dialect, Record<string, unknown>])[] = [
  [
    'openai-chat',
    {
      ...base,
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'a' }] },
        { role: 'user', content: 'b', name: 'n' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object', required: ['x'] } } }],
      stop: ['x', 'y'],
      seed: 9,
      logit_bias: { 5: -1 },
    },
  ],
  [
    'openai-responses',
    { model: 'm', input: [{ role: 'user', content: 'x' }], store: false, metadata: { a: 'b' } },
  ],
  [
    'anthropic-messages',
    { model: 'm', max_tokens: 5, system: [{ type: 'text', text: 's' }], messages, top_k: 3 },
  ],
  [
    'gemini',
    { contents: [{ role: 'user', parts: [{ text: 'x' }] }], generationConfig: { temperature: 0, topK: 4 } },
  ],
];

type Path = readonly (string | number)[];

function* leavesOf(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) yield path;
  else for (const [name, member] of Object.entries(value)) yield* leavesOf(member, [...path, name]);
}

function changed(value: unknown, [name, ...rest]: Path, to: unknown): unknown {
  if (name === undefined) return to;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  Reflect.set(copy, name, changed(Reflect.get(copy, name), rest, to));
  return copy;
}

for (const [dialect, body] of bodies) {
  test(`another value anywhere is another key in ${dialect}`, () => {
    const leaves = [...leavesOf(body)];
    fc.assert(
      fc.property(fc.constantFrom(...leaves), fc.oneof(fc.string(), fc.integer()), (path, to) => {
        const before = path.reduce<unknown>((value, name) => Reflect.get(value as object, name), body);
        fc.pre(before !== to && !['model', 'store', 'type'].includes(String(path.at(-1))));
        expect(keyOf(changed(body, path, to) as object, headOf(dialect))).not.toBe(
          keyOf(body, headOf(dialect)),
        );
      }),
    );
    expect(keyOf(body, headOf(dialect))).toBeDefined();
  });

  test(`the order of members is not part of the key in ${dialect}`, () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([name, member]) => [name, turned(member)]),
      );
    };
    const text = JSON.stringify(turned(body), null, 2);
    expect(text).not.toBe(JSON.stringify(body));
    expect(keyOf(text, headOf(dialect))).toBe(keyOf(body, headOf(dialect)));
  });
}

test('the same body is another key for another owner, model, route, dialect, tag or header that counts', () => {
  const headers = { 'anthropic-beta': 'a' };
  const keys = [
    keyOf(base),
    keyOf({ ...base, model: 'n' }),
    keyOf(base, chat, { model: 'other' }),
    keyOf(base, chat, { owner: 'globex' }),
    keyOf(base, chat, { owner: '' }),
    keyOf(base, chat, { tags: ['a'] }),
    keyOf(base, chat, { tags: ['a', 'b'] }),
    keyOf(base, chat, { tags: ['a,b'] }),
    keyOf(base, { ...chat, headers }),
    keyOf(base, { ...chat, headers: { 'openai-beta': 'a' } }),
    keyOf(base, { ...chat, dialect: 'anthropic-messages' }),
    keyOf({ ...base, stream: true }),
    keyOf({ ...base, stream: true }, { ...chat, dialect: 'anthropic-messages' }),
  ];
  expect(keys).not.toContain(undefined);
  expect(new Set(keys).size).toBe(keys.length);
});

test('what is of the one request only is no part of the key', () => {
  const headers = { traceparent: '00-1', tracestate: 'a', 'x-client-request-id': 'b' };
  expect(keyOf(base, { ...chat, headers })).toBe(keyOf(base));
  expect(keyOf({ ...base, user: 'ann', safety_identifier: 's', prompt_cache_key: 'k' })).toBe(keyOf(base));
  const messagesHead = headOf('anthropic-messages');
  expect(keyOf({ ...base, metadata: { user_id: 'ann' } }, messagesHead)).toBe(keyOf(base, messagesHead));
});

test('who asks is part of the key where the answer repeats it', () => {
  const body = { model: 'm', input: 'x', store: false };
  const head = headOf('openai-responses');
  for (const own of [{ user: 'ann' }, { metadata: { a: 'b' } }, { prompt_cache_key: 'k' }])
    expect(keyOf({ ...body, ...own }, head)).not.toBe(keyOf(body, head));
});

test('null says nothing in OpenAI’s formats, and something in others', () => {
  expect(keyOf({ ...base, stop: null })).toBe(keyOf(base));
  const head = headOf('anthropic-messages');
  expect(keyOf({ ...base, stop: null }, head)).not.toBe(keyOf(base, head));
});

test.each<[string, Dialect, object]>([
  ['a response that is kept', 'openai-responses', { model: 'm', input: 'x' }],
  [
    'one that goes on',
    'openai-responses',
    { model: 'm', input: 'x', store: false, previous_response_id: 'r' },
  ],
  ['one in the background', 'openai-responses', { model: 'm', input: 'x', store: false, background: true }],
  ['one of a conversation', 'openai-responses', { model: 'm', input: 'x', store: false, conversation: 'c' }],
  [
    'one that names an item',
    'openai-responses',
    { model: 'm', input: [{ type: 'item_reference', id: 'i' }], store: false },
  ],
  ['a search', 'openai-responses', { model: 'm', input: 'x', store: false, tools: [{ type: 'web_search' }] }],
  [
    'a search',
    'anthropic-messages',
    { ...base, tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
  ],
  ['servers of tools', 'anthropic-messages', { ...base, mcp_servers: [{ url: 'x' }] }],
  ['a container', 'anthropic-messages', { ...base, container: 'c' }],
  ['a search', 'gemini', { contents: [], tools: [{ googleSearch: {} }] }],
  ['a search', 'gemini', { contents: [], tools: [{ functionDeclarations: [], google_search: {} }] }],
])('%s is asked each time, in %s', (_, dialect, body) => {
  expect(keyOf(body, headOf(dialect))).toBeUndefined();
});

test('tools that the caller runs are no reason to ask each time', () => {
  const anthropic = [{ name: 'f' }, { type: 'custom', name: 'g' }, { type: 'bash_20250124', name: 'bash' }];
  expect(keyOf({ ...base, tools: anthropic }, headOf('anthropic-messages'))).toBeDefined();
  const gemini = { contents: [], tools: [{ functionDeclarations: [{ name: 'f' }] }] };
  expect(keyOf(gemini, headOf('gemini'))).toBeDefined();
});

const isSteady = (body: object, dialect: Dialect): boolean | undefined =>
  readQuestion(readCall(Buffer.from(JSON.stringify(body)), headOf(dialect)))?.isSteady;

test('the temperature is found where each dialect has it', () => {
  expect(isSteady(base, 'openai-chat')).toBe(true);
  expect(isSteady({ ...base, temperature: 0.1 }, 'openai-chat')).toBe(false);
  expect(isSteady({ model: 'm', messages }, 'openai-chat')).toBe(false);
  expect(isSteady({ ...base, temperature: 0 }, 'anthropic-messages')).toBe(true);
  expect(isSteady({ model: 'm', input: 'x', store: false, temperature: 0 }, 'openai-responses')).toBe(true);
  expect(isSteady({ contents: [], generationConfig: { temperature: 0 } }, 'gemini')).toBe(true);
  expect(isSteady({ contents: [], generation_config: { temperature: 0 } }, 'gemini')).toBe(true);
  expect(isSteady({ contents: [], temperature: 0 }, 'gemini')).toBe(false);
});

test('owners whose names no UTF-8 can hold are told apart', () => {
  const owners = ['\ud800', '\udfff', '\ufffd', '"\\ud800"'];
  expect(new Set(owners.map((owner) => keyOf(base, chat, { owner }))).size).toBe(owners.length);
});

test('a key costs microseconds', () => {
  const body = Buffer.from(
    JSON.stringify({
      ...base,
      messages: [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content: 'x'.repeat(400) },
      ],
    }),
  );
  const call = readCall(body, chat);
  const run = (): number => {
    const before = performance.now();
    for (let round = 0; round < 2000; round++) {
      const question = readQuestion(call);
      if (question !== undefined) makeKey(call, question, parts);
    }
    return ((performance.now() - before) / 2000) * 1000;
  };
  run();
  expect(Math.min(run(), run(), run())).toBeLessThan(60);
});
