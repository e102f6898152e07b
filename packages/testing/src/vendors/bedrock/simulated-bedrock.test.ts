import {
  AccessDeniedException,
  type BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  CountTokensCommand,
  ModelStreamErrorException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../test/ask-with-sdk.ts';
import { bedrockClient } from '../../../test/bedrock-client.ts';
import { failure } from '../../../test/catch-failure.ts';
import { type AnswerScript, type SimulatedUpstream, simulatedBedrock } from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

const modelId = 'eu.anthropic.claude-opus-4-5-20251101-v1:0';
const hello: ConverseCommandInput = {
  modelId,
  messages: [{ role: 'user', content: [{ text: 'Hello, big world' }] }],
};
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const toolConfig = { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: schema } } }] };
const thinking = { thinking: { type: 'enabled', budget_tokens: 1024 } };

function clientOf(upstream: SimulatedUpstream): BedrockRuntimeClient {
  return bedrockClient(upstream, { token: { token: 'k' }, authSchemePreference: ['httpBearerAuth'] });
}

async function streamOf(
  upstream: SimulatedUpstream,
  input: ConverseCommandInput,
): Promise<ConverseStreamOutput[]> {
  const { stream } = await clientOf(upstream).send(new ConverseStreamCommand(input));
  if (stream === undefined) throw new Error('no stream');
  return await collect(stream);
}

async function contentOf(upstream: SimulatedUpstream, input: ConverseCommandInput): Promise<ContentBlock[]> {
  const { output } = await clientOf(upstream).send(new ConverseCommand(input));
  return output?.message?.content ?? [];
}

