import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, generateText, jsonSchema, streamText, tool } from 'ai';
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { type Door, doorNames, openDoor } from './doors.ts';

function providerFor({ baseURL, fetch }: Door): ReturnType<typeof createOpenAICompatible> {
  return createOpenAICompatible({ name: 'vector', baseURL, fetch, apiKey: 'not used', includeUsage: true });
}

describe.each(doorNames)('the AI SDK through %s', (name) => {
  test('generateText() answers, with usage', async () => {
    await using door = await openDoor(name);
    const { text, finishReason, usage } = await generateText({
      model: providerFor(door)('claude-opus-4-6'),
      system: 'Be brief.',
      prompt: 'hello',
    });
    expect([text, finishReason]).toEqual(['You said: hello', 'stop']);
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  test('streamText() streams, with usage', async () => {
    await using door = await openDoor(name);
    const result = streamText({ model: providerFor(door)('gpt-5.2'), prompt: 'hello' });
    const pieces = await collect(result.textStream);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe('You said: hello');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  test('a tool is called and answered', async () => {
    await using door = await openDoor(name);
    const weather = tool({
      description: 'The weather somewhere.',
      inputSchema: jsonSchema<{ place: string }>({
        type: 'object',
        properties: { place: { type: 'string' } },
        required: ['place'],
      }),
      execute: () => 'rain',
    });
    const { toolResults } = await generateText({
      model: providerFor(door)('gpt-5.2'),
      prompt: 'hello',
      tools: { weather },
    });
    expect(toolResults).toMatchObject([{ toolName: 'weather', output: 'rain' }]);
  });

  test('embed() embeds', async () => {
    await using door = await openDoor(name);
    const model = providerFor(door).embeddingModel('text-embedding-3-small');
    const { embedding } = await embed({ model, value: 'hello' });
    expect(embedding.length).toBeGreaterThan(0);
  });

  test('an error has its status and message', async () => {
    await using door = await openDoor(name);
    const asked = generateText({ model: providerFor(door)('gpt-5.3'), prompt: 'hello', maxRetries: 0 });
    await expect(asked).rejects.toMatchObject({
      statusCode: 404,
      message: expect.stringMatching(/Did you mean/) as string,
    });
  });

  test('an abort frees the upstream', async () => {
    await using door = await openDoor(name);
    door.upstream.fail({ type: 'hang' });
    const leaving = new AbortController();
    const asked = generateText({
      model: providerFor(door)('gpt-5.2'),
      prompt: 'hello',
      abortSignal: leaving.signal,
    });
    const [request] = await door.upstream.waitForRequests(1);
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await request?.closed;
    expect(request?.aborted).toBe(true);
  });
});
