import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isObject } from '../shared/read.ts';
import { anthropicMessages as codec } from './codec.ts';

const words = [
  'text',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'image',
  'document',
  'server_tool_use',
  'base64',
  'url',
  'file',
  'user',
  'assistant',
  'system',
  'enabled',
  'adaptive',
  'ephemeral',
  'any',
  'tool',
  'json_schema',
  'char_location',
  'text_delta',
  'input_json_delta',
  'thinking_delta',
  'signature_delta',
  'citations_delta',
  've_json_output',
  've_text__x',
  'claude-opus-4-5',
  'end_turn',
  '__proto__',
  'constructor',
];

const fields = [
  'type',
  'text',
  'role',
  'content',
  'messages',
  'model',
  'system',
  'source',
  'data',
  'media_type',
  'id',
  'name',
  'input',
  'tool_use_id',
  'thinking',
  'signature',
  'cache_control',
  'citations',
  'citation',
  'tools',
  'tool_choice',
  'input_schema',
  'output_config',
  'format',
  'schema',
  'effort',
  'budget_tokens',
  'metadata',
  'stop_sequences',
  'max_tokens',
  'stop_reason',
  'usage',
  'index',
  'delta',
  'content_block',
  'message',
  'partial_json',
  'error',
  'details',
  'output_tokens_details',
  '__proto__',
];

const { tree } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, '', '{}', '{"a":'),
    fc.string(),
  ),
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'medium', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...fields), tie('tree'), { maxKeys: 8 }),
  ),
}));

/** What `JSON.parse` can give. */
const json = tree.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const object: fc.Arbitrary<JsonObject> = json.filter(isObject);

const event = fc.record({
  name: fc.constantFrom(undefined, 'message_start', 'error', 'ping', 'content_block_delta'),
  data: fc.option(
    fc
      .tuple(
        fc.constantFrom(
          'message_start',
          'content_block_start',
          'content_block_delta',
          'content_block_stop',
          'message_delta',
          'message_stop',
          'error',
          'ping',
          'else',
        ),
        object,
        fc.constantFrom<JsonObject>(
          {},
          { index: 0 },
          { index: 1, content_block: { type: 'text', text: '' } },
          { index: 0, content_block: { type: 'tool_use', name: 'x', id: '' } },
          { index: 0, delta: { type: 'text_delta', text: null } },
          { index: 0, delta: { type: 'input_json_delta', partial_json: '{' } },
          { delta: { stop_reason: 'end_turn' } },
        ),
      )
      .map(([type, more, shaped]): JsonObject => ({ ...more, ...shaped, type })),
    { nil: undefined },
  ),
});

/** What is thrown; undefined where it is as it should be. */
function strayError(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof GatewayError ? undefined : error;
  }
}

describe('whatever comes', () => {
  test('a request is understood or refused with its parameter', () => {
    fc.assert(
      fc.property(object, object, (body, message) => {
        const stray = strayError(() => {
          const request = codec.parseRequest(
            { model: 'claude-sonnet-4-5', messages: [{ role: 'user', ...message }], ...body },
            {},
          );
          codec.renderRequest(request);
        });
        expect(stray).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('an answer is understood or a protocol error', () => {
    fc.assert(
      fc.property(object, (body) => {
        const stray = strayError(() => {
          const request = { model: 'm', stream: false, wantsUsage: true, messages: [] };
          codec.renderAnswer(codec.parseAnswer({ content: [], ...body }), { request, id: 'x', now: 0 });
        });
        expect(stray).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('an error is told and worded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), object, (status, body) => {
        const error = codec.parseError(status, { 'retry-after': 'soon' }, body);
        expect(codec.renderError(error).body).toMatchObject({ type: 'error', error: {} });
        expect(error.retryAfter ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  test('a stream is read to its end or ends in a protocol error', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const stray = strayError(() => {
          const request = { model: 'm', stream: true, wantsUsage: true, messages: [] };
          const parser = codec.parseStream();
          const renderer = codec.renderStream({ request, id: 'x', now: 0 });
          const parts = [...events.flatMap((one) => parser.push(one)), ...parser.end()];
          for (const part of parts) renderer.push(part);
          renderer.end();
        });
        expect(stray).toBeUndefined();
      }),
      { numRuns: 700 },
    );
  });
});
