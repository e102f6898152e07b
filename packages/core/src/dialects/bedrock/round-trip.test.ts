import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { ChatAnswer, Finish } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { AssistantBlock, CacheMark, Message, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { EventReader } from '../../stream/read-events.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { bedrock } from './codec.ts';

const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const words = fc.oneof(
  fc.constantFrom('0', ' ', 'é\n"', '😀', '\u2028'),
  fc.string({ minLength: 1, maxLength: 12 }),
);
const json = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject[string]);
const object = fc.dictionary(word, json, { maxKeys: 3 }) as fc.Arbitrary<JsonObject>;
const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 9 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const cache: fc.Arbitrary<CacheMark> = fc.constantFrom<CacheMark[]>({}, { ttl: '5m' }, { ttl: '1h' });
const signature = base64.map((value) => ({ dialect: 'bedrock' as const, value }));
const foreign = object.map((value) => ({
  type: 'foreign' as const,
  dialect: 'bedrock' as const,
  value: { guardContent: { text: value } },
}));

const citation = fc.record(
  { title: words, citedText: words, extra: object.map((location) => ({ bedrock: { location } })) },
  { requiredKeys: ['extra'] },
);
const plainText: fc.Arbitrary<TextBlock> = fc.record({ type: fc.constant('text'), text: words });
const cached = fc.record(
  { type: fc.constant('text' as const), text: words, cache },
  { requiredKeys: ['type', 'text'] },
);
const citedText: fc.Arbitrary<TextBlock> = fc.record({
  type: fc.constant('text'),
  text: words,
  citations: fc.array(citation, { minLength: 1, maxLength: 2 }),
});
const image = fc.record({
  type: fc.constant('media' as const),
  mediaType: fc.constantFrom('image/png', 'image/jpeg', 'image/gif', 'image/webp'),
  source: base64.map((data) => ({ kind: 'base64' as const, data })),
});
const video = fc.record({
  type: fc.constant('media' as const),
  mediaType: fc.constantFrom('video/mp4', 'video/3gpp'),
  source: word.map((name) => ({ kind: 'url' as const, url: `s3://bucket/${name}` })),
});
const reasoning: fc.Arbitrary<AssistantBlock> = fc.oneof(
  fc.record({ type: fc.constant('reasoning' as const), text: words, signature }),
  signature.map((signed) => ({ type: 'reasoning' as const, text: '', isRedacted: true, signature: signed })),
);
const input = object.map((value) => JSON.stringify(value));

interface Turn {
  readonly said: readonly AssistantBlock[];
  readonly calls: readonly string[];
  readonly asked: Message;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  said: fc.array(fc.oneof(cached, citedText, reasoning, foreign), { minLength: 1, maxLength: 3 }),
  calls: fc.array(input, { maxLength: 2 }),
  asked: fc
    .array(fc.oneof(cached, image, video, foreign), { minLength: 1, maxLength: 3 })
    .map((content): Message => ({ role: 'user', content })),
});

const resultContent = fc.oneof(
  plainText,
  image,
  object.map((value) => ({
    type: 'text' as const,
    text: JSON.stringify(value),
    extra: { bedrock: { json: true } },
  })),
);

/** A user begins, the assistant answers, results follow their calls. */
const messages: fc.Arbitrary<readonly Message[]> = fc
  .tuple(
    fc.option(fc.array(fc.oneof(cached, foreign), { minLength: 1, maxLength: 2 })),
    fc.array(turn, { minLength: 1, maxLength: 3 }),
    fc.infiniteStream(resultContent),
    fc.infiniteStream(fc.boolean()),
  )
  .map(([system, turns, results, errors]) => [
    ...(system === null ? [] : [{ role: 'system' as const, content: system }]),
    { role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] },
    ...turns.flatMap(({ said, calls, asked }, number): Message[] => [
      {
        role: 'assistant',
        content: [
          ...said,
          ...calls.map((text, index) => ({
            type: 'tool-call' as const,
            id: `t${number}-${index}`,
            name: 'look_up',
            format: 'json' as const,
            input: text,
          })),
        ],
      },
      ...(calls.length === 0
        ? []
        : [
            {
              role: 'tool' as const,
              content: calls.map((_, index) => ({
                type: 'tool-result' as const,
                callId: `t${number}-${index}`,
                content: [results.next().value as TextBlock],
                ...(errors.next().value === true ? { isError: true } : {}),
              })),
            },
          ]),
      asked,
    ]),
  ]);

const tools = fc.uniqueArray(
  fc.record(
    {
      type: fc.constant('function' as const),
      name: word,
      description: words,
      parameters: object.map((properties) => ({ type: 'object', properties })),
      isStrict: fc.constant(true),
      cache,
    },
    { requiredKeys: ['type', 'name', 'parameters'] },
  ),
  { minLength: 1, maxLength: 3, selector: ({ name }) => name },
);

