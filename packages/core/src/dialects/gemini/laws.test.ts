import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerChoice, ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AssistantBlock, Message, Signature } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { gemini } from './codec.ts';
import { renderArrayStream, renderStream } from './render-stream.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const word = fc.stringMatching(/^[a-z]{3,8}$/);
const count = fc.nat(100_000);
const signature: fc.Arbitrary<Signature> = fc
  .base64String({ minLength: 4 })
  .map((value) => ({ dialect: 'gemini', value }));
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const object = fc.dictionary(word, json, { maxKeys: 3 }) as fc.Arbitrary<JsonObject>;

function some<Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<Fields>>;
}

const media = fc.oneof(
  fc.record({
    type: fc.constant('media' as const),
    mediaType: fc.constantFrom('image/png', 'audio/wav', 'application/pdf'),
    source: fc.record({ kind: fc.constant('base64' as const), data: fc.base64String({ minLength: 4 }) }),
  }),
  fc.record({
    type: fc.constant('media' as const),
    mediaType: fc.constant('video/mp4'),
    source: fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() }),
  }),
);

const toolCall = fc
  .record({ name: word, args: object, format: fc.constantFrom('json' as const, 'text' as const) })
  .map(({ name, args, format }) => ({
    type: 'tool-call' as const,
    name,
    format,
    input: JSON.stringify(args),
  }));

const block = fc.oneof(
  fc.tuple(fc.record({ type: fc.constant('text' as const), text }), some({ signature })),
  fc.tuple(fc.record({ type: fc.constant('text' as const), text: fc.constant(''), signature })),
  fc.tuple(fc.record({ type: fc.constant('reasoning' as const), text }), some({ signature })),
  fc.tuple(toolCall, some({ signature })),
  fc.tuple(media, some({ signature })),
  fc.tuple(
    fc.constantFrom('executableCode', 'codeExecutionResult', 'toolCall').chain((name) =>
      fc.record({
        type: fc.constant('foreign' as const),
        dialect: fc.constant('gemini' as const),
        value: object.map((value): JsonObject => ({ [name]: { ...value, language: 'PYTHON' } })),
      }),
    ),
  ),
);

/** Calls get ids of their own. Text runs on into text of its kind, unless a signature stands between. */
const content = fc.array(block, { minLength: 1, maxLength: 6 }).map((blocks) => {
  const told: AssistantBlock[] = [];
  for (const [at, [base, more]] of blocks.entries()) {
    const last = told.at(-1);
    const runsOn =
      (base.type === 'text' || base.type === 'reasoning') &&
      last?.type === base.type &&
      last.signature === undefined &&
      base.text !== '';
    if (!runsOn)
      told.push({
        ...base,
        ...more,
        ...(base.type === 'tool-call' ? { id: `id-${at}` } : {}),
      } as AssistantBlock);
  }
  return told;
});

const usage = fc
  .record({
    prompt: count,
    tool: count,
    candidates: count,
    thoughts: count,
    cached: count,
    heard: count,
    said: count,
  })
  .chain((n) => {
    const whole = {
      input: n.prompt + n.tool,
      output: n.candidates + n.thoughts,
      inputTool: n.tool,
      reasoning: n.thoughts,
    };
    const parts = {
      cacheRead: n.cached,
      inputAudio: Math.min(n.heard, n.prompt),
      outputAudio: Math.min(n.said, n.candidates),
    };
    return some<typeof parts>({
      cacheRead: fc.constant(parts.cacheRead),
      inputAudio: fc.constant(parts.inputAudio),
      outputAudio: fc.constant(parts.outputAudio),
    }).map((more) => ({ ...whole, ...more }));
  });

const finish = fc.constantFrom(
  { reason: 'stop', raw: 'STOP' } as const,
  { reason: 'length', raw: 'MAX_TOKENS' } as const,
  { reason: 'content-filter', raw: 'SPII' } as const,
  { reason: 'content-filter', raw: 'IMAGE_SAFETY' } as const,
  { reason: 'recitation', raw: 'RECITATION' } as const,
  { reason: 'other', raw: 'LANGUAGE' } as const,
  { reason: 'pause', raw: 'CONTINUATION' } as const,
  { reason: 'malformed-tool-call', raw: 'UNEXPECTED_TOOL_CALL' } as const,
);

