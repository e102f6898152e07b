import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Message } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { openaiChat } from './codec.ts';

function reread(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

const text = fc.string({ minLength: 1 });
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const count = fc.nat({ max: 100_000 });
const optional = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record(fields, { requiredKeys: [] });
const json = fc
  .dictionary(
    word,
    fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null),
    { maxKeys: 3 },
  )
  .map((value) => reread(value));
const call = fc.tuple(word, fc.boolean(), json, text).map(([name, isText, input, free]) => ({
  type: 'tool-call',
  name,
  format: isText ? 'text' : 'json',
  input: isText ? free : JSON.stringify(input),
}));
const cache = fc.constantFrom({}, { ttl: '5m' as const }, { ttl: '1h' as const });
const requestText = fc.record(
  { type: fc.constant('text'), text: fc.string(), cache },
  { requiredKeys: ['type', 'text'] },
);
const media = fc.oneof(
  fc.record({
    type: fc.constant('media'),
    mediaType: fc.constantFrom('image/png', 'audio/wav', 'audio/mpeg', 'video/mp4'),
    source: fc.record({ kind: fc.constant('base64'), data: fc.base64String({ minLength: 4 }) }),
  }),
  fc.record({
    type: fc.constant('media'),
    mediaType: fc.constant('image/*'),
    source: fc.record({ kind: fc.constant('url'), url: fc.webUrl() }),
    detail: fc.constantFrom('auto', 'low', 'high'),
    cache,
  }),
  fc.record({
    type: fc.constant('media'),
    mediaType: fc.constant('application/pdf'),
    source: fc.record({ kind: fc.constant('base64'), data: fc.base64String({ minLength: 4 }) }),
    name: word,
  }),
  fc.record({
    type: fc.constant('media'),
    mediaType: fc.constant(undefined),
    source: fc.record({ kind: fc.constant('id'), id: word }),
  }),
);
const foreign = fc.record({
  type: fc.constant('foreign'),
  dialect: fc.constant('openai-chat'),
  value: fc.record({ type: fc.constant('brand_new'), more: json }),
});
const named = { name: word };
const reasoning = fc.tuple(text, fc.option(text, { nil: undefined })).map(([shown, value]) => ({
  type: 'reasoning',
  text: shown,
  ...(value === undefined ? {} : { signature: { dialect: 'openai-chat', value } }),
}));
const turn = fc
  .tuple(
    fc.array(reasoning, { maxLength: 2 }),
    fc.array(
      requestText.filter((block) => block.text !== ''),
      { maxLength: 2 },
    ),
    fc.array(call, { minLength: 1, maxLength: 3 }),
    word,
    fc.array(requestText, { minLength: 1, maxLength: 2 }),
  )
  .map(([thoughts, texts, calls, id, results]): Message[] => {
    const content = [
      ...thoughts.map((block, index) =>
        'signature' in block && block.signature !== undefined
          ? { ...block, signature: { ...block.signature, value: `${index}${block.signature.value}` } }
          : block,
      ),
      ...texts,
      ...calls.map((block, index) => ({ ...block, id: `${id}${index}` })),
    ];
    return [
      { role: 'assistant', content },
      {
        role: 'tool',
        content: calls.map((_, index) => ({
          type: 'tool-result',
          callId: `${id}${index}`,
          content: results,
        })),
      },
    ] as unknown as Message[];
  });
const plainMessage = fc.oneof(
  fc.record(
    { role: fc.constant('system'), content: fc.array(requestText, { minLength: 1, maxLength: 2 }), ...named },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record({
    role: fc.constant('system'),
    isDeveloper: fc.constant(true),
    content: fc.array(requestText, { minLength: 1, maxLength: 2 }),
  }),
  fc.record(
    {
      role: fc.constant('user'),
      content: fc.array(fc.oneof(requestText, media, foreign), { minLength: 1, maxLength: 3 }),
      ...named,
      extra: fc.record({ 'openai-chat': fc.record({ vendor: word }) }),
    },
    { requiredKeys: ['role', 'content'] },
  ),
);
const messages = fc
  .array(
    fc.oneof(
      plainMessage.map((message) => [message]),
      turn,
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((groups) => groups.flat());
const tools = fc.array(
  fc.oneof(
    fc.record(
      {
        type: fc.constant('function'),
        name: word,
        description: fc.string(),
        parameters: json,
        isStrict: fc.boolean(),
        cache,
      },
      { requiredKeys: ['type', 'name'] },
    ),
    fc.record(
      { type: fc.constant('custom'), name: word, description: fc.string(), format: json },
      { requiredKeys: ['type', 'name'] },
    ),
    fc.constant({ type: 'built-in', extra: { 'openai-chat': { type: 'web_search', depth: 1 } } }),
  ),
  { minLength: 1, maxLength: 3 },
);
const request = fc
  .tuple(
    messages,
    fc.boolean(),
    fc.boolean(),
    optional({
      tools,
      toolChoice: fc.oneof(
        fc.record({ type: fc.constantFrom('auto', 'none', 'required') }),
        fc.record({ type: fc.constant('tool'), name: word }),
        fc.record({ type: fc.constant('allowed'), names: fc.array(word), isRequired: fc.boolean() }),
      ),
      parallelToolCalls: fc.boolean(),
      output: fc.oneof(
        fc.record({ type: fc.constantFrom('text', 'json') }),
        fc.record(
          {
            type: fc.constant('json-schema'),
            name: word,
            schema: json,
            description: word,
            isStrict: fc.boolean(),
          },
          { requiredKeys: ['type', 'name', 'schema'] },
        ),
      ),
      reasoning: fc.record({
        effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
      }),
      maxTokens: count,
      temperature: fc.constantFrom(0, 0.5, 2),
      topP: fc.constantFrom(0, 0.5, 1),
      topK: count,
      frequencyPenalty: fc.constantFrom(-1, 0, 1),
      presencePenalty: fc.constantFrom(-1, 0, 1),
      seed: fc.integer(),
      stop: fc.array(fc.string(), { maxLength: 3 }),
      logitBias: fc.constant({ 50256: -100 }),
      logprobs: fc.boolean(),
      topLogprobs: fc.nat({ max: 20 }),
      choices: fc.integer({ min: 1, max: 4 }),
      verbosity: fc.constantFrom('low', 'medium', 'high'),
      serviceTier: word,
      metadata: fc.dictionary(word, fc.string()),
      user: word,
      cacheKey: word,
      store: fc.boolean(),
      extra: fc.record({ 'openai-chat': fc.record({ prediction: json, moderation: json }) }),
    }),
  )
  .map(([list, stream, usageToo, more]) => ({
    model: 'gpt',
    stream,
    wantsUsage: stream && usageToo,
    messages: list,
    ...more,
  })) as unknown as fc.Arbitrary<ChatRequest>;

describe('requests', () => {
  test('what is rendered and parsed again is the same, and nothing is dropped', () => {
    fc.assert(
      fc.property(request, (value) => {
        const { body, dropped } = openaiChat.renderRequest(value);
        expect(dropped).toEqual([]);
        expect(openaiChat.parseRequest(reread(body), {})).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });
});
