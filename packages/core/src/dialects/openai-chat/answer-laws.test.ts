import * as fc from 'fast-check';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { describe, expect, test } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { openaiChat } from './codec.ts';

const ask: ChatRequest = {
  model: 'ours',
  stream: true,
  wantsUsage: true,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
};
const context: AnswerContext = { request: ask, id: 'id1', now: 1_700_000_000 };

function readEvents(text: string): { name: undefined; data: JsonObject | undefined }[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((event) => event.trim())
    .filter((event) => event.startsWith('data:'))
    .map((event) => event.slice(5).trim())
    .map((data) => ({ name: undefined, data: data === '[DONE]' ? undefined : JSON.parse(data) }));
}

function parseText(text: string): Part[] {
  const parser = openaiChat.parseStream();
  return [...readEvents(text).flatMap((event) => parser.push(event)), ...parser.end()];
}

function renderText(answer: ChatAnswer, with_: AnswerContext = context): string {
  const renderer = openaiChat.renderStream(with_);
  return [...partsOfAnswer(answer)].map((part) => renderer.push(part)).join('') + renderer.end();
}

function reread(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

const text = fc.string({ minLength: 1, unit: 'binary' }).filter((value) => value.isWellFormed());
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
const dialect = fc.constantFrom('openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock');
const signature = fc.record({ dialect, value: text });

const reasoning = fc
  .tuple(text, fc.option(signature, { nil: undefined }), fc.boolean())
  .map(([shown, signed, redacted]) =>
    signed === undefined
      ? { type: 'reasoning', text: shown }
      : redacted
        ? { type: 'reasoning', text: '', isRedacted: true, signature: signed }
        : { type: 'reasoning', text: shown, signature: signed },
  );
const citation = fc.record({ url: word, title: word, start: fc.constant(0), end: fc.constant(1) });
const textBlock = fc
  .tuple(
    text,
    fc.option(signature, { nil: undefined }),
    fc.uniqueArray(citation, { maxLength: 2, selector: JSON.stringify }),
  )
  .map(([shown, signed, citations]) => ({
    type: 'text',
    text: shown,
    ...(signed === undefined ? {} : { signature: signed }),
    ...(citations.length === 0 ? {} : { citations }),
  }));
const call = fc
  .tuple(word, fc.boolean(), fc.option(signature, { nil: undefined }), json, text)
  .map(([name, isText, signed, input, free]) => ({
    type: 'tool-call',
    name,
    format: isText ? 'text' : 'json',
    input: isText ? free : JSON.stringify(input),
    ...(signed === undefined ? {} : { signature: signed }),
  }));
const image = fc.record({
  type: fc.constant('media'),
  mediaType: fc.constant('image/png'),
  source: fc.record({ kind: fc.constant('base64'), data: fc.base64String({ minLength: 4 }) }),
});

/** In the order that the dialect keeps, and with what it can tell apart: one text, signatures that differ. */
const answerContent = fc
  .tuple(
    fc.array(reasoning, { maxLength: 3 }),
    fc.array(textBlock, { maxLength: 1 }),
    fc.array(text, { maxLength: 1 }),
    fc.array(image, { maxLength: 2 }),
    fc.array(call, { maxLength: 3 }),
  )
  .map(([thoughts, texts, refusals, images, calls]) => {
    const blocks = [
      ...thoughts,
      ...texts,
      ...refusals.map((refusal) => ({ type: 'refusal', text: refusal })),
      ...images,
      ...calls.map((block, index) => ({ ...block, id: `call_${index}` })),
    ];
    return blocks.map((block, index) =>
      'signature' in block && block.signature !== undefined
        ? { ...block, signature: { ...block.signature, value: `${block.signature.value}${index}` } }
        : block,
    ) as AssistantBlock[];
  });

const token = fc.record({
  token: text,
  logprob: fc.double({ max: 0, min: -100, noNaN: true }).map((value) => value + 0),
  bytes: fc.constantFrom(null, [1, 2]),
});
const logprobs = fc.array(
  fc.tuple(token, fc.array(token, { maxLength: 2 })).map(([one, top]) => ({ ...one, top })),
  {
    minLength: 1,
    maxLength: 2,
  },
);

const oneChoice = fc
  .tuple(
    answerContent,
    fc.constantFrom('stop', 'length', 'content_filter'),
    fc.option(logprobs, { nil: undefined }),
    json,
  )
  .map(([content, raw, tokens, extra]) => {
    const hasCalls = content.some((block) => block.type === 'tool-call');
    const hasRefusal = content.some((block) => block.type === 'refusal');
    const plain = hasCalls ? 'tool-calls' : hasRefusal ? 'refusal' : 'stop';
    const reason = raw === 'stop' ? plain : raw === 'length' ? 'length' : 'content-filter';
    return {
      content,
      finish: { reason, raw: reason === 'tool-calls' ? 'tool_calls' : raw },
      ...(tokens === undefined ? {} : { logprobs: tokens }),
      ...(Object.keys(extra).length === 0 ? {} : { extra: { 'openai-chat': { vendor: extra } } }),
    };
  });

/** What was read from the cache is a part of what was put in. */
function cachedOf(more: object): number {
  return 'cacheRead' in more && typeof more.cacheRead === 'number' ? more.cacheRead : 0;
}

const usage = fc
  .tuple(
    count,
    count,
    optional({
      cacheRead: count,
      cacheWrite: count,
      inputAudio: count,
      inputTool: count,
      outputAudio: count,
    }),
    fc.option(count, { nil: undefined }),
  )
  .map(([input, output, more, part]) => ({
    input: input + cachedOf(more),
    output: output + (part ?? 0),
    ...(part === undefined ? {} : { reasoning: part }),
    ...more,
  }));

const answer = fc
  .tuple(
    fc.array(oneChoice, { minLength: 1, maxLength: 3 }),
    fc.option(usage, { nil: undefined }),
    fc.boolean(),
  )
  .map(([choices, used, hasExtra]) => ({
    id: 'chatcmpl-1',
    model: 'ours',
    created: 1_700_000_001,
    serviceTier: 'default',
    ...(hasExtra ? { extra: { 'openai-chat': { system_fingerprint: 'fp', moderation: { a: 1 } } } } : {}),
    choices: choices.map((one, index) => ({ index, ...one })),
    ...(used === undefined ? {} : { usage: used }),
  })) as unknown as fc.Arbitrary<ChatAnswer>;

describe('answers', () => {
  test('what is rendered and parsed again is the same', () => {
    fc.assert(
      fc.property(answer, (value) => {
        expect(openaiChat.parseAnswer(reread(openaiChat.renderAnswer(value, context)))).toEqual(value);
      }),
    );
  });

  test('a stream is the same as the whole answer', () => {
    fc.assert(
      fc.property(answer, (value) => {
        expect(collectParts(parseText(renderText(value)))).toEqual(value);
      }),
    );
  });

  test('the official client reads the same message from both', async () => {
    await fc.assert(
      fc.asyncProperty(answer, async (value) => {
        const whole = reread(openaiChat.renderAnswer(value, context));
        const chunks = readEvents(renderText(value)).flatMap(({ data }) =>
          data === undefined ? [] : [data],
        );
        const stream = new ReadableStream({
          start: (controller) => {
            for (const chunk of chunks)
              controller.enqueue(new TextEncoder().encode(`${JSON.stringify(chunk)}\n`));
            controller.close();
          },
        });
        const streamed = await ChatCompletionStream.fromReadableStream(stream).finalChatCompletion();
        expect(streamed.choices.map(comparable)).toEqual((whole['choices'] as JsonObject[]).map(comparable));
      }),
      { numRuns: 50 },
    );
  });

  test('a client that echoes the message gives every signature back with its dialect', () => {
    fc.assert(
      fc.property(answer, (value) => {
        const rendered = reread(openaiChat.renderAnswer(value, context))['choices'] as {
          message: JsonObject;
        }[];
        const body = { model: 'm', messages: rendered.map(({ message }) => message) };
        const parsed = openaiChat.parseRequest(body, {});
        expect(parsed.messages.flatMap((message) => signaturesOf(message.content))).toEqual(
          value.choices.flatMap((one) => signaturesOf(one.content)),
        );
      }),
    );
  });
});

function signaturesOf(blocks: readonly object[]): unknown[] {
  return blocks.flatMap((block) => ('signature' in block ? [block.signature] : []));
}

/** The client keeps only the last piece of fields that it does not know, and adds `parsed`. */
function comparable(choice: unknown): unknown {
  const { message, ...rest } = reread(choice) as { message: JsonObject };
  const { reasoning_content: _, parsed: _parsed, tool_calls: calls = [], ...known } = message;
  return { ...rest, message: { ...known, tool_calls: calls } };
}
