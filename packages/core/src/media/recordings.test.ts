import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answerOf, contextOf, jsonIn } from '../../test/media-world.ts';
import type { JsonObject } from '../protocol/json.ts';
import { mediaFamilies } from './families.ts';
import { mediaFormats } from './formats.ts';

const folder = new URL('../../../../../shared/fixtures/', import.meta.url);
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Recording {
  readonly interactions: readonly {
    readonly request: { readonly body: JsonObject };
    readonly response: { readonly body: JsonObject };
  }[];
}

function read(name: string): { asked: JsonObject; told: JsonObject } {
  const { interactions }: Recording = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const [first] = interactions;
  if (first === undefined) throw new Error(`${name} holds nothing`);
  return { asked: first.request.body, told: first.response.body };
}

describe.skipIf(!isThere)('recordings', () => {
  test('several texts are asked of Gemini as they were, and its vectors are given in both forms', async () => {
    const { asked, told } = read('gemini/embed-multiple');
    const request = mediaFamilies.embeddings.parseRequest({
      json: { model: 'alias', input: ['Ruby', 'Python', 'JavaScript'], dimensions: 768 },
    });
    const format = mediaFormats.embeddings.gemini;
    expect(jsonIn(format.renderRequest(request, 'gemini-embedding-001'))).toEqual(asked);
    const result = format.parseAnswer(answerOf(told), request);
    expect(result.vectors.map((vector) => vector.length)).toEqual([768, 768, 768]);
    const { body } = await mediaFamilies.embeddings.renderAnswer(result, request, contextOf());
    const { data }: { data: { embedding: number[] }[] } = JSON.parse(body.toString());
    expect(data.map(({ embedding }) => ({ values: embedding }))).toEqual(told['embeddings']);
    const base64 = { ...request, encoding: 'base64' } as const;
    const other = await mediaFamilies.embeddings.renderAnswer(result, base64, contextOf());
    const written: { data: { embedding: string }[] } = JSON.parse(other.body.toString());
    const [first] = data;
    expect(Buffer.from(written.data[0]?.embedding ?? '', 'base64').readFloatLE(0)).toBe(
      Math.fround(first?.embedding[0] ?? 0),
    );
  });

  test("OpenAI's Base64 is given back as it is, and as numbers to who wants these", async () => {
    const { asked, told } = read('openai/embedding-base64');
    const request = mediaFamilies.embeddings.parseRequest({ json: asked });
    const format = mediaFormats.embeddings.openai;
    expect(jsonIn(format.renderRequest(request, 'text-embedding-3-small'))).toEqual(asked);
    const result = format.parseAnswer(answerOf(told), request);
    const same = await mediaFamilies.embeddings.renderAnswer(result, request, contextOf());
    expect(JSON.parse(same.body.toString())).toEqual(told);
    const numbers = await mediaFamilies.embeddings.renderAnswer(
      result,
      { ...request, encoding: 'float' },
      contextOf(),
    );
    const { data }: { data: { embedding: number[] }[] } = JSON.parse(numbers.body.toString());
    expect(data[0]?.embedding).toHaveLength(1536);
    expect(data[0]?.embedding[0]).toBeCloseTo(0.0049, 3);
  });

  test("OpenAI's judgement is given back as it is", async () => {
    const { asked, told } = read('openai/moderation-text');
    const request = mediaFamilies.moderations.parseRequest({ json: asked });
    const format = mediaFormats.moderations.openai;
    expect(jsonIn(format.renderRequest(request, 'omni-moderation-latest'))).toEqual(asked);
    const result = format.parseAnswer(answerOf(told), request);
    const { body } = await mediaFamilies.moderations.renderAnswer(result, request, contextOf());
    expect(JSON.parse(body.toString())).toEqual(told);
  });

  test('a picture of gpt-image-1 is given back as it is, and by an address to who wants one', async () => {
    const { asked, told } = read('openai/gpt-image-1-generate');
    const request = mediaFamilies.images.parseRequest({ json: asked });
    const format = mediaFormats.images.openai;
    expect(jsonIn(await format.renderRequest(request, 'gpt-image-1'))).toEqual(asked);
    const result = format.parseAnswer(answerOf(told), request);
    const { body } = await mediaFamilies.images.renderAnswer(result, request, contextOf());
    expect(JSON.parse(body.toString())).toEqual(told);
    expect(mediaFamilies.images.usageOf(result, request)).toEqual({
      inputTokens: 10,
      outputTokens: 4160,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      media: {
        imageInputTokens: 0,
        imageOutputTokens: 4160,
        images: 1,
        quality: 'high',
        size: '1024x1024',
      },
    });
    const wished = mediaFamilies.images.parseRequest({ json: { ...asked, response_format: 'url' } });
    expect(jsonIn(await format.renderRequest(wished, 'gpt-image-1'))).toEqual(asked);
    const linked = await mediaFamilies.images.renderAnswer(result, wished, contextOf());
    expect(JSON.parse(linked.body.toString())).toEqual({
      ...told,
      data: [{ url: 'https://gateway/kept/1' }],
    });
  });
});
