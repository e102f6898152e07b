import { describe, expect, test } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { gemini } from './codec.ts';
import { renderArrayStream } from './render-stream.ts';

const context = { request: gemini.parseRequest({ contents: [] }, { model: 'm' }), id: 'x', now: 0 };

function chunk(parts: Json, more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: 'model', parts }, index: 0, ...more }], responseId: 'r' };
}

function partsOf(...chunks: readonly JsonObject[]): Part[] {
  const parser = gemini.parseStream();
  const parts = chunks.flatMap((data) => parser.push({ name: undefined, data }));
  return [...parts, ...parser.end()];
}

const read = (...chunks: readonly JsonObject[]): ChatAnswer => collectParts(partsOf(...chunks));
const piece = (functionCall: JsonObject): JsonObject => chunk([{ functionCall }]);
const stop = { finishReason: 'STOP' };
const broken = expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' });

const usageWith = (thoughtsTokenCount: number): JsonObject => ({
  usageMetadata: {
    promptTokenCount: 5,
    toolUsePromptTokenCount: 2,
    candidatesTokenCount: 3,
    thoughtsTokenCount,
  },
});
const beginCall = (value: number): JsonObject =>
  piece({ name: 'f', partialArgs: [{ jsonPath: '$.n', numberValue: value }], willContinue: true });
const callOf = (responseId: string): unknown =>
  read({ ...piece({ name: 'f' }), responseId }, chunk([], stop)).choices[0]?.content[0];
const delta = (block: number, text: string): Part => ({ type: 'text-delta', choice: 0, block, text });
const start = (block: number): Part => ({ type: 'text-start', choice: 0, block });
const end = (block: number): Part => ({ type: 'text-end', choice: 0, block });
const textsIn = (stream: string): string =>
  [...stream.matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text).join('|');

