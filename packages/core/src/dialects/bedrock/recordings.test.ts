import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { AwsEventReader } from '../../stream/read-aws-events.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { bedrock } from './codec.ts';

const folder = join(import.meta.dirname, '../../../../../../shared/fixtures/bedrock');
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Recording {
  readonly interactions: readonly {
    readonly request: { readonly url: string; readonly body: JsonObject };
    readonly response: { readonly format: string; readonly base64: string; readonly body: JsonObject };
  }[];
}

interface Expectation {
  readonly steps: readonly {
    readonly aiSdk: {
      readonly text: string;
      readonly reasoning: string;
      readonly toolCalls: readonly {
        readonly id: string;
        readonly name: string;
        readonly args: JsonObject;
      }[];
      readonly rawFinish: string;
      readonly usage: Readonly<Record<'input' | 'output' | 'cacheRead' | 'cacheWrite', number>>;
    };
  }[];
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

function answerOf({ format, base64, body }: Recording['interactions'][number]['response']): ChatAnswer {
  if (format === 'json') return bedrock.parseAnswer(body);
  const reader = new AwsEventReader(1_000_000);
  const parser = bedrock.parseStream();
  const bytes = Buffer.from(base64, 'base64');
  const parts = [];
  // Three bytes at a time: the cutting must not matter.
  for (let at = 0; at < bytes.length; at += 3)
    for (const { name, data } of reader.push(bytes.subarray(at, at + 3)))
      parts.push(...parser.push({ name, data: JSON.parse(data) as JsonObject }));
  return collectParts([...parts, ...parser.end()]);
}

function text(answer: ChatAnswer, type: 'text' | 'reasoning'): string {
  const blocks = answer.choices[0]?.content ?? [];
  return blocks.map((block) => (block.type === type && 'text' in block ? block.text : '')).join('');
}

const names = isThere ? readdirSync(folder).filter((name) => !name.includes('.expected.')) : [];

describe.skipIf(!isThere)('recordings', () => {
  test('some are there', () => {
    expect(names.length).toBeGreaterThan(0);
  });

  test.each(names)('%s gives what is expected', (name) => {
    const { interactions } = read(name) as Recording;
    const { steps } = read(name.replace('.json', '.expected.json')) as Expectation;
    expect(interactions).toHaveLength(steps.length);
    for (const [index, { response }] of interactions.entries()) {
      const wanted = steps[index]?.aiSdk;
      const answer = answerOf(response);
      expect(text(answer, 'text')).toBe(wanted?.text);
      expect(text(answer, 'reasoning')).toBe(wanted?.reasoning);
      const calls = (answer.choices[0]?.content ?? []).flatMap((block) =>
        block.type === 'tool-call'
          ? [{ id: block.id, name: block.name, args: JSON.parse(block.input) as JsonObject }]
          : [],
      );
      expect(calls).toEqual(wanted?.toolCalls);
      expect(answer.choices[0]?.finish.raw).toBe(wanted?.rawFinish);
      const { input, output, cacheRead = 0, cacheWrite = 0 } = answer.usage ?? { input: -1, output: -1 };
      expect({ input, output, cacheRead, cacheWrite }).toEqual(wanted?.usage);
    }
  });

  test.each(names)('the requests of %s are rendered as they came', (name) => {
    for (const { request } of (read(name) as Recording).interactions) {
      const model = decodeURIComponent(/\/model\/([^/]+)\//.exec(request.url)?.[1] ?? '');
      const parsed = bedrock.parseRequest(request.body, { model, stream: false });
      const { body, dropped } = bedrock.renderRequest(parsed);
      // Nothing is said by an empty object or list, and thinking needs room for an answer.
      const { system, inferenceConfig, ...rest } = request.body;
      const wanted = {
        ...rest,
        ...(Array.isArray(system) && system.length > 0 ? { system } : {}),
        ...(Object.keys(inferenceConfig ?? {}).length > 0 ? { inferenceConfig } : {}),
        ...('additionalModelRequestFields' in rest ? { inferenceConfig: { maxTokens: 5120 } } : {}),
      };
      expect(body).toEqual(wanted);
      // The recorded vendor refuses cache points among Nova's tools; nothing else is dropped.
      expect(dropped).toEqual([]);
    }
  });

  test('redacted thoughts keep their bytes', () => {
    const { interactions } = read('redacted-thinking-stream.json') as Recording;
    const blocks = interactions.flatMap(({ response }) => answerOf(response).choices[0]?.content ?? []);
    const redacted = blocks.filter((block) => block.type === 'reasoning');
    expect(redacted).toHaveLength(2);
    for (const block of redacted) {
      expect(block).toMatchObject({ isRedacted: true, text: '', signature: { dialect: 'bedrock' } });
      expect(block.signature?.value.length).toBeGreaterThan(100);
    }
  });
});