const logprob = fc.record({
  token: text,
  logprob: fc.double({ noNaN: true, noDefaultInfinity: true, max: -0.5 }),
});
const logprobs = fc.array(
  fc.record({
    token: text,
    logprob: fc.constant(-1),
    top: fc.array(logprob, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

const choice = fc
  .record({
    content,
    finish,
    more: some({ logprobs, extra: fc.constant({ gemini: { avgLogprobs: -0.3 } }) }),
  })
  .map(({ content: blocks, finish: end, more }): Omit<AnswerChoice, 'index'> => {
    const hasCalls = blocks.some(({ type }) => type === 'tool-call');
    return {
      content: blocks,
      finish: end.reason === 'stop' && hasCalls ? { reason: 'tool-calls', raw: 'STOP' } : end,
      ...more,
    };
  });

const answer: fc.Arbitrary<ChatAnswer> = fc
  .record({
    choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
    head: some({
      created: fc.nat(4_000_000_000),
      serviceTier: fc.constantFrom('default', 'flex', 'priority'),
      extra: fc.constant({ gemini: { modelStatus: { modelStage: 'STABLE' } } }),
    }),
    more: some({ usage }),
  })
  .map(({ choices, head, more }) => ({
    id: 'answer',
    model: 'gemini-2.5-flash',
    ...head,
    choices: choices.map((one, index) => ({ index, ...one })),
    ...more,
  }));

const context = {
  request: gemini.parseRequest({ contents: [] }, { model: 'gemini-2.5-flash' }),
  id: 'x',
  now: 0,
};

function chunksOf(stream: string): JsonObject[] {
  return stream
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.replace(/^data: /, '')));
}

function readStream(chunks: readonly JsonObject[]): ChatAnswer {
  const parser = gemini.parseStream();
  const parts = chunks.flatMap((data) => parser.push({ name: undefined, data }));
  return collectParts([...parts, ...parser.end()]);
}

function write(parts: readonly Part[], render: typeof renderStream): string {
  const renderer = render(context);
  return parts.map((part) => renderer.push(part)).join('') + renderer.end();
}

/** The same deltas in smaller pieces. */
function cut(parts: readonly Part[], size: number): Part[] {
  return parts.flatMap((part): Part[] => {
    if (!part.type.endsWith('-delta') || !('text' in part)) return [part];
    const pieces: Part[] = [];
    for (let at = 0; at < part.text.length; at += size)
      pieces.push({ ...part, text: part.text.slice(at, at + size) });
    return pieces;
  });
}

describe('answers', () => {
  test('what is written whole is read again', () => {
    fc.assert(
      fc.property(answer, (value) => {
        expect(gemini.parseAnswer(gemini.renderAnswer(value, context))).toEqual(value);
      }),
    );
  });

  test('what is written as a stream, however cut, is read again', () => {
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 5 }), (value, size) => {
        const chunks = chunksOf(write(cut([...partsOfAnswer(value)], size), renderStream));
        expect(readStream(chunks)).toEqual(value);
      }),
    );
  });

  test('the array form holds the same chunks', () => {
    fc.assert(
      fc.property(answer, (value) => {
        const parts = [...partsOfAnswer(value)];
        expect(JSON.parse(write(parts, renderArrayStream))).toEqual(chunksOf(write(parts, renderStream)));
      }),
    );
  });

  test('sources keep their place in the text, in characters', () => {
    const source = fc.record({ title: word, from: fc.nat(), length: fc.nat() });
    fc.assert(
      fc.property(text, fc.array(source, { minLength: 1, maxLength: 4 }), (words, sources) => {
        const letters = Array.from(words);
        const citations = sources.map(({ title, from, length }, at) => {
          const first = from % letters.length;
          const last = first + 1 + (length % (letters.length - first));
          const start = letters.slice(0, first).join('').length;
          return { url: `https://${at}.test/`, title, start, end: letters.slice(0, last).join('').length };
        });
        const value: ChatAnswer = {
          id: 'answer',
          model: 'm',
          choices: [
            {
              index: 0,
              content: [{ type: 'text', text: words, citations }],
              finish: { reason: 'stop', raw: 'STOP' },
            },
          ],
        };
        expect(gemini.parseAnswer(gemini.renderAnswer(value, context))).toEqual(value);
        expect(readStream(chunksOf(write([...partsOfAnswer(value)], renderStream)))).toEqual(value);
      }),
    );
  });
});

const resultText = fc.oneof(
  text,
  object.map((value) => JSON.stringify(value)),
  fc.constantFrom('0', '', 'null', '{"output":"x"}'),
);
const exchange = fc.record({
  question: fc.array(fc.oneof(fc.record({ type: fc.constant('text' as const), text }), media), {
    minLength: 1,
    maxLength: 3,
  }),
  blocks: content,
  results: fc.array(fc.record({ text: resultText, isError: fc.boolean() }), { minLength: 6, maxLength: 6 }),
});

