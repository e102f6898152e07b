import { describe, expect, test } from 'vitest';
import { compare, isAbsent, nothing, recorded, shapeOf, union } from '../../../test/compare-shapes.ts';
import { decodeFrames } from '../../../test/decode-frames.ts';
import { type SimulatedUpstream, simulatedBedrock } from '../../index.ts';

/* What the SDK hides: the bytes, and what a client that the SDK does not guard is told. */

const claude = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const user = (...content: object[]): object => ({ role: 'user', content });
const assistant = (...content: object[]): object => ({ role: 'assistant', content });
const text = { text: 'Hello' };
const call = { toolUse: { toolUseId: 'tooluse_1', name: 'f', input: {} } };
const result = { toolResult: { toolUseId: 'tooluse_1', content: [text] } };
const hello = { messages: [user(text)] };
const toolConfig = { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] };

function post(
  upstream: SimulatedUpstream,
  body: unknown,
  { model = claude, operation = 'converse' }: { model?: string; operation?: string } = {},
): Promise<Response> {
  return fetch(`${upstream.origin}/model/${encodeURIComponent(model)}/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe("a mistake is told in Bedrock's words", () => {
  test.each<[string, object | string, RegExp]>([
    ['no messages', {}, /^The messages field is empty/],
    [
      'an unknown member',
      { ...hello, max_tokens: 5 },
      /^Malformed input request: #\/: extraneous key \[max_tokens\]/,
    ],
    ['two roles in a row', { messages: [user(text), user(text)] }, /^A conversation must alternate/],
    [
      'the assistant first',
      { messages: [assistant(text)] },
      /^A conversation must start with a user message/,
    ],
    [
      'blank text',
      { messages: [user({ text: ' ' })] },
      /^The text field in the ContentBlock object at messages\.0\.content\.0 is blank/,
    ],
    [
      'no content',
      { messages: [user()] },
      /^The content field in the Message object at messages\.0 is empty/,
    ],
    [
      'two things in a block',
      { messages: [user({ ...text, cachePoint: { type: 'default' } })] },
      /must set exactly one of its keys, but sets 2/,
    ],
    [
      'a strange role',
      { messages: [{ role: 'system', content: [text] }] },
      /^1 validation error detected: Value 'system' at 'messages\.1\.member\.role'/,
    ],
    [
      'no role',
      { messages: [{ content: [text] }] },
      /^1 validation error detected: Value at 'messages\.1\.member\.role' .* must not be null/,
    ],
    [
      'too warm',
      { ...hello, inferenceConfig: { temperature: 2 } },
      /'inferenceConfig\.temperature' .* less than or equal to 1/,
    ],
    [
      'too high a limit',
      { ...hello, inferenceConfig: { maxTokens: 100_000 } },
      /^The maximum tokens you requested exceeds the model limit of 64000/,
    ],
    [
      'a bad id',
      {
        ...hello,
        toolConfig,
        messages: [user(text), assistant({ toolUse: { ...call.toolUse, toolUseId: 'a.b' } })],
      },
      /regular expression pattern/,
    ],
    [
      'tools without config',
      { messages: [user(text), assistant(call), user(result)] },
      /^The toolConfig field must be defined/,
    ],
    [
      'a call without result',
      { toolConfig, messages: [user(text), assistant(call), user(text)] },
      /^Expected toolResult blocks at messages\.2\.content for the following Ids: tooluse_1$/,
    ],
    [
      'a stray result',
      { toolConfig, messages: [user(result)] },
      /^The number of toolResult blocks at messages\.0\.content exceeds/,
    ],
    [
      'input as text',
      { toolConfig, messages: [user(text), assistant({ toolUse: { ...call.toolUse, input: '{}' } })] },
      /toolUse\.input is invalid\. Provide a json object/,
    ],
    [
      'a bad name of a document',
      { messages: [user({ document: { name: 'a.pdf', format: 'pdf', source: { bytes: 'AAAA' } } }, text)] },
      /^The document file name can only contain/,
    ],
    [
      'no tools',
      { ...hello, toolConfig: { tools: [] } },
      /'toolConfig\.tools' .* length greater than or equal to 1/,
    ],
    [
      'a small budget',
      {
        ...hello,
        inferenceConfig: { maxTokens: 1024 },
        additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
      },
      /^The model returned the following errors: `max_tokens` must be greater/,
    ],
    [
      'a strange field for the model',
      { ...hello, additionalModelRequestFields: { seed: 1 } },
      /^The model returned the following errors: seed: Extra inputs/,
    ],
    [
      'an open schema',
      {
        ...hello,
        outputConfig: {
          textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}' } } },
        },
      },
      /additionalProperties/,
    ],
  ])('%s', async (_, body, message) => {
    await using upstream = await simulatedBedrock();
    const answer = await post(upstream, body);
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      400,
      expect.stringMatching(/^ValidationException:/),
    ]);
    expect(await answer.json()).toEqual({ message: expect.stringMatching(message) });
  });

  test('no JSON, an unknown model, an unknown operation', async () => {
    await using upstream = await simulatedBedrock();
    const names = [
      await post(upstream, '{"messages":'),
      await post(upstream, hello, { model: 'anthropic.claude-9' }),
      await post(upstream, hello, { operation: 'chat' }),
    ].map(({ status, headers }) => [status, headers.get('x-amzn-errortype')?.split(':')[0]]);
    expect(names).toEqual([
      [400, 'SerializationException'],
      [400, 'ValidationException'],
      [404, 'UnknownOperationException'],
    ]);
  });
});

describe.skipIf(isAbsent)('the simulation has the keys of the recordings', () => {
  test('streams, by event', async () => {
    await using upstream = await simulatedBedrock({
      answer: () => ({ content: 'x', toolCalls: [{ name: 'f', arguments: { city: 'Paris' } }] }),
    });
    const real = await post(
      upstream,
      { ...hello, toolConfig },
      { model: 'mistral.mistral-large-2407-v1:0', operation: 'converse-stream' },
    );
    expect(real.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    const simulation = shapesOf(Buffer.from(await real.arrayBuffer()));
    const recordings = recorded('bedrock/tool-stream-roundtrip', 'bedrock/max-tokens-stream').map(
      ({ response }) => shapesOf(Buffer.from(response.base64 ?? '', 'base64')),
    );
    const newer = ['metadata.usage.serverToolUsage'];
    const known = [...simulation].filter((path) => !newer.includes(path));
    expect(compare(new Set(known), union(recordings))).toEqual(nothing);
  });

  test('whole answers', async () => {
    await using upstream = await simulatedBedrock();
    const recording = union(
      recorded('bedrock/cache-write-read').map(({ response }) => shapeOf(response.body)),
    );
    const answer: unknown = await (await post(upstream, hello)).json();
    expect(compare(shapeOf(answer), recording)).toEqual(nothing);
  });
});

function shapesOf(frames: Buffer): Set<string> {
  return union(
    decodeFrames(frames).map(({ headers, payload }) =>
      shapeOf(JSON.parse(payload.toString()), headers[':event-type']),
    ),
  );
}
