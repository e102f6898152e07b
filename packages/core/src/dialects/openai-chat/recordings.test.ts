import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { openaiChat } from './codec.ts';

const context: AnswerContext = {
  request: { model: 'ours', stream: true, wantsUsage: true, messages: [] },
  id: 'id1',
  now: 1_700_000_000,
};

function parseText(text: string): Part[] {
  const parser = openaiChat.parseStream();
  const events = text.split(/\r?\n\r?\n/).filter((event) => event.startsWith('data:'));
  const read = events.map((event) => event.slice(5).trim());
  return [
    ...read.flatMap((data) =>
      parser.push({ name: undefined, data: data === '[DONE]' ? undefined : JSON.parse(data) }),
    ),
    ...parser.end(),
  ];
}

function renderText(answer: ChatAnswer): string {
  const renderer = openaiChat.renderStream(context);
  return [...partsOfAnswer(answer)].map((part) => renderer.push(part)).join('') + renderer.end();
}

const fixtures = fileURLToPath(new URL('../../../../../../shared/fixtures/', import.meta.url));
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(fixtures) || process.env['CI'] === 'true';

interface Recorded {
  readonly title: string;
  readonly request: { readonly body: JsonObject } | null;
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly format: string;
    readonly body: JsonObject;
    readonly text: string;
  };
  readonly expected: Expected & { readonly thrown?: { readonly status: number; readonly message: string } };
}

interface Expected {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly unknown[];
  readonly finish: string;
  readonly usage: { input?: number; output?: number; cacheRead?: number; reasoning?: number };
}

/** What both the AI SDK and the codec tell of an answer. The AI SDK mixes the texts of several choices. */
function summarize({ text, reasoning, toolCalls, finish, usage }: Expected, isMixed: boolean): unknown {
  return {
    text: isMixed ? text.split('').toSorted().join('') : text,
    reasoning,
    toolCalls,
    finish,
    // The AI SDK says 0 where the provider says nothing.
    usage: {
      input: usage.input,
      output: usage.output,
      cacheRead: usage.cacheRead ?? 0,
      reasoning: usage.reasoning ?? 0,
    },
  };
}

function summaryOf({ choices, usage = { input: Number.NaN, output: Number.NaN } }: ChatAnswer): unknown {
  const blocks = choices.flatMap((choice) => choice.content);
  const textOf = (type: string): string =>
    blocks.map((block) => (block.type === type && 'text' in block ? block.text : '')).join('');
  const toolCalls = blocks.flatMap((block) =>
    block.type === 'tool-call' ? [{ id: block.id, name: block.name, args: JSON.parse(block.input) }] : [],
  );
  const { input, output } = usage;
  return summarize(
    {
      text: textOf('text'),
      reasoning: textOf('reasoning'),
      toolCalls,
      finish: choices[0]?.finish.reason ?? '',
      usage: Number.isNaN(input) ? {} : { ...usage, input, output },
    },
    choices.length > 1,
  );
}

describe.skipIf(!isThere)('recordings', () => {
  const folders = ['openai', 'azure', 'deepseek', 'groq', 'mistral', 'moonshot', 'xai'];
  const files = isThere
    ? folders.flatMap((folder) =>
        readdirSync(`${fixtures}${folder}`)
          .filter((file) => file.endsWith('.expected.json'))
          .map((file) => `${folder}/${file.replace('.expected.json', '')}`),
      )
    : [];
  const cases = files.flatMap((file): Recorded[] => {
    const recording = JSON.parse(readFileSync(`${fixtures}${file}.json`, 'utf8'));
    const { steps } = JSON.parse(readFileSync(`${fixtures}${file}.expected.json`, 'utf8'));
    if (recording.api !== 'chat') return [];
    return recording.interactions.map((interaction: Omit<Recorded, 'title' | 'expected'>, step: number) => ({
      title: `${file} ${step}`,
      ...interaction,
      expected: steps[step].aiSdk,
    }));
  });

  test('there are some, and every request of them is understood', () => {
    expect(cases.length).toBeGreaterThan(8);
    const bodies = cases.flatMap(({ request }) => (request === null ? [] : [request.body]));
    for (const body of bodies) expect(() => openaiChat.parseRequest(body, {})).not.toThrow();
  });

  test.each(cases.filter(({ response }) => response.status < 400))('$title', ({ response, expected }) => {
    const answer =
      response.format === 'json'
        ? openaiChat.parseAnswer(response.body)
        : collectParts(parseText(response.text));
    const summary = summarize(expected, answer.choices.length > 1);
    expect(summaryOf(answer)).toEqual(summary);
    // The same, once more through our own words.
    expect(summaryOf(collectParts(parseText(renderText(answer))))).toEqual(summary);
    expect(summaryOf(openaiChat.parseAnswer(openaiChat.renderAnswer(answer, context)))).toEqual(summary);
  });

  test.each(cases.filter(({ response }) => response.status >= 400))('$title', ({ response, expected }) => {
    const error = openaiChat.parseError(response.status, response.headers, response.body);
    expect(error).toMatchObject({
      kind: 'content-filter',
      status: expected.thrown?.status,
      message: expect.stringContaining(expected.thrown?.message.slice(0, 100) ?? ''),
    });
    expect(openaiChat.renderError(error)).toMatchObject({
      status: 400,
      body: { error: { code: 'content_filter' } },
    });
  });
});