describe('converse', () => {
  test('repeats the user, whole and streamed', async () => {
    await using upstream = await simulatedBedrock();
    const whole = await clientOf(upstream).send(new ConverseCommand(hello));
    expect(whole).toMatchObject({
      stopReason: 'end_turn',
      output: { message: { role: 'assistant', content: [{ text: 'You said: Hello, big world' }] } },
      metrics: { latencyMs: expect.any(Number) },
      $metadata: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const events = await streamOf(upstream, hello);
    expect(events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('')).toBe(
      'You said: Hello, big world',
    );
    expect(events[0]).toMatchObject({ messageStart: { role: 'assistant' } });
    expect(events.at(-2)).toMatchObject({ messageStop: { stopReason: 'end_turn' } });
    expect(events.at(-1)?.metadata?.usage).toEqual(whole.usage);
    const counted = await clientOf(upstream).send(
      new CountTokensCommand({ modelId, input: { converse: { messages: hello.messages } } }),
    );
    expect(counted.inputTokens).toBe(whole.usage?.inputTokens);
  });

  test('limits and stop sequences end the answer', async () => {
    await using upstream = await simulatedBedrock();
    const client = clientOf(upstream);
    const stop = (inferenceConfig: ConverseCommandInput['inferenceConfig']): Promise<unknown> =>
      client.send(new ConverseCommand({ ...hello, inferenceConfig })).then(({ stopReason }) => stopReason);
    expect(await stop({ maxTokens: 2 })).toBe('max_tokens');
    expect(await stop({ stopSequences: [', big'] })).toBe('stop_sequence');
  });

  test.each([
    ['content_filter', 'content_filtered'],
    ['guardrail_intervened', 'guardrail_intervened'],
    ['malformed_tool_use', 'malformed_tool_use'],
  ])('a script that ends with %s stops with %s', async (finishReason, expected) => {
    await using upstream = await simulatedBedrock({ answer: () => ({ content: 'x', finishReason }) });
    expect((await clientOf(upstream).send(new ConverseCommand(hello))).stopReason).toBe(expected);
    expect((await streamOf(upstream, hello)).at(-2)?.messageStop?.stopReason).toBe(expected);
  });

  test('images and documents are accepted, a schema gives JSON', async () => {
    await using upstream = await simulatedBedrock();
    const bytes = new Uint8Array([1, 2, 3]);
    const content: ContentBlock[] = [
      { image: { format: 'png', source: { bytes } } },
      { document: { format: 'pdf', name: 'A document (1)', source: { bytes } } },
      { text: 'What is it?' },
    ];
    expect(await contentOf(upstream, { modelId, messages: [{ role: 'user', content }] })).toEqual([
      { text: 'You said: What is it?' },
    ]);
    const jsonSchema = { schema: JSON.stringify(schema), name: 'place' };
    const outputConfig = { textFormat: { type: 'json_schema' as const, structure: { jsonSchema } } };
    expect(await contentOf(upstream, { ...hello, outputConfig })).toEqual([{ text: '{"city":"city"}' }]);
  });
});

describe('tools', () => {
  test('are called, whole and streamed, and take their results', async () => {
    await using upstream = await simulatedBedrock();
    const [call] = await contentOf(upstream, { ...hello, toolConfig });
    expect(call).toMatchObject({ toolUse: { name: 'weather', input: { city: 'city' } } });
    const events = await streamOf(upstream, { ...hello, toolConfig });
    expect(events[1]?.contentBlockStart?.start?.toolUse?.name).toBe('weather');
    expect(events.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '').join('')).toBe(
      '{"city":"city"}',
    );
    const toolUseId = call?.toolUse?.toolUseId;
    const second = await contentOf(upstream, {
      modelId,
      toolConfig,
      messages: [
        ...(hello.messages ?? []),
        { role: 'assistant', content: call === undefined ? [] : [call] },
        { role: 'user', content: [{ toolResult: { toolUseId, content: [{ json: { warm: true } }] } }] },
      ],
    });
    expect(second).toEqual([{ text: 'The tool answered: {"warm":true}' }]);
  });

  test('a choice forces the one that it names', async () => {
    await using upstream = await simulatedBedrock();
    const tools = [...toolConfig.tools, { toolSpec: { name: 'other', inputSchema: { json: schema } } }];
    const toolChoice = { tool: { name: 'other' } };
    expect(await contentOf(upstream, { ...hello, toolConfig: { tools, toolChoice } })).toMatchObject([
      { toolUse: { name: 'other' } },
    ]);
  });
});

const redact: AnswerScript = () => ({ content: 'x', reasoning: 'secret', redactedReasoning: true });
const think: AnswerScript = () => ({ content: 'x', reasoning: 'Let me think.' });

describe('reasoning', () => {
  test('of Claude is signed, streamed, and must come back as it went', async () => {
    await using upstream = await simulatedBedrock();
    const asked = { ...hello, toolConfig, additionalModelRequestFields: thinking };
    const content = await contentOf(upstream, asked);
    const [thought, call] = content;
    expect(thought?.reasoningContent?.reasoningText).toEqual({
      text: 'The user said something. I will repeat it.',
      signature: expect.any(String),
    });
    const events = await streamOf(upstream, asked);
    const deltas = events.flatMap((event) => event.contentBlockDelta?.delta?.reasoningContent ?? []);
    expect(deltas.at(-1)?.signature).toEqual(expect.any(String));
    const toolUseId = call?.toolUse?.toolUseId;
    const goOn = (blocks: ContentBlock[]): Promise<unknown> =>
      failure(
        contentOf(upstream, {
          ...asked,
          messages: [
            ...(hello.messages ?? []),
            { role: 'assistant', content: blocks },
            { role: 'user', content: [{ toolResult: { toolUseId, content: [{ text: '21' }] } }] },
          ],
        }),
      );
    expect(await goOn(content)).toBeUndefined();
    const bare = call === undefined ? [] : [call];
    expect(String(await goOn(bare))).toContain(
      'The model returned the following errors: messages.1.content.0.type: Expected `thinking`',
    );
    const forged = { reasoningContent: { reasoningText: { text: 'x', signature: 'AAAA' } } };
    expect(String(await goOn([forged, ...bare]))).toContain('Invalid `signature` in `thinking` block');
  });

  test('is redacted on wish', async () => {
    await using upstream = await simulatedBedrock({ answer: redact });
    const asked = { ...hello, additionalModelRequestFields: thinking };
    const content = await contentOf(upstream, asked);
    expect(content[0]?.reasoningContent?.redactedContent).toBeInstanceOf(Uint8Array);
    const deltas = (await streamOf(upstream, asked)).map((event) => event.contentBlockDelta?.delta);
    expect(deltas[1]?.reasoningContent?.redactedContent).toBeInstanceOf(Uint8Array);
    const messages: ConverseCommandInput['messages'] = [
      ...(hello.messages ?? []),
      { role: 'assistant', content },
      ...(hello.messages ?? []),
    ];
    expect(await failure(contentOf(upstream, { ...asked, messages }))).toBeUndefined();
  });

  test('of other models has no signature', async () => {
    await using upstream = await simulatedBedrock({ answer: think });
    expect(await contentOf(upstream, { ...hello, modelId: 'openai.gpt-oss-120b-1:0' })).toEqual([
      { reasoningContent: { reasoningText: { text: 'Let me think.' } } },
      { text: 'x' },
    ]);
  });
});

test('a cache point is written once and read ever after', async () => {
  await using upstream = await simulatedBedrock();
  const asked: ConverseCommandInput = {
    ...hello,
    system: [{ text: ' word'.repeat(1200) }, { cachePoint: { type: 'default' } }],
  };
  const first = await clientOf(upstream).send(new ConverseCommand(asked));
  expect(first.usage).toMatchObject({
    cacheWriteInputTokens: 1200,
    cacheReadInputTokens: 0,
    cacheDetails: [{ ttl: '5m', inputTokens: 1200 }],
  });
  const second = await clientOf(upstream).send(new ConverseCommand(asked));
  expect(second.usage).toMatchObject({ cacheWriteInputTokens: 0, cacheReadInputTokens: 1200 });
  expect(second.usage?.totalTokens).toBe(first.usage?.totalTokens);
  const other = await failure(contentOf(upstream, { ...asked, modelId: 'mistral.mistral-large-2407-v1:0' }));
  expect(other).toBeInstanceOf(AccessDeniedException);
});

function ask(upstream: SimulatedUpstream, config: Parameters<typeof bedrockClient>[1]): Promise<unknown> {
  return failure(bedrockClient(upstream, config).send(new ConverseCommand(hello)));
}

describe('access', () => {
  const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'secret', sessionToken: 'token' };
  test('a signature of the right secret is taken, of another it is not', async () => {
    await using upstream = await simulatedBedrock({ credentials });
    expect(await ask(upstream, { credentials })).toBeUndefined();
    expect(upstream.requests[0]?.path).toContain(
      '/model/eu.anthropic.claude-opus-4-5-20251101-v1%3A0/converse',
    );
    const wrong = await ask(upstream, { credentials: { ...credentials, secretAccessKey: 'other' } });
    expect(wrong).toMatchObject({ name: 'InvalidSignatureException' });
    const unknown = await ask(upstream, { credentials: { ...credentials, accessKeyId: 'AKIAOTHER' } });
    expect(unknown).toMatchObject({ name: 'UnrecognizedClientException' });
    const untrusted = await ask(upstream, {
      credentials: { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'secret' },
    });
    expect(untrusted).toMatchObject({ name: 'UnrecognizedClientException' });
  });

  test('a key is taken beside it', async () => {
    await using upstream = await simulatedBedrock({ credentials, apiKeys: ['k'] });
    const bearer = { authSchemePreference: ['httpBearerAuth'] };
    expect(await ask(upstream, { ...bearer, token: { token: 'k' } })).toBeUndefined();
    expect(await ask(upstream, { ...bearer, token: { token: 'other' } })).toBeInstanceOf(
      AccessDeniedException,
    );
    expect(await ask(upstream, { credentials })).toBeUndefined();
    const bare = await fetch(`${upstream.origin}/model/x/converse`, { method: 'POST' });
    expect(bare.headers.get('x-amzn-errortype')).toMatch(/^MissingAuthenticationTokenException/);
  });
});