const request = fc.record(
  {
    model: fc.constant('us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
    stream: fc.boolean(),
    wantsUsage: fc.constant(true),
    messages,
    tools,
    output: fc.record(
      {
        type: fc.constant('json-schema' as const),
        name: word,
        schema: fc.constant({
          type: 'object',
          properties: { a: { type: 'string' } },
          additionalProperties: false,
        }),
        description: words,
      },
      { requiredKeys: ['type', 'name', 'schema'] },
    ),
    maxTokens: fc.integer({ min: 1, max: 9000 }),
    temperature: fc.constantFrom(0, 0.5, 1),
    stop: fc.array(words, { maxLength: 2 }),
    topK: fc.nat(50),
    serviceTier: fc.constantFrom('default', 'flex', 'priority', 'reserved'),
    metadata: fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 }),
    extra: fc
      .record(
        {
          guardrailConfig: object,
          performanceConfig: fc.constant({ latency: 'optimized' }),
          additionalModelResponseFieldPaths: fc.constant(['/stop_sequence']),
          additionalModelRequestFields: fc.constant({ anthropic_beta: ['x'] }),
        },
        { requiredKeys: ['guardrailConfig'] },
      )
      .map((own) => ({ bedrock: own })),
  },
  { requiredKeys: ['model', 'stream', 'wantsUsage', 'messages', 'tools'] },
) as fc.Arbitrary<ChatRequest>;

const finish: fc.Arbitrary<Finish> = fc.constantFrom<Finish[]>(
  { reason: 'stop', raw: 'end_turn' },
  { reason: 'tool-calls', raw: 'tool_use' },
  { reason: 'length', raw: 'max_tokens' },
  { reason: 'stop-sequence', raw: 'stop_sequence', sequence: 'END' },
  { reason: 'content-filter', raw: 'guardrail_intervened' },
  { reason: 'content-filter', raw: 'content_filtered' },
  { reason: 'context-length', raw: 'model_context_window_exceeded' },
  { reason: 'malformed-tool-call', raw: 'malformed_tool_use' },
  { reason: 'other', raw: 'malformed_model_output' },
);

const answerBlock: fc.Arbitrary<AssistantBlock> = fc.oneof(
  plainText,
  citedText,
  reasoning,
  fc.record({ type: fc.constant('reasoning' as const), text: words }),
  fc.record({
    type: fc.constant('tool-call' as const),
    id: word,
    name: word,
    format: fc.constant('json' as const),
    input: fc.oneof(input, fc.constant('{"cut')),
  }),
  image,
);

const count = fc.nat(1000);
const answer: fc.Arbitrary<ChatAnswer> = fc
  .record(
    {
      content: fc.array(answerBlock, { maxLength: 5 }),
      finish,
      output: count,
      plain: count,
      cacheRead: count,
      cacheWrite: count,
      serviceTier: fc.constantFrom('default', 'priority'),
      trace: object,
    },
    { requiredKeys: ['content', 'finish', 'output', 'plain', 'trace'] },
  )
  .map(({ content, finish: end, output, plain, cacheRead, cacheWrite, serviceTier, trace }) => ({
    ...(serviceTier === undefined ? {} : { serviceTier }),
    extra: { bedrock: { metrics: { latencyMs: 5 }, trace } },
    choices: [{ index: 0, content, finish: end }],
    usage: {
      input: plain + (cacheRead ?? 0) + (cacheWrite ?? 0),
      output,
      ...(cacheRead === undefined ? {} : { cacheRead }),
      ...(cacheWrite === undefined ? {} : { cacheWrite }),
    },
  }));

const context: AnswerContext = {
  request: { model: 'm', stream: true, wantsUsage: true, messages: [] },
  id: 'x',
  now: 0,
};

function throughStream(from: ChatAnswer): ChatAnswer {
  const renderer = bedrock.renderStream(context);
  const text = [...partsOfAnswer(from)].map((part) => renderer.push(part)).join('') + renderer.end();
  const reader = new EventReader(1_000_000);
  const parser = bedrock.parseStream();
  const events = [...reader.push(Buffer.from(text)), ...reader.end()];
  const parts = events.flatMap(({ name, data }) =>
    parser.push({ name, data: JSON.parse(data) as JsonObject }),
  );
  return collectParts([...parts, ...parser.end()]);
}

/** Whether it went well, or was refused by an error of ours. */
const isTold = (run: () => unknown): boolean => {
  try {
    run();
    return true;
  } catch (error) {
    return error instanceof GatewayError && error.code !== 'VE_INTERNAL';
  }
};