/** Turns in the order that Gemini wants: a question, an answer, the results of its calls. */
const messages = fc.array(exchange, { minLength: 1, maxLength: 3 }).map((exchanges) =>
  exchanges.flatMap(({ question, blocks, results }, turn): Message[] => {
    const named = blocks.map((one) => (one.type === 'tool-call' ? { ...one, id: `${turn}-${one.id}` } : one));
    const calls = named.filter((one) => one.type === 'tool-call');
    const answers = calls.map(({ id, name }, at) => {
      const { text: told, isError } = results[at] ?? { text: '', isError: false };
      return {
        type: 'tool-result' as const,
        callId: id,
        name,
        content: [{ type: 'text' as const, text: told }],
        ...(isError ? { isError } : {}),
      };
    });
    const asked: Message = { role: 'user', content: question };
    const said: Message = { role: 'assistant', content: named };
    const after: Message[] =
      answers.length > 0
        ? [
            { role: 'tool', content: answers },
            { role: 'assistant', content: [{ type: 'text', text: 'ok' }] },
          ]
        : [];
    return [asked, said, ...after];
  }),
);

const request: fc.Arbitrary<ChatRequest> = fc
  .record({
    base: fc.record({
      model: fc.constantFrom('gemini-2.5-flash', 'gemma-3'),
      stream: fc.boolean(),
      wantsUsage: fc.constant(true),
    }),
    messages,
    system: fc.option(text, { nil: undefined }),
    more: some({
      tools: fc
        .array(
          fc.oneof(
            fc.tuple(
              fc.record({ type: fc.constant('function' as const), name: word }),
              some({ description: text, parameters: object }),
            ),
            fc.tuple(
              fc.record({ type: fc.constant('custom' as const), name: word }),
              some({ description: text }),
            ),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((tools) => tools.map(([base, more]) => ({ ...base, ...more }))),
      toolChoice: fc.constantFrom(
        { type: 'auto' as const },
        { type: 'none' as const },
        { type: 'required' as const },
        { type: 'tool' as const, name: 'f' },
        { type: 'allowed' as const, names: ['f', 'g'], isRequired: true },
        { type: 'allowed' as const, names: ['f'], isRequired: false },
      ),
      reasoning: fc.constantFrom(
        { budget: 0 },
        { budget: 1024, summary: 'auto' as const },
        { budget: 'dynamic' as const },
        { summary: 'none' as const },
      ),
      maxTokens: count,
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      topP: fc.double({ min: 0, max: 1, noNaN: true }),
      topK: count,
      frequencyPenalty: fc.constantFrom(0, 1.5),
      presencePenalty: fc.constantFrom(0, -1),
      seed: fc.integer(),
      stop: fc.array(text, { maxLength: 5 }),
      logprobs: fc.boolean(),
      topLogprobs: fc.nat(20),
      choices: fc.integer({ min: 1, max: 8 }),
      serviceTier: fc.constantFrom('default', 'flex', 'priority'),
      extra: fc.constant({
        gemini: {
          safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
          cachedContent: 'cachedContents/1',
          labels: { team: 'x' },
          generationConfig: { responseModalities: ['AUDIO'], speechConfig: { languageCode: 'de-DE' } },
        },
      }),
    }),
  })
  .map(({ base, messages: told, system, more }) => ({
    ...base,
    messages: [
      ...(system === undefined
        ? []
        : [{ role: 'system' as const, content: [{ type: 'text' as const, text: system }] }]),
      ...told,
    ],
    ...more,
  })) as fc.Arbitrary<ChatRequest>;

describe('requests', () => {
  test('what is written is read again, and nothing is dropped', () => {
    fc.assert(
      fc.property(request, (value) => {
        const { body, dropped } = gemini.renderRequest(value);
        expect(dropped).toEqual([]);
        expect(gemini.parseRequest(body, { model: value.model, stream: value.stream })).toEqual(value);
      }),
    );
  });

  test('structured output is read again, with every kind of schema', () => {
    for (const output of [
      { type: 'text' as const },
      { type: 'json' as const },
      { type: 'json-schema' as const, name: 'thing', schema: { title: 'thing', type: 'object' } },
    ]) {
      const value: ChatRequest = { model: 'm', stream: false, wantsUsage: true, messages: [], output };
      expect(gemini.parseRequest(gemini.renderRequest(value).body, { model: 'm' })).toEqual(value);
    }
  });
});
