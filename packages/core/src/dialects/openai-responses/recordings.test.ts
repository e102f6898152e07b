import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { openaiResponses as codec } from './codec.ts';

const folder = fileURLToPath(new URL('../../../../../../shared/fixtures/openai/', import.meta.url));
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Exchange {
  readonly response: {
    readonly status: number;
    readonly text?: string;
    readonly body?: JsonObject;
    readonly headers: Record<string, string>;
  };
}

const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
const exchange = (name: string): Exchange['response'] => {
  const { interactions } = read(name) as { interactions: Exchange[] };
  const [first] = interactions;
  if (first === undefined) throw new Error(`nothing is recorded in ${name}`);
  return first.response;
};

const unsealed = (content: readonly AssistantBlock[] = []): unknown[] =>
  content.map((block) => ({ ...block, signature: undefined }));

describe.skipIf(!isThere)('recordings', () => {
  it('sealed reasoning, streamed in four steps', () => {
    const { steps } = read('reasoning-encrypted-stream.expected') as {
      steps: {
        aiSdk: {
          text: string;
          reasoning: string;
          finish: string;
          toolCalls: { id: string; name: string; args: unknown }[];
          usage: { input: number; output: number; cacheRead: number; reasoning: number };
        };
      }[];
    };
    const expected = steps[0]?.aiSdk;
    const wire = exchange('reasoning-encrypted-stream').text ?? '';
    const events = wire.split('\n\n').flatMap((event) => /^data: (.*)$/m.exec(event)?.[1] ?? []);
    const parser = codec.parseStream();
    const parts = events.flatMap((data) => [
      ...parser.push({ name: undefined, data: JSON.parse(data) as JsonObject }),
    ]);
    const answer = collectParts([...parts, ...parser.end()]);
    const content = answer.choices[0]?.content ?? [];
    const textOf = (type: string): string =>
      content.map((block) => (block.type === type && 'text' in block ? block.text : '')).join('');
    expect(textOf('text')).toBe(expected?.text);
    expect(textOf('reasoning')).toBe(expected?.reasoning);
    const calls = content.filter((block) => block.type === 'tool-call');
    expect(calls.map(({ id, name, input }) => ({ id, name, args: JSON.parse(input) as unknown }))).toEqual(
      expected?.toolCalls,
    );
    expect(answer.choices[0]?.finish.reason).toBe(expected?.finish);
    expect(answer.usage).toMatchObject(expected?.usage ?? {});

    // Each step as a whole is what its events are; its thoughts go back sealed as they came.
    const wholes = events
      .map((data) => JSON.parse(data) as { type: string; response: JsonObject })
      .filter(({ type }) => type === 'response.completed')
      .map(({ response }) => codec.parseAnswer(response));
    // (OpenAI seals the same thoughts anew for each event that shows them.)
    expect(wholes.flatMap(({ choices }) => unsealed(choices[0]?.content))).toEqual(unsealed(content));
    const reasoning = content.filter((block) => block.type === 'reasoning');
    const { body } = codec.renderRequest({
      model: 'gpt-5.1-codex-max',
      stream: true,
      wantsUsage: true,
      messages: [{ role: 'assistant', content: reasoning }],
    });
    const sealed = /"encrypted_content":"([^"]+)","summary":\[\{/.exec(wire)?.[1];
    expect(body['input']).toMatchObject([{ type: 'reasoning', encrypted_content: sealed }]);
  });

  it('a question that is too long', () => {
    const { status, headers, body } = exchange('error-context-length');
    const error = codec.parseError(status, headers, body);
    expect(error).toMatchObject({
      kind: 'context-length',
      status: 400,
      parameter: 'input',
      code: 'context_length_exceeded',
    });
    expect(codec.renderError(error)).toEqual({ status, body });
  });
});