describe('errors', () => {
  test.each([
    [400, ValidationException],
    [403, AccessDeniedException],
    [429, ThrottlingException],
  ])('a fault with status %i', async (status, expected) => {
    await using upstream = await simulatedBedrock();
    upstream.fail({ type: 'status', status });
    const error = await failure(clientOf(upstream).send(new ConverseCommand(hello)));
    expect(error).toBeInstanceOf(expected);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: status } });
  });

  test('an exception in the middle of a stream', async () => {
    await using upstream = await simulatedBedrock();
    upstream.fail({ type: 'error-event', afterEvents: 3 }, { times: 1 });
    expect(await failure(streamOf(upstream, hello))).toBeInstanceOf(ModelStreamErrorException);
    const body = { __type: 'throttlingException', message: 'Slow down' };
    upstream.fail({ type: 'error-event', afterEvents: 3, body });
    const error = await failure(streamOf(upstream, hello));
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error).toMatchObject({ message: 'Slow down' });
  });

  test('frames that are cut, flipped or written byte by byte', async () => {
    await using upstream = await simulatedBedrock();
    upstream.fail({ type: 'write', chunkSize: 7, lineEnding: '\r\n' }, { times: 1 });
    expect((await streamOf(upstream, hello)).at(-1)?.metadata?.usage?.inputTokens).toBeGreaterThan(0);
    upstream.fail({ type: 'garbage', content: 'eventstream' }, { times: 1 });
    expect(await failure(streamOf(upstream, hello))).toMatchObject({
      message: expect.stringMatching(/checksum/i),
    });
    upstream.fail({ type: 'cut', atByte: 300, how: 'reset' });
    expect(await failure(streamOf(upstream, hello))).toBeInstanceOf(Error);
  });
});
