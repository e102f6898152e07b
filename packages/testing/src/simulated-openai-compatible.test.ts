import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { type CompatibleVendor, simulatedOpenAI, simulatedOpenAICompatible } from './index.ts';

const vendors: readonly CompatibleVendor[] = [
  'deepseek',
  'groq',
  'mistral',
  'moonshot',
  'ollama',
  'openrouter',
  'siliconflow',
  'together',
  'vllm',
  'xai',
];

const hello = [{ role: 'user' as const, content: 'Hello' }];
const tools = [
  {
    type: 'function' as const,
    function: { name: 'f', parameters: { properties: { city: { type: 'string' } } } },
  },
];

interface Chunk {
  readonly choices: {
    readonly delta: Readonly<Record<string, unknown>>;
    readonly finish_reason?: string;
    readonly usage?: object;
  }[];
  readonly usage?: object | null;
  readonly x_groq?: { readonly usage?: object };
}

function readChunk(json: string): Chunk {
  return JSON.parse(json);
}

/** The bytes of a stream and its parsed chunks. */
async function stream(
  vendor: CompatibleVendor,
  extra: { readonly model?: string; readonly tools?: object; readonly stream_options?: object } = {},
): Promise<{ text: string; chunks: readonly Chunk[] }> {
  await using upstream = await simulatedOpenAICompatible({ vendor, models: [extra.model ?? 'm'] });
  const response = await fetch(`${upstream.baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages: hello, stream: true, ...extra }),
  });
  const text = await response.text();
  const chunks = [...text.matchAll(/^data: (\{.*\})$/gm)].map((match) => readChunk(match[1] ?? ''));
  return { text, chunks };
}

describe.each(vendors)('%s', (vendor) => {
  test('is read by the OpenAI SDK, whole, streamed and with tools', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor, models: ['m'] });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'k', maxRetries: 0 });
    const body = { model: 'm', messages: hello };
    const whole = await client.chat.completions.create(body);
    expect(whole.choices[0]?.message.content).toBe('You said: Hello');
    const final = await client.chat.completions.stream(body).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe('You said: Hello');
    const called = await client.chat.completions.stream({ ...body, tools }).finalChatCompletion();
    expect(called.choices[0]?.finish_reason).toBe('tool_calls');
    expect(called.choices[0]?.message.tool_calls).toMatchObject([
      { function: { arguments: '{"city":"city"}' } },
    ]);
  });

  test('is read by the AI SDK, whole and streamed', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor, models: ['m'] });
    const provider = createOpenAICompatible({ name: vendor, baseURL: upstream.baseURL, includeUsage: true });
    const model = provider('m');
    const whole = await generateText({ model, prompt: 'Hello', maxRetries: 0 });
    expect(whole.text).toBe('You said: Hello');
    expect(whole.finishReason).toBe('stop');
    const streamed = streamText({ model, prompt: 'Hello', maxRetries: 0 });
    expect(await streamed.text).toBe('You said: Hello');
    expect(await streamed.finishReason).toBe('stop');
    // The AI SDK does not look for usage inside a choice, where Moonshot puts it.
    const expected = vendor === 'moonshot' ? undefined : whole.usage.totalTokens;
    expect((await streamed.usage).totalTokens).toBe(expected);
  });

  test('refuses a wrong key and an unknown model', async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor, models: ['m'], apiKeys: ['right'] });
    const client = new OpenAI({ baseURL: upstream.baseURL, apiKey: 'wrong', maxRetries: 0 });
    await expect(client.chat.completions.create({ model: 'm', messages: hello })).rejects.toMatchObject({
      status: vendor === 'xai' ? 400 : 401,
    });
    const right = client.withOptions({ apiKey: 'right' });
    await expect(right.chat.completions.create({ model: 'none', messages: hello })).rejects.toMatchObject({
      status: ['deepseek', 'mistral', 'openrouter', 'siliconflow'].includes(vendor) ? 400 : 404,
    });
  });
});

test('OpenAI itself is read by the AI SDK, with tools', async () => {
  await using upstream = await simulatedOpenAI();
  const provider = createOpenAICompatible({ name: 'openai', baseURL: upstream.baseURL, includeUsage: true });
  const result = streamText({ model: provider('gpt-4o'), prompt: 'Hello', maxRetries: 0 });
  expect(await result.text).toBe('You said: Hello');
  expect((await result.usage).outputTokens).toBe(4);
});

describe('where usage arrives', () => {
  test.each(['vllm', 'ollama'] as const)(
    '%s: in a chunk without choices, only when asked',
    async (vendor) => {
      expect((await stream(vendor)).chunks.every((chunk) => chunk.usage === undefined)).toBe(true);
      const { chunks } = await stream(vendor, { stream_options: { include_usage: true } });
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } });
    },
  );

  test.each(['deepseek', 'mistral', 'xai', 'groq'] as const)('%s: in the finish chunk', async (vendor) => {
    const { chunks } = await stream(vendor);
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      usage: { completion_tokens: 4 },
    });
  });

  test('groq: in x_groq too', async () => {
    const { chunks } = await stream('groq');
    expect(chunks.at(-1)?.x_groq?.usage).toEqual(chunks.at(-1)?.usage);
  });

  test('moonshot: inside the choice', async () => {
    const { chunks } = await stream('moonshot');
    expect(chunks.at(-1)?.choices[0]?.usage).toMatchObject({ completion_tokens: 4 });
    expect(chunks.at(-1)?.usage).toBeUndefined();
  });

  test('openrouter: after the finish chunk, in one that has a choice', async () => {
    const { chunks } = await stream('openrouter');
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: null }], usage: { is_byok: false } });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
  });
});

describe('other habits', () => {
  test('openrouter sends comments while it waits', async () => {
    expect((await stream('openrouter')).text).toMatch(/^: OPENROUTER PROCESSING\n\n/);
  });

  test('xai ends [DONE] without a line end', async () => {
    expect((await stream('xai')).text.endsWith('\n\ndata: [DONE]')).toBe(true);
  });

  test('mistral sends its last text with the finish reason', async () => {
    expect((await stream('mistral')).chunks.at(-1)?.choices[0]).toMatchObject({
      delta: { content: ' Hello' },
      finish_reason: 'stop',
    });
  });

  test.each(['groq', 'mistral', 'ollama', 'xai'] as const)(
    '%s sends tool calls in one piece',
    async (vendor) => {
      const { chunks } = await stream(vendor, { tools });
      const calls = chunks.flatMap((chunk) => chunk.choices).filter((choice) => 'tool_calls' in choice.delta);
      expect(calls).toHaveLength(1);
    },
  );

  test.each([
    ['deepseek', 'deepseek-reasoner', 'reasoning_content'],
    ['groq', 'openai/gpt-oss-120b', 'reasoning'],
    ['openrouter', 'deepseek/deepseek-r1', 'reasoning'],
    ['xai', 'grok-4', 'reasoning_content'],
  ] as const)('%s shows the reasoning of %s as %s', async (vendor, model, field) => {
    const { chunks } = await stream(vendor, { model });
    const texts = chunks
      .map((chunk) => chunk.choices[0]?.delta[field] ?? '')
      .filter((text) => typeof text === 'string');
    expect(texts.join('')).toBe('The user said something. I will repeat it.');
  });

  test('an unknown vendor is refused at construction', () => {
    // @ts-expect-error -- as a caller without types might
    expect(() => simulatedOpenAICompatible({ vendor: 'opnai' })).toThrow(
      /"opnai" is not simulated; these are: groq, deepseek/,
    );
  });
});
