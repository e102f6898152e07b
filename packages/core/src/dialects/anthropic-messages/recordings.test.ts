import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { WireEvent } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { anthropicMessages as codec } from './codec.ts';

const folder = fileURLToPath(new URL('../../../../../../shared/fixtures/anthropic/', import.meta.url));
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Interaction {
  readonly request: { readonly body: JsonObject } | null;
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly format: string;
    readonly text?: string;
    readonly body?: JsonObject;
  };
}

interface Expectation {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { id: string; name: string; args: Json }[];
  readonly rawFinish?: string;
  readonly usage?: { input: number; output: number; cacheRead: number; cacheWrite: number };
  readonly thrown?: { status: number; message: string };
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(folder + file, 'utf8'));
}

const interactionsOf = (name: string) =>
  (read(`${name}.json`) as { interactions: Interaction[] }).interactions;
const stepsOf = (name: string) =>
  (read(`${name}.expected.json`) as { steps: { aiSdk: Expectation }[] }).steps;

function eventsOf(text: string): WireEvent[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter((event) => event.includes('data:'))
    .map((event) => ({
      name: /^event: *(.*)$/m.exec(event)?.[1],
      data: JSON.parse(/^data: *(.*)$/m.exec(event)?.[1] ?? '') as JsonObject,
    }));
}

function parseText(text: string): ChatAnswer {
  const parser = codec.parseStream();
  const parts = eventsOf(text).flatMap((event) => parser.push(event));
  return collectParts([...parts, ...parser.end()]);
}

function answerOf({ response }: Interaction): ChatAnswer {
  return response.format === 'sse' ? parseText(response.text ?? '') : codec.parseAnswer(response.body ?? {});
}

function summaryOf({ choices, usage }: ChatAnswer): Expectation {
  const [choice] = choices;
  const content = choice?.content ?? [];
  const words = (type: 'text' | 'reasoning') =>
    content.map((block) => (block.type === type && 'text' in block ? block.text : '')).join('');
  return {
    text: words('text'),
    reasoning: words('reasoning'),
    toolCalls: content.flatMap((block) =>
      block.type === 'tool-call'
        ? [{ id: block.id, name: block.name, args: JSON.parse(block.input) as Json }]
        : [],
    ),
    rawFinish: choice?.finish.raw ?? '',
    usage: {
      input: usage?.input ?? -1,
      output: usage?.output ?? -1,
      cacheRead: usage?.cacheRead ?? -1,
      cacheWrite: usage?.cacheWrite ?? -1,
    },
  };
}

describe.skipIf(!isThere)('recordings of Anthropic', () => {
  const names = isThere
    ? readdirSync(folder).flatMap((file) => /^(.*)(?<!\.expected)\.json$/.exec(file)?.[1] ?? [])
    : [];

  test.each(names.filter((name) => !name.startsWith('error-')))('%s', (name) => {
    const interactions = interactionsOf(name);
    const steps = stepsOf(name);
    for (const [at, interaction] of interactions.entries()) {
      const expected = steps[at]?.aiSdk;
      const answer = answerOf(interaction);
      expect(summaryOf(answer)).toMatchObject({
        text: expected?.text,
        reasoning: expected?.reasoning,
        toolCalls: expected?.toolCalls,
        rawFinish: expected?.rawFinish,
        usage: expected?.usage,
      });
      const context = {
        request: codec.parseRequest(interaction.request?.body ?? { model: 'claude', messages: [] }, {}),
        id: 'x',
        now: 0,
      };
      expect(codec.parseAnswer(codec.renderAnswer(answer, context))).toEqual(answer);
      const renderer = codec.renderStream(context);
      const text = [...partsOfAnswer(answer)].map((part) => renderer.push(part)).join('') + renderer.end();
      expect(parseText(text)).toEqual(answer);
    }
  });

  test.each(names.filter((name) => name.startsWith('error-')))('%s', (name) => {
    for (const [at, { response }] of interactionsOf(name).entries()) {
      const { status, headers, body } = response;
      const message = stepsOf(name)[at]?.aiSdk.thrown?.message;
      expect(codec.parseError(status, headers, body)).toMatchObject({
        status,
        message,
        kind: 'context-length',
      });
    }
  });

  test.each(names)('the requests of %s say the same after a way there and back', (name) => {
    for (const { request } of interactionsOf(name)) {
      if (!request) continue;
      const parsed = codec.parseRequest(request.body, {});
      const { body, dropped } = codec.renderRequest(parsed);
      expect(dropped).toEqual([]);
      expect(codec.parseRequest(body, {})).toEqual(parsed);
      expect(body).toMatchObject({ model: request.body['model'], max_tokens: request.body['max_tokens'] });
    }
  });
});
