import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { bedrock } from './codec.ts';

const parse = (body: JsonObject, address = { model: 'm', stream: true }) =>
  bedrock.parseRequest(body, address);
const user = (...content: JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content }] });

function refusal(body: JsonObject): unknown {
  try {
    parse(body);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('parseRequest', () => {
  test('results and words of one message are two', () => {
    const { messages } = parse(
      user(
        { toolResult: { toolUseId: '1', status: 'error', content: [{ json: { a: 0 } }, { text: '0' }] } },
        { text: 'and' },
        { cachePoint: { type: 'default' } },
      ),
    );
    expect(messages).toEqual([
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            callId: '1',
            isError: true,
            content: [
              { type: 'text', text: '{"a":0}', extra: { bedrock: { json: true } } },
              { type: 'text', text: '0' },
            ],
          },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'and', cache: {} }] },
    ]);
  });

  test('what the vocabulary has no word for is put back unchanged', () => {
    const body = {
      messages: [
        {
          role: 'user',
          content: [
            { cachePoint: { type: 'default' } },
            { searchResult: { source: 's', title: 't', content: [{ text: 'x' }] } },
            { guardContent: { text: { text: 'g', qualifiers: ['query'] } } },
            { image: { format: 'png', source: { s3Location: { uri: 's3://b/k', bucketOwner: '1' } } } },
            {
              document: {
                format: 'pdf',
                name: 'd',
                source: { content: [{ text: 'a' }, { text: 'b' }] },
                citations: { enabled: true },
                context: 'c',
              },
            },
            { text: 'x' },
          ],
        },
        { role: 'system', content: [{ toolAddition: { tool: { name: 'x' } } }] },
      ],
      toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] },
      inferenceConfig: { maxTokens: 5, newKnob: 1 },
      promptVariables: { a: { text: 'b' } },
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
      performanceConfig: { latency: 'optimized' },
      outputConfig: { effort: 'high' },
      serviceTier: { type: 'flex' },
    };
    const parsed = parse(body);
    expect(bedrock.renderRequest(parsed)).toEqual({ body, dropped: [] });
    expect(parsed).toMatchObject({ serviceTier: 'flex', reasoning: { effort: 'high' }, maxTokens: 5 });
  });

  test('null is the same as left out', () => {
    const parsed = parse({
      ...user({ text: 'x' }),
      system: null,
      inferenceConfig: { topP: null },
      toolConfig: null,
    });
    expect(parsed).toEqual(parse(user({ text: 'x' })));
  });

  test('the model may stand in the body', () => {
    expect(bedrock.parseRequest({ ...user({ text: 'x' }), modelId: 'b' }, {})).toMatchObject({
      model: 'b',
      stream: false,
    });
  });

  test.each<[string, JsonObject]>([
    ['messages', { messages: 'x' }],
    ['messages[0]', { messages: ['x'] }],
    ['messages[0].role', { messages: [{ role: 'bot', content: [] }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 'x' }] }],
    ['messages[0].content[1]', user({ text: 'a' }, [] as unknown as JsonObject)],
    ['messages[0].content[0].text', user({ text: 5 })],
    ['inferenceConfig.maxTokens', { ...user({ text: 'x' }), inferenceConfig: { maxTokens: '5' } }],
    [
      'inferenceConfig.stopSequences[1]',
      { ...user({ text: 'x' }), inferenceConfig: { stopSequences: ['a', 1] } },
    ],
    [
      'toolConfig.tools[0].toolSpec.name',
      { ...user({ text: 'x' }), toolConfig: { tools: [{ toolSpec: { name: 1 } }] } },
    ],
    ['toolConfig.toolChoice', { ...user({ text: 'x' }), toolConfig: { toolChoice: { none: {} } } }],
    ['requestMetadata.a', { ...user({ text: 'x' }), requestMetadata: { a: 1 } }],
    [
      'outputConfig.textFormat.structure.jsonSchema.schema',
      {
        ...user({ text: 'x' }),
        outputConfig: { textFormat: { structure: { jsonSchema: { schema: '[' } } } },
      },
    ],
  ])('%s of a wrong type is refused by its path', (parameter, body) => {
    expect(refusal(body)).toMatchObject({
      code: 'VE_PARAMETER_INVALID',
      details: { parameter },
    });
  });

  test.each<[string, JsonObject]>([
    ['messages', {}],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content[0].toolResult.toolUseId', user({ toolResult: { content: [] } })],
  ])('%s is missed', (parameter, body) => {
    expect(refusal(body)).toMatchObject({ code: 'VE_PARAMETER_MISSING', details: { parameter } });
  });
});
