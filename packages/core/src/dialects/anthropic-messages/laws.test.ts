import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatAnswer, ChatUsage, Finish, Part } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { WireEvent } from '../../protocol/codec.ts';
import type { AssistantBlock, Citation, Message, Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { anthropicMessages as codec } from './codec.ts';

const dialect = 'anthropic-messages';
const own = (fields: JsonObject) => ({ [dialect]: fields });

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const visible = fc.oneof(
  word,
  fc.constantFrom('0', 'false', 'Ünï ☃ 😀', '{"a":1}', 'line\nline'),
  fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== ''),
);
const cache = fc.constantFrom(undefined, {}, { ttl: '5m' as const }, { ttl: '1h' as const });
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

/** Without what is undefined: left out is the only form of nothing. */
const tidy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const object = fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean(), fc.array(word)), {
  maxKeys: 3,
  noNullPrototype: true,
});
const signature: fc.Arbitrary<Signature> = word.map((value) => ({ dialect, value }));

const citation: fc.Arbitrary<Citation> = fc.oneof(
  fc.record({
    url: word.map((path) => `https://example.com/${path}`),
    title: visible,
    citedText: visible,
    extra: word.map((index) => own({ type: 'web_search_result_location', encrypted_index: index })),
  }),
  fc.record({
    title: visible,
    citedText: visible,
    extra: fc
      .nat()
      .map((at) =>
        own({ type: 'char_location', document_index: at, start_char_index: at, end_char_index: at + 1 }),
      ),
  }),
  fc.record({
    citedText: visible,
    extra: fc.nat().map((at) => own({ type: 'page_location', document_index: 0, start_page_number: at })),
  }),
  fc.record({
    url: fc.constant('https://example.com'),
    title: visible,
    citedText: visible,
    extra: fc.constant(own({ type: 'search_result_location', search_result_index: 0 })),
  }),
  fc.record({
    citedText: visible,
    extra: fc.constant(own({ type: 'some_new_location', url: 'elsewhere', title: 'kept' })),
  }),
);

const text = fc.record({ type: fc.constant('text' as const), text: visible });
const citedText = fc.record({
  type: fc.constant('text' as const),
  text: visible,
  citations: optional(fc.array(citation, { minLength: 1, maxLength: 3 })),
});
const reasoning = fc.oneof(
  fc.record({ type: fc.constant('reasoning' as const), text: fc.oneof(visible, fc.constant('')), signature }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.constant(''),
    signature,
    isRedacted: fc.constant(true),
  }),
);
const input = fc.oneof(
  fc.constant('{}'),
  object.map((value) => JSON.stringify(value)),
  fc.constantFrom('{"a": ', '[1]', '0', '"text"', 'not JSON'),
);
const call = (formats: readonly ('json' | 'text')[] = ['json', 'text']): fc.Arbitrary<AssistantBlock> =>
  fc.constantFrom(...formats).chain((format) =>
    fc.record({
      type: fc.constant('tool-call' as const),
      id: word.map((id) => `toolu_${id}`),
      name: word,
      format: fc.constant(format),
      input: format === 'text' ? fc.string() : input,
      extra: fc.constantFrom(
        own({ caller: { type: 'code_execution_20250825' } }),
        own({ toolset_name: 'x' }),
      ),
    }),
  );
const foreign = fc
  .oneof(
    object.map((query) => ({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: query })),
    fc.constant({
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: [{ type: 'web_search_result', url: 'https://example.com', title: null }],
    }),
  )
  .map((value) => ({ type: 'foreign' as const, dialect: 'anthropic-messages' as const, value }));

