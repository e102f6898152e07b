import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { failure } from '../../../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedOpenAI } from '../../index.ts';

function clientOf({ baseURL }: SimulatedUpstream): OpenAI {
  return new OpenAI({ baseURL, apiKey: 'sk-any', maxRetries: 0 });
}

describe('embeddings', () => {
  const model = 'text-embedding-3-small';

  test('base64 holds the same numbers as floats do, which are of length one', async () => {
    await using upstream = await simulatedOpenAI();
    const { embeddings } = clientOf(upstream);
    // The SDK asks for base64 and decodes it, unless it is told.
    const packed = await embeddings.create({ model, input: 'hello', dimensions: 8 });
    const plain = await embeddings.create({ model, input: 'hello', dimensions: 8, encoding_format: 'float' });
    expect(upstream.requests.map(({ body }) => body)).toMatchObject([{ encoding_format: 'base64' }, {}]);
    expect(packed.data[0]?.embedding).toEqual(plain.data[0]?.embedding);
    expect(Math.hypot(...(plain.data[0]?.embedding ?? []))).toBeCloseTo(1, 5);
  });

  test('a batch of texts or of tokens has a vector each, the same for the same input', async () => {
    await using upstream = await simulatedOpenAI();
    const { data, usage } = await clientOf(upstream).embeddings.create({ model, input: ['a', 'b', 'a'] });
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(data[0]?.embedding).toEqual(data[2]?.embedding);
    expect(data[0]?.embedding).not.toEqual(data[1]?.embedding);
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    const tokens = await clientOf(upstream).embeddings.create({ model, input: [[1, 2], [3]] });
    expect(tokens.data).toHaveLength(2);
  });

  test.each([
    [{ input: [] }, 'input'],
    [{ input: '' }, 'input'],
    [{ input: Array.from({ length: 2049 }, () => 'x') }, 'input'],
    [{ dimensions: 4000 }, 'dimensions'],
    [{ dimensions: 0 }, 'dimensions'],
    [{ model: 'text-embedding-ada-002', dimensions: 8 }, 'dimensions'],
    [{ encoding_format: 'int8' as 'float' }, 'encoding_format'],
  ])('refusal %# names the parameter', async (extra, param) => {
    await using upstream = await simulatedOpenAI();
    const error = await failure(clientOf(upstream).embeddings.create({ model, input: 'x', ...extra }));
    expect(error).toMatchObject({ status: 400, param });
  });
});

describe('moderations', () => {
  test('texts have a result each', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).moderations.create({ input: ['good day', 'I will kill you'] });
    expect(answer.model).toBe('omni-moderation-latest');
    expect(answer.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(answer.results[1]?.categories).toMatchObject({
      'harassment/threatening': true,
      violence: true,
      sexual: false,
    });
    expect(answer.results[1]?.category_scores.violence).toBeGreaterThan(0.5);
  });

  test('parts are judged together, and say what was looked at', async () => {
    await using upstream = await simulatedOpenAI();
    const { results } = await clientOf(upstream).moderations.create({
      input: [
        { type: 'text', text: 'what is this?' },
        { type: 'image_url', image_url: { url: 'https://example.com/blood.png' } },
      ],
    });
    expect(results).toHaveLength(1);
    expect(results[0]?.flagged).toBe(true);
    expect(results[0]?.category_applied_input_types).toMatchObject({
      hate: ['text'],
      'violence/graphic': ['text', 'image'],
    });
  });

  test('a script flags what has no bad word', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => ({ finishReason: 'content_filter' }) });
    const { results } = await clientOf(upstream).moderations.create({ input: 'good day' });
    expect(results[0]?.flagged).toBe(true);
  });

  test('an empty list and a second image are refused', async () => {
    await using upstream = await simulatedOpenAI();
    const image = { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } };
    for (const input of [[], [image, image]]) {
      const error = await failure(clientOf(upstream).moderations.create({ input }));
      expect(error).toMatchObject({ status: 400, param: 'input' });
    }
  });
});
