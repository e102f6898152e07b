import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { gemini } from './codec.ts';

const folder = new URL('../../../../../../shared/fixtures/', import.meta.url);
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Recording {
  interactions: { response: { status: number; format: string; text?: string; body?: JsonObject } }[];
}

interface Expectation {
  text: string;
  reasoning: string;
  toolCalls: { name: string; args: unknown }[];
  finish: string;
  rawFinish: string;
  usage: { input?: number; cacheRead?: number; output?: number; reasoning?: number };
}

function read(name: string): Recording['interactions'][number]['response'] {
  const recording: Recording = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const [first] = recording.interactions;
  if (first === undefined) throw new Error(`${name} holds nothing`);
  return first.response;
}

function expectationOf(name: string): Expectation {
  const { steps } = JSON.parse(readFileSync(new URL(`${name}.expected.json`, folder), 'utf8'));
  return steps[0].aiSdk;
}

function chunksOf(text: string): JsonObject[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith('data:'))
    .map((event) => JSON.parse(event.slice(5)));
}

function parse({ format, text = '', body = {} }: ReturnType<typeof read>): ChatAnswer {
  if (format === 'json') return gemini.parseAnswer(body);
  const parser = gemini.parseStream();
  const parts = chunksOf(text).flatMap((data) => parser.push({ name: undefined, data }));
  return collectParts([...parts, ...parser.end()]);
}

function textOf({ choices }: ChatAnswer, type: 'text' | 'reasoning'): string {
  return (choices[0]?.content ?? []).map((block) => (block.type === type ? block.text : '')).join('');
}

const answers = [
  'gemini/text-stream',
  'gemini/tool-call-gemini3-stream',
  'gemini/gemini3-thinking-stream',
  'vertex/finish-safety',
  'vertex/parallel-calls',
  'vertex/partial-args-nested-stream',
  'vertex/prompt-blocked',
  'vertex/utf8-stream',
];

describe.skipIf(!isThere)('recordings of Gemini', () => {
  test.each(answers)('%s reads as the vendor SDK and the AI SDK read it', (name) => {
    const answer = parse(read(name));
    const expected = expectationOf(name);
    const [choice] = answer.choices;
    expect(textOf(answer, 'text')).toBe(expected.text);
    expect(textOf(answer, 'reasoning')).toBe(expected.reasoning);
    const calls = choice?.content.filter((block) => block.type === 'tool-call') ?? [];
    expect(calls.map((call) => ({ name: call.name, args: JSON.parse(call.input) }))).toEqual(
      expected.toolCalls.map(({ name: tool, args }) => ({ name: tool, args })),
    );
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
    expect(choice?.finish.raw).toBe(expected.rawFinish);
    const reason = choice?.finish.reason === 'prompt-blocked' ? 'content-filter' : choice?.finish.reason;
    expect(reason).toBe(expected.finish);
    expect(answer.usage?.input).toBe(expected.usage.input);
    expect(answer.usage?.output).toBe(expected.usage.output);
    expect(answer.usage?.reasoning ?? 0).toBe(expected.usage.reasoning ?? 0);
  });

  test.each(answers)('%s survives being written and read again, whole and as a stream', (name) => {
    const answer = parse(read(name));
    const context = { request: gemini.parseRequest({ contents: [] }, { model: 'm' }), id: 'x', now: 0 };
    const again = gemini.parseAnswer(gemini.renderAnswer(answer, context));
    const named = { ...answer, id: answer.id ?? 'x', model: answer.model ?? 'm' };
    expect(again).toEqual(named);
    const renderer = gemini.renderStream(context);
    const stream = [...partsOfAnswer(answer)].map((part) => renderer.push(part)).join('') + renderer.end();
    expect(parse({ status: 200, format: 'sse', text: stream })).toEqual(named);
  });

  test('text-stream ends with a part that holds nothing but a signature', () => {
    const content = parse(read('gemini/text-stream')).choices[0]?.content;
    const sent = JSON.parse((read('gemini/text-stream').text ?? '').split(/\r?\n\r?\n/)[2]?.slice(5) ?? '');
    const value = sent.candidates[0].content.parts[0].thoughtSignature;
    expect(content?.[1]).toEqual({ type: 'text', text: '', signature: { dialect: 'gemini', value } });
  });

  test('the signature of a call is kept with the call', () => {
    for (const name of ['gemini/tool-call-gemini3-stream', 'vertex/partial-args-nested-stream']) {
      const call = parse(read(name)).choices[0]?.content[0];
      const sent: string = read(name).text ?? '';
      const value = /"thoughtSignature":"([^"]+)"/.exec(sent)?.[1];
      expect(call).toMatchObject({ type: 'tool-call', signature: { dialect: 'gemini', value } });
    }
  });

  test('a spoken answer is a sound, counted apart', () => {
    const answer = gemini.parseAnswer(read('gemini/tts').body ?? {});
    expect(answer.choices[0]?.content[0]).toMatchObject({
      type: 'media',
      mediaType: 'audio/L16;codec=pcm;rate=24000',
    });
    expect(answer.usage).toMatchObject({ input: 11, output: 111, outputAudio: 111 });
  });

  test('a rate limit tells in the body when to come back', () => {
    const { status, body } = read('gemini/error-429-retryinfo');
    expect(gemini.parseError(status, {}, body)).toMatchObject({
      kind: 'rate-limit',
      status: 429,
      retryAfter: 34_400,
    });
    const tokens = read('gemini/error-context-length');
    expect(gemini.parseError(tokens.status, {}, tokens.body)).toMatchObject({
      kind: 'rate-limit',
      status: 429,
    });
  });
});