describe('parseStream', () => {
  test('a stream equals the same answer as a whole', () => {
    const parts = [
      { text: 'think', thought: true },
      { text: 'Hello' },
      { functionCall: { name: 'f', args: { a: 1 } } },
    ];
    const streamed = read(
      chunk([{ text: 'thi', thought: true }]),
      chunk([{ text: 'nk', thought: true }, { text: 'Hel' }]),
      chunk([{ text: 'lo' }]),
      chunk(parts.slice(2)),
      chunk([{ text: '' }], stop),
    );
    expect(streamed).toEqual(gemini.parseAnswer(chunk(parts, stop)));
    expect(streamed.choices[0]?.finish).toEqual({ reason: 'tool-calls', raw: 'STOP' });
  });

  test('what comes after the finish reason still counts', () => {
    expect(read(chunk([{ text: 'a' }], stop), chunk([{ text: 'b' }], stop)).choices[0]?.content).toEqual([
      { type: 'text', text: 'ab' },
    ]);
  });

  test('what comes after the finish reason under another id is another answer', () => {
    const next = { ...chunk([{ text: 'b' }], stop), responseId: 'r2' };
    expect(read(chunk([{ text: 'a' }], stop), next).choices[0]?.content).toEqual([
      { type: 'text', text: 'a' },
    ]);
  });

  test('a later count of tokens corrects an earlier one', () => {
    const answer = read({ ...chunk([{ text: 'a' }], stop), ...usageWith(0) }, usageWith(4));
    expect(answer.usage).toEqual({ input: 7, inputTool: 2, output: 7, reasoning: 4 });
  });

  test('a later count that leaves something out does not take it back', () => {
    const answer = read(
      { ...chunk([{ text: 'a' }], stop), ...usageWith(4) },
      { usageMetadata: { promptTokenCount: 6 } },
    );
    expect(answer.usage).toMatchObject({ input: 8, output: 7, reasoning: 4 });
  });

  test('arguments in pieces are put together by their paths', () => {
    const partial = (...partialArgs: JsonObject[]): JsonObject => piece({ partialArgs, willContinue: true });
    const { choices } = read(
      piece({ name: 'f', id: 'one', willContinue: true }),
      partial({ jsonPath: '$.list[0].name', stringValue: 'Ul', willContinue: true }),
      partial({ jsonPath: '$.list[0].name', stringValue: 'm' }, { jsonPath: '$.list[1]', numberValue: 0 }),
      piece({ name: '', willContinue: true }),
      partial(
        { jsonPath: "$['odd name']", boolValue: false },
        { jsonPath: '$.none', nullValue: 'NULL_VALUE' },
      ),
      partial({ jsonPath: '$.__proto__.x', stringValue: '' }),
      piece({}),
      chunk([], stop),
    );
    expect(choices[0]?.content).toEqual([
      {
        type: 'tool-call',
        id: 'one',
        name: 'f',
        format: 'json',
        input: '{"list":[{"name":"Ulm"},0],"odd name":false,"none":null,"__proto__":{"x":""}}',
      },
    ]);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('same-named parallel calls in pieces are kept apart', () => {
    const calls = read(beginCall(1), beginCall(2), chunk([], stop)).choices[0]?.content ?? [];
    expect(calls).toMatchObject([{ input: '{"n":1}' }, { input: '{"n":2}' }]);
    expect(new Set(calls.map((block) => block.type === 'tool-call' && block.id)).size).toBe(2);
  });

  test('an id that is made up differs from answer to answer', () => {
    expect(callOf('1')).toEqual(callOf('1'));
    expect(callOf('1')).not.toEqual(callOf('2'));
  });

  test('a prompt that was refused has an answer without content', () => {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] };
    const answer = read({ promptFeedback });
    expect(answer.choices).toEqual([
      { index: 0, content: [], finish: { reason: 'prompt-blocked', raw: 'PROHIBITED_CONTENT' } },
    ]);
    const written = gemini.renderAnswer(answer, context);
    expect(written).toMatchObject({ promptFeedback });
    expect(written.candidates).toBeUndefined();
  });

  test('a prompt that was refused in words only is refused all the same', () => {
    const answer = read({ candidates: [], promptFeedback: { blockReasonMessage: 'Not here.' } });
    expect(answer.choices).toEqual([
      { index: 0, content: [], finish: { reason: 'prompt-blocked', raw: 'BLOCKED_REASON_UNSPECIFIED' } },
    ]);
    expect(gemini.parseAnswer(gemini.renderAnswer(answer, context)).choices).toEqual(answer.choices);
  });

  test('a whole answer may say nothing at all, a stream may not', () => {
    const body = { usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 }, responseId: 'r' };
    const answer = gemini.parseAnswer(body);
    expect(answer).toMatchObject({
      choices: [{ content: [], finish: { reason: 'other' } }],
      usage: { input: 7 },
    });
    expect(gemini.parseAnswer(gemini.renderAnswer(answer, context)).choices).toEqual(answer.choices);
    expect(() => partsOf(body)).toThrow(broken);
  });

  test('an error inside the stream is the last of it', () => {
    const error = { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' };
    const parts = partsOf(chunk([{ text: 'a' }]), { error }, chunk([{ text: 'b' }], stop));
    expect(parts.at(-1)).toMatchObject({ type: 'error', error: { kind: 'overloaded', status: 503 } });
  });

  test.each<[string, readonly JsonObject[]]>([
    ['ends without a reason', [chunk([{ text: 'a' }])]],
    ['is empty', []],
    ['has neither candidates nor a reason for none', [{ usageMetadata: {} }]],
    ['has a part that is no object', [chunk(['a'], stop)]],
    ['has text that is no text', [chunk([{ text: 1 }], stop)]],
    ['goes on with a call that never began', [piece({ args: {} }), chunk([], stop)]],
    ['has a path that cannot be read', [piece({ name: 'f', partialArgs: [{ jsonPath: '$.a[x]' }] })]],
    [
      'has a list longer than sense',
      [piece({ name: 'f', partialArgs: [{ jsonPath: '$.a[999999999]', numberValue: 1 }] })],
    ],
    ['has pieces that are no list', [piece({ name: 'f', partialArgs: {} })]],
    ['has candidates that are no list', [{ candidates: {} }]],
    ['has content that is no object', [{ candidates: [{ content: ['a'], finishReason: 'STOP' }] }]],
    ['has arguments that are no object', [piece({ name: 'f', args: 5 }), chunk([], stop)]],
  ])('a stream that %s is broken', (_, chunks) => {
    expect(() => partsOf(...chunks)).toThrow(broken);
  });

  test('nulls and unknown words are tolerated', () => {
    const odd = {
      candidates: [null, { index: 0, content: null, finishReason: 'NEW_WORD', groundingMetadata: null }],
    };
    expect(
      read(odd, { candidates: null, usageMetadata: null, promptFeedback: null }).choices[0]?.finish,
    ).toEqual({
      reason: 'other',
      raw: 'NEW_WORD',
    });
    expect(read(chunk([null, {}, { text: 'a', thought: null }], stop)).choices[0]?.content).toHaveLength(1);
  });

  test('[DONE], which some proxies add, says nothing', () => {
    const parser = gemini.parseStream();
    parser.push({ name: undefined, data: chunk([{ text: 'a' }], stop) });
    expect(parser.push({ name: undefined, data: undefined })).toEqual([]);
  });
});