describe('round trips', () => {
  test('a request is read as it was rendered, and nothing is dropped', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const { body, dropped } = bedrock.renderRequest(asked);
        expect(dropped).toEqual([]);
        const wire = JSON.parse(JSON.stringify(body)) as JsonObject;
        expect(bedrock.parseRequest(wire, { model: asked.model, stream: asked.stream })).toEqual(asked);
      }),
    );
  });

  test('a whole answer is read as it was rendered', () => {
    fc.assert(
      fc.property(answer, (given) => {
        const wire = JSON.parse(JSON.stringify(bedrock.renderAnswer(given, context))) as JsonObject;
        expect(bedrock.parseAnswer(wire)).toEqual(given);
      }),
    );
  });

  test('a streamed answer is the whole one', () => {
    fc.assert(
      fc.property(answer, (given) => {
        expect(throughStream(given)).toEqual(given);
      }),
    );
  });

  test.each([
    ['anthropic.claude-opus-4-7', { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } }],
    ['anthropic.claude-opus-4-6-v1', { thinking: { type: 'enabled', budget_tokens: 5000 } }],
    [
      'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
      { thinking: { type: 'enabled', budget_tokens: 5000 }, top_p: 1 },
    ],
    [
      'us.amazon.nova-2-lite-v1:0',
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' }, inferenceConfig: { topK: 5 } },
    ],
    ['openai.gpt-oss-120b-1:0', { reasoning_effort: 'low' }],
    ['us.openai.gpt-5.6', { reasoning: { effort: 'xhigh', summary: 'auto' } }],
    ['an-alias', { thinking: { type: 'enabled', budget_tokens: 5000 }, top_k: 3 }],
    ['an-alias', { reasoningConfig: { type: 'disabled' } }],
    ['meta.llama3-70b', { strange: { thing: [1] } }],
  ])('%s is told to think as it was: %o', (model, additionalModelRequestFields) => {
    const body = {
      messages: [{ role: 'user', content: [{ text: 'x' }] }],
      inferenceConfig: { maxTokens: 9000 },
      additionalModelRequestFields,
    };
    const parsed = bedrock.parseRequest(body, { model });
    expect(bedrock.renderRequest(parsed)).toEqual({ body, dropped: [] });
  });
});

describe('whatever comes', () => {
  const names = fc.constantFrom(
    'messageStart',
    'contentBlockStart',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
    'throttlingException',
    'other',
  );
  const keys =
    'messages role content text toolUse toolResult toolUseId name input image source bytes format document reasoningContent reasoningText redactedContent signature citationsContent citations citation location cachePoint type system toolConfig tools toolSpec inputSchema json toolChoice auto tool inferenceConfig stopSequences delta additionalModelRequestFields thinking outputConfig textFormat structure jsonSchema start requestMetadata serviceTier output message usage inputTokens stopReason contentBlockIndex'.split(
      ' ',
    );
  const { anything } = fc.letrec<{ anything: Json }>((tie) => ({
    anything: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom<Json[]>(null, 'user', 'assistant', 'default', '', 'x', 0, 1, -1, true),
      fc.array(tie('anything'), { maxLength: 3 }) as fc.Arbitrary<readonly Json[]>,
      fc.dictionary(fc.constantFrom(...keys), tie('anything'), { maxKeys: 4 }) as fc.Arbitrary<JsonObject>,
    ),
  }));
  const body = fc.dictionary(fc.constantFrom(...keys), anything, { maxKeys: 6 }) as fc.Arbitrary<JsonObject>;

  test('a request is read or refused, and what was read can be rendered', () => {
    const likely = fc.record({
      messages: fc.array(body.map((more) => ({ role: 'user', content: [more], ...more }))),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          body,
          fc.tuple(body, likely).map(([a, b]) => ({ ...a, ...b })),
        ),
        (sent) => {
          expect(isTold(() => bedrock.renderRequest(bedrock.parseRequest(sent, { model: 'm' })))).toBe(true);
        },
      ),
      { numRuns: 700 },
    );
  });

  test('an answer or an error is read or refused', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 400, max: 599 }), (sent, status) => {
        const whole = { output: { message: sent }, ...sent };
        expect(isTold(() => bedrock.renderAnswer(bedrock.parseAnswer(whole), context))).toBe(true);
        expect(bedrock.renderError(bedrock.parseError(status, {}, sent)).status).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: 700 },
    );
  });

  test('a stream is read or refused, and what was read can be rendered', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, body), { maxLength: 12 }), (events) => {
        const run = (): void => {
          const parser = bedrock.parseStream();
          const renderer = bedrock.renderStream(context);
          for (const [name, data] of events)
            for (const part of parser.push({ name, data })) renderer.push(part);
          parser.end();
        };
        expect(isTold(run)).toBe(true);
      }),
      { numRuns: 700 },
    );
  });
});
