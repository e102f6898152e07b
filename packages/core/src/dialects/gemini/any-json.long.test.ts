import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { gemini } from './codec.ts';

const context = { request: gemini.parseRequest({ contents: [] }, { model: 'm' }), id: 'x', now: 0 };

/** Names that the dialect looks for, so that the nonsense gets past the first look. */
const names = fc.constantFrom(
  'contents',
  'role',
  'parts',
  'text',
  'thought',
  'thoughtSignature',
  'functionCall',
  'function_call',
  'name',
  'args',
  'id',
  'functionResponse',
  'response',
  'inlineData',
  'fileData',
  'mimeType',
  'data',
  'fileUri',
  'tools',
  'functionDeclarations',
  'parameters',
  'properties',
  'toolConfig',
  'functionCallingConfig',
  'mode',
  'allowedFunctionNames',
  'generationConfig',
  'thinkingConfig',
  'thinkingLevel',
  'responseSchema',
  'stopSequences',
  'systemInstruction',
  'candidates',
  'content',
  'index',
  'finishReason',
  'usageMetadata',
  'promptTokenCount',
  'promptTokensDetails',
  'promptFeedback',
  'blockReason',
  'error',
  'code',
  'status',
  'message',
  'details',
  '@type',
  'retryDelay',
  'groundingMetadata',
  'groundingChunks',
  'groundingSupports',
  'segment',
  'citationMetadata',
  'citations',
  'logprobsResult',
  'chosenCandidates',
  'topCandidates',
  'partialArgs',
  'jsonPath',
  'stringValue',
  'willContinue',
  '__proto__',
  'constructor',
  'createTime',
  'responseId',
);
const leaf = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e300,
    '',
    'model',
    'user',
    'STOP',
    'ANY',
    'SAFETY',
    '$.a[0].b',
    '$.a',
    '$',
    '2026-01-01T00:00:00Z',
    '27s',
  ),
  fc.string(),
  fc.double({ noNaN: true }),
);
const { nonsense } = fc.letrec<{ nonsense: Json; list: Json[]; thing: Record<string, Json> }>((tie) => ({
  nonsense: fc.oneof({ maxDepth: 9, depthSize: 'xlarge' }, leaf, tie('list'), tie('thing'), tie('thing')),
  list: fc.array(tie('nonsense'), { maxLength: 3 }),
  thing: fc.dictionary(names, tie('nonsense'), { maxKeys: 5 }),
}));
const body = fc.dictionary(names, nonsense, { maxKeys: 6 }) as fc.Arbitrary<JsonObject>;
const part = fc.dictionary(names, nonsense, { maxKeys: 4 }) as fc.Arbitrary<JsonObject>;
const parts = fc.array(
  fc.oneof(
    part,
    part.map((functionCall) => ({ functionCall })),
  ),
  { maxLength: 3 },
);
const chunk = fc.oneof(
  body,
  fc.record({ more: body, candidate: body, parts }).map(({ more, candidate, parts: told }) => ({
    ...more,
    candidates: [{ index: 0, finishReason: 'STOP', ...candidate, content: { parts: told } }],
  })),
) as fc.Arbitrary<JsonObject>;
const asked = fc.oneof(
  body,
  fc
    .record({ more: body, parts, role: fc.constantFrom('user', 'model') })
    .map(({ more, parts: told, role }) => ({
      ...more,
      contents: [{ role, parts: told }],
    })),
) as fc.Arbitrary<JsonObject>;

/** The code of the gateway's own error, if there was one; whatever else is thrown goes on. */
function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (GatewayError.isInstance(error)) return error.code;
    throw error;
  }
}

function readStream(chunks: readonly JsonObject[]): void {
  const parser = gemini.parseStream();
  for (const data of chunks) parser.push({ name: undefined, data });
  parser.end();
}

describe('nonsense', () => {
  const many = { numRuns: 300 };

  test('never breaks the reading of a request, or the writing of what was read', () => {
    fc.assert(
      fc.property(asked, (value) => {
        const run = () => gemini.renderRequest(gemini.parseRequest(value, { model: 'gemini-3-pro' }));
        expect([undefined, 'VE_PARAMETER_INVALID', 'VE_PARAMETER_MISSING']).toContain(codeOf(run));
      }),
      many,
    );
  });

  test('never breaks the reading of an answer, a stream or an error', () => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 4 }), (chunks) => {
        const fine = [undefined, 'VE_UPSTREAM_PROTOCOL'];
        expect(fine).toContain(
          codeOf(() => gemini.renderAnswer(gemini.parseAnswer(chunks[0] ?? {}), context)),
        );
        expect(fine).toContain(codeOf(() => readStream(chunks)));
        const { status } = gemini.renderError(gemini.parseError(400, {}, chunks[0]));
        expect(status).toBeGreaterThanOrEqual(400);
      }),
      many,
    );
  });

  test('nested deeper than many a stack is read or refused, and nothing else', () => {
    let deep: Json = 0;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    const call = { functionCall: { name: 'f', args: { deep } } };
    // How deep a stack is differs from one Node to another.
    const contents = [{ role: 'model', parts: [call] }];
    const onAsking = codeOf(() => gemini.parseRequest({ contents }, { model: 'm' }));
    expect([undefined, 'VE_PARAMETER_INVALID']).toContain(onAsking);
    const onAnswering = codeOf(() => gemini.parseAnswer({ candidates: [{ content: { parts: [call] } }] }));
    expect([undefined, 'VE_UPSTREAM_PROTOCOL']).toContain(onAnswering);
  });
});