const media = fc
  .oneof(
    fc.record({
      mediaType: fc.constantFrom('image/png', 'image/jpeg', 'application/pdf'),
      source: word.map((data) => ({ kind: 'base64' as const, data })),
    }),
    fc.record({
      mediaType: fc.constantFrom('image/*', 'application/pdf'),
      source: word.map((path) => ({ kind: 'url' as const, url: `https://example.com/${path}` })),
    }),
    fc.record({
      mediaType: fc.constantFrom('image/*', undefined),
      source: word.map((id) => ({ kind: 'id' as const, id })),
    }),
    fc.record({
      mediaType: fc.constant('text/plain'),
      source: visible.map((value) => ({ kind: 'text' as const, text: value })),
      name: optional(visible),
      isCited: optional(fc.boolean()),
      context: optional(visible),
      extra: optional(fc.constant(own({ later: true }))),
    }),
  )
  .chain((value) => cache.map((mark) => ({ type: 'media' as const, ...value, cache: mark })));

const cachedText = fc.record({ type: fc.constant('text' as const), text: visible, cache });

/** A conversation as Anthropic keeps it: by turns, results after calls, each id once. */
const messages: fc.Arbitrary<readonly Message[]> = fc
  .array(
    fc.record({
      user: fc.array(fc.oneof(cachedText, media), { minLength: 1, maxLength: 3 }),
      said: fc.array(fc.oneof(citedText, reasoning, foreign), { minLength: 1, maxLength: 3 }),
      calls: fc.array(call(), { maxLength: 2 }),
      results: fc.array(fc.oneof(text, cachedText, media), { maxLength: 2 }),
      isError: fc.constantFrom(undefined, true, false),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .chain((turns) =>
    fc.option(fc.array(cachedText, { minLength: 1, maxLength: 2 }), { nil: undefined }).map((system) => {
      const list: Message[] = system === undefined ? [] : [{ role: 'system', content: system as never }];
      for (const [at, { user, said, calls, results, isError }] of turns.entries()) {
        const numbered = calls.map((block, of) => ({ ...block, id: `toolu_${at}_${of}` }));
        list.push({ role: 'user', content: user as never });
        list.push({ role: 'assistant', content: [...said, ...numbered] as never });
        if (numbered.length > 0)
          list.push({
            role: 'tool',
            content: numbered.map(({ id }) => ({
              type: 'tool-result',
              callId: id,
              content: results,
              isError,
            })) as never,
          });
      }
      return [...list, { role: 'user', content: [{ type: 'text', text: 'go on' }] } as const];
    }),
  );

const request: fc.Arbitrary<ChatRequest> = fc
  .record({
    model: fc.constantFrom('claude-sonnet-4-0', 'claude-3-7-sonnet-latest'),
    stream: fc.boolean(),
    wantsUsage: fc.constant(true),
    messages,
    tools: optional(
      fc.array(
        fc.oneof(
          fc.record({
            type: fc.constant('function' as const),
            name: word,
            description: optional(visible),
            parameters: object.map((properties) => ({ type: 'object', properties })),
            cache,
            extra: optional(fc.constant(own({ defer_loading: true, input_examples: [{ a: 1 }] }))),
          }),
          fc.constant({
            type: 'built-in' as const,
            extra: own({ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }),
          }),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    maxTokens: fc.integer({ min: 1, max: 4096 }),
    temperature: optional(fc.constantFrom(0, 0.5, 1)),
    topP: optional(fc.constantFrom(0, 0.9)),
    topK: optional(fc.nat(100)),
    stop: optional(fc.array(visible, { minLength: 1, maxLength: 2 })),
    serviceTier: fc.constantFrom(undefined, 'auto', 'default'),
    user: optional(word),
    extra: optional(
      fc.constant(own({ container: 'c', mcp_servers: [{ type: 'url' }], context_management: { edits: [] } })),
    ),
  })
  .map((value) => tidy(value) as ChatRequest);

const toolChoice = fc.oneof(
  fc.constantFrom('auto', 'required').chain((type) =>
    fc.constantFrom(undefined, true, false).map((parallelToolCalls) => ({
      toolChoice: { type },
      parallelToolCalls,
    })),
  ),
  fc.constant({ toolChoice: { type: 'none' } }),
  fc.constant({ toolChoice: { type: 'tool', name: 'look' } }),
  fc.constant({}),
);

const usage: fc.Arbitrary<ChatUsage> = fc
  .record({
    fresh: fc.nat(1000),
    output: fc.nat(1000),
    cacheRead: optional(fc.nat(1000)),
    cacheWrite: optional(fc.nat(1000)),
    reasoning: optional(fc.nat(100)),
    extra: optional(fc.constant(own({ server_tool_use: { web_search_requests: 1 } }))),
  })
  .map(
    ({ fresh, cacheRead, cacheWrite, ...rest }) =>
      tidy({
        ...rest,
        ...(rest.extra === undefined ? {} : { searches: 1 }),
        cacheRead,
        cacheWrite,
        input: fresh + (cacheRead ?? 0) + (cacheWrite ?? 0),
      }) as ChatUsage,
  );

const finishes: readonly Finish[] = [
  { reason: 'stop', raw: 'end_turn' },
  { reason: 'length', raw: 'max_tokens' },
  { reason: 'stop-sequence', raw: 'stop_sequence', sequence: '###' },
  { reason: 'pause', raw: 'pause_turn' },
  { reason: 'pause', raw: 'compaction' },
  { reason: 'context-length', raw: 'model_context_window_exceeded' },
  { reason: 'refusal', raw: 'refusal' },
  {
    reason: 'refusal',
    raw: 'refusal',
    extra: own({ stop_details: { type: 'refusal', category: 'cyber', explanation: null } }),
  },
];

const answer = (formats?: readonly ('json' | 'text')[]): fc.Arbitrary<ChatAnswer> =>
  fc
    .record({
      id: word.map((id) => `msg_${id}`),
      model: word,
      serviceTier: fc.constantFrom(undefined, 'default', 'priority', 'batch'),
      content: fc.array(fc.oneof(citedText, reasoning, call(formats), foreign), { maxLength: 4 }),
      finish: fc.constantFrom(...finishes),
      usage,
      extra: optional(fc.constant(own({ container: { id: 'c', expires_at: 'later' } }))),
    })
    .map(({ content, finish, ...head }) => {
      const calls = content.some(({ type }) => type === 'tool-call');
      const told: Finish =
        calls && finish.reason === 'stop' ? { reason: 'tool-calls', raw: 'tool_use' } : finish;
      return tidy({
        ...head,
        choices: [{ index: 0, content: content as readonly AssistantBlock[], finish: told }],
      }) as ChatAnswer;
    });

const context = {
  request: { model: 'm', stream: true, wantsUsage: true, messages: [] },
  id: 'gateway',
  now: 0,
};

function stream(parts: Iterable<Part>): string {
  const renderer = codec.renderStream(context);
  return [...parts].map((part) => renderer.push(part)).join('') + renderer.end();
}

function eventsOf(wire: string): WireEvent[] {
  return wire
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [name, data] = event.split('\n');
      return { name: name?.slice('event: '.length), data: JSON.parse(data?.slice('data: '.length) ?? '') };
    });
}

function parse(wire: string): ChatAnswer {
  const parser = codec.parseStream();
  const parts = eventsOf(wire).flatMap((event) => parser.push(event));
  return collectParts([...parts, ...parser.end()]);
}

const grown = (before: unknown, more: unknown): string => [before, more].join('');

/** What Anthropic's `MessageStream` makes of the events. */
function accumulate(wire: string): JsonObject {
  let message: Record<string, unknown> = {};
  const content: Record<string, unknown>[] = [];
  for (const { data } of eventsOf(wire)) {
    const { type, index, delta } = data as { type: string; index: number; delta: Record<string, unknown> };
    const block = content[index] ?? {};
    if (type === 'message_start') message = (data as { message: Record<string, unknown> }).message;
    if (type === 'content_block_start')
      content.push({ ...(data as { content_block: Record<string, unknown> }).content_block });
    if (delta?.['type'] === 'text_delta') block['text'] = grown(block['text'], delta['text']);
    if (delta?.['type'] === 'thinking_delta') block['thinking'] = grown(block['thinking'], delta['thinking']);
    if (delta?.['type'] === 'signature_delta') block['signature'] = delta['signature'];
    if (delta?.['type'] === 'citations_delta')
      block['citations'] = [...((block['citations'] as unknown[]) ?? []), delta['citation']];
    if (delta?.['type'] === 'input_json_delta') block['json'] = grown(block['json'], delta['partial_json']);
    if (type === 'content_block_stop' && typeof block['json'] === 'string') {
      const { json, ...rest } = block;
      content[index] = { ...rest, input: JSON.parse(json) as unknown };
    }
    if (type === 'message_delta') {
      const { usage: more } = data as { usage: Record<string, unknown> };
      message = { ...message, ...delta, usage: { ...(message['usage'] as object), ...more } };
    }
  }
  return { ...message, content } as unknown as JsonObject;
}

/** Blocks are numbered without a gap, and one is open at a time. */
function isSerial(wire: string): boolean {
  let open: number | undefined;
  let count = 0;
  return eventsOf(wire).every(({ data }) => {
    switch (data?.['type']) {
      case 'content_block_start': {
        const isFine = open === undefined && data['index'] === count;
        open = count++;
        return isFine;
      }
      case 'content_block_delta':
        return data['index'] === open;
      case 'content_block_stop': {
        const isFine = data['index'] === open;
        open = undefined;
        return isFine;
      }
      default:
        return true;
    }
  });
}

const whole = (value: ChatAnswer) => codec.renderAnswer(value, context);
const isBroken = ({ choices }: ChatAnswer) =>
  choices[0]?.content.some((block) => block.type === 'tool-call' && block.input === '{"a": ');

describe('there and back', () => {
  test('a request is what it was', () => {
    fc.assert(
      fc.property(request, toolChoice, (value, choice) => {
        const full = tidy({ ...value, ...(value.tools === undefined ? {} : choice) }) as ChatRequest;
        const { body, dropped } = codec.renderRequest(full);
        expect(dropped).toEqual([]);
        expect(tidy(codec.parseRequest(tidy(body) as JsonObject, {}))).toEqual(full);
      }),
      { numRuns: 300 },
    );
  });

  test('a whole answer is what it was', () => {
    fc.assert(
      fc.property(answer(), (value) => {
        expect(codec.parseAnswer(tidy(whole(value)) as JsonObject)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('a stream is its whole answer', () => {
    fc.assert(
      fc.property(answer(), (value) => {
        expect(parse(stream(partsOfAnswer(value)))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('an SDK makes the same message of the stream as of the whole', () => {
    fc.assert(
      fc.property(
        answer().filter((value) => !isBroken(value)),
        (value) => {
          expect(accumulate(stream(partsOfAnswer(value)))).toEqual(whole(value));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** The parts of each block in their order, the blocks in any. */
function shuffle(parts: readonly Part[], turns: readonly number[]): Part[] {
  const lanes = new Map<number, Part[]>();
  for (const part of parts)
    if ('block' in part) lanes.set(part.block, [...(lanes.get(part.block) ?? []), part]);
  const mixed: Part[] = [];
  const rest = [...lanes.values()];
  // Blocks begin in their order, as they do everywhere.
  for (const lane of rest) mixed.push(...lane.splice(0, 1));
  for (const turn of [...turns, ...parts.map(() => 0)]) {
    const open = rest.filter((lane) => lane.length > 0);
    mixed.push(...(open[turn % open.length]?.splice(0, 1) ?? []));
  }
  for (const lane of rest) mixed.push(...lane);
  const [head, ...others] = parts.filter((part) => !('block' in part));
  return [...(head ? [head] : []), ...mixed, ...others];
}

test('overlapping blocks come out one after the other, and are the same', () => {
  fc.assert(
    fc.property(answer(['json']), fc.array(fc.nat(5)), (value, turns) => {
      const wire = stream(shuffle([...partsOfAnswer(value)], turns));
      expect(isSerial(wire)).toBe(true);
      expect(parse(wire)).toEqual(value);
    }),
    { numRuns: 200 },
  );
});