describe('sources', () => {
  const groundingMetadata = {
    webSearchQueries: ['q'],
    groundingChunks: [{ web: { uri: 'https://a.test', title: 'A' } }, { web: { uri: 'https://b.test' } }],
    groundingSupports: [
      { segment: { startIndex: 8, endIndex: 11, text: 'wet' }, groundingChunkIndices: [0] },
    ],
  };

  test('places in bytes become places in characters, and the rest is kept', () => {
    const answer = read(
      chunk([{ text: 'Ü ist ' }]),
      chunk([{ text: ' wet' }], { ...stop, groundingMetadata }),
    );
    expect(answer.choices[0]?.content).toEqual([
      {
        type: 'text',
        text: 'Ü ist  wet',
        citations: [{ url: 'https://a.test', title: 'A', start: 7, end: 10 }, { url: 'https://b.test' }],
      },
    ]);
    expect(gemini.renderAnswer(answer, context).candidates).toMatchObject([{ groundingMetadata }]);
  });

  test('a picture that was found is a source by the page that it is on', () => {
    const image = { sourceUri: 'https://a.test/page', imageUri: 'https://a.test/i.png', title: 'A' };
    const answer = read(
      chunk([{ text: 'a' }], { ...stop, groundingMetadata: { groundingChunks: [{ image }] } }),
    );
    expect(answer.choices[0]?.content).toEqual([
      { type: 'text', text: 'a', citations: [{ url: 'https://a.test/page', title: 'A' }] },
    ]);
  });

  test('another vendor’s citation is written in bytes', () => {
    const citations = [{ url: 'https://a.test', start: 1, end: 3 }];
    const answer: ChatAnswer = {
      choices: [
        { index: 0, content: [{ type: 'text', text: 'ÜÄx', citations }], finish: { reason: 'stop' } },
      ],
    };
    expect(gemini.renderAnswer(answer, context).candidates).toMatchObject([
      {
        groundingMetadata: {
          groundingChunks: [{ web: { uri: 'https://a.test' } }],
          groundingSupports: [
            { segment: { startIndex: 2, endIndex: 5, text: 'Äx' }, groundingChunkIndices: [0] },
          ],
        },
      },
    ]);
  });

  test('recited works are citations too', () => {
    const citationMetadata = {
      citations: [{ startIndex: 0, endIndex: 2, uri: 'https://a.test', license: 'mit' }],
    };
    expect(read(chunk([{ text: 'abc' }], { ...stop, citationMetadata })).choices[0]?.content).toEqual([
      {
        type: 'text',
        text: 'abc',
        citations: [{ url: 'https://a.test', start: 0, end: 2, extra: { gemini: { license: 'mit' } } }],
      },
    ]);
  });
});

describe('renderStream', () => {
  test('all but the last character is told at once', () => {
    const renderer = gemini.renderStream(context);
    renderer.push(start(0));
    expect(textsIn(renderer.push(delta(0, 'Hello')))).toBe('Hell');
    expect(textsIn(renderer.push(end(0)))).toBe('o');
  });

  test('a character of two halves is not cut', () => {
    const renderer = gemini.renderStream(context);
    const stream = [start(0), delta(0, 'a\ud83d'), delta(0, '\ude00b'), end(0)].map((part) =>
      renderer.push(part),
    );
    expect(textsIn(stream.join(''))).toBe('a|😀|b');
  });

  test('a character of two halves waits as one', () => {
    const renderer = gemini.renderStream(context);
    renderer.push(start(0));
    expect(textsIn(renderer.push(delta(0, 'a😀')))).toBe('a');
    expect(textsIn(renderer.push(end(0)))).toBe('😀');
  });

  test('blocks that overlap come one after the other', () => {
    const renderer = gemini.renderStream(context);
    const parts = [start(0), start(1), delta(1, 'second'), delta(0, 'first'), end(1), end(0)];
    expect(textsIn(parts.map((part) => renderer.push(part)).join(''))).toBe('firs|t|secon|d');
  });

  test('the last chunk tells why it ended and what it took', () => {
    const renderer = gemini.renderStream(context);
    renderer.push({ type: 'finish', choice: 0, finish: { reason: 'length' } });
    renderer.push({ type: 'usage', usage: { input: 3, output: 4, reasoning: 1 } });
    expect(JSON.parse(renderer.end().slice('data: '.length))).toMatchObject({
      candidates: [{ finishReason: 'MAX_TOKENS', index: 0 }],
      usageMetadata: {
        promptTokenCount: 3,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 1,
        totalTokenCount: 7,
      },
      modelVersion: 'm',
      responseId: 'x',
    });
  });

  test('an error is told after what was held back, and nothing follows it', () => {
    const error = { kind: 'overloaded', status: 529, message: 'busy' } as const;
    const sse = gemini.renderStream(context);
    const array = renderArrayStream(context);
    const parts: Part[] = [start(0), delta(0, 'ab'), { type: 'error', error }, delta(0, 'c')];
    const stream = parts.map((part) => sse.push(part)).join('') + sse.end();
    expect(textsIn(stream)).toBe('a|b');
    expect(stream).toMatch(/data: \{"error":\{"code":503,[^\n]*\n\n$/);
    const elements: unknown[] = JSON.parse(parts.map((part) => array.push(part)).join('') + array.end());
    expect(elements.at(-1)).toMatchObject({ error: { code: 503, status: 'UNAVAILABLE' } });
  });

  test('an array without chunks is still an array', () => {
    expect(renderArrayStream(context).end()).toBe('[]');
  });
});
