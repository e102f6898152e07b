import { describe, expect, test } from 'vitest';
import { openStudio, refusalOf } from './studio.ts';
import type { VendorName } from './vendors.ts';

const judges: readonly (readonly [vendor: VendorName, model: string])[] = [
  ['openai', 'omni-moderation-latest'],
  ['openai-compatible', 'omni-moderation-latest'],
  ['mistral', 'mistral-moderation-latest'],
];
const kind = 'have a nice day';
const threat = 'i will kill you';

describe.each(judges)('judged by %s, %s', (vendor, model) => {
  test("a text and a list of texts, in the client's own words", async () => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const one = await studio.client.moderations.create({ model: 'made', input: threat });
    expect(one.results.map(({ flagged }) => flagged)).toEqual([true]);
    expect(one.results[0]?.categories.violence).toBe(true);
    expect(one.results[0]?.category_scores.violence).toBeGreaterThan(0.5);
    const both = await studio.client.moderations.create({ model: 'made', input: [kind, threat] });
    expect(both.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(both.results[0]?.categories).toMatchObject({ violence: false, hate: false, sexual: false });
    expect(both.id).toMatch(/\w/);
  });

  test('an empty list is a 400 that names it', async () => {
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const refusal = await refusalOf(await studio.ask('/v1/moderations', { model: 'made', input: [] }));
    expect(refusal).toMatchObject({ status: 400, param: 'input' });
  });
});

const picture = {
  model: 'made',
  input: [
    { type: 'text' as const, text: kind },
    { type: 'image_url' as const, image_url: { url: 'https://a.example/murder.png' } },
  ],
};

test('a text with a picture is judged as one', async () => {
  await using studio = await openStudio({ vendors: ['openai'], models: ['omni-moderation-latest'] });
  const { results } = await studio.client.moderations.create(picture);
  expect(results.map(({ flagged }) => flagged)).toEqual([true]);
  expect(results[0]?.category_applied_input_types.violence).toEqual(['text', 'image']);
});

test('a picture goes to who can see it; where nobody can, it is a 400 that says so', async () => {
  await using both = await openStudio({
    vendors: ['mistral', 'openai'],
    models: ['mistral-moderation-latest', 'omni-moderation-latest'],
  });
  const { results } = await both.client.moderations.create(picture);
  expect(results[0]?.flagged).toBe(true);
  await using blind = await openStudio({ vendors: ['mistral'], models: ['mistral-moderation-latest'] });
  const refusal = await refusalOf(await blind.ask('/v1/moderations', picture));
  expect(refusal).toMatchObject({ status: 400, param: 'input' });
  expect(refusal.message).toContain('text only');
  expect(blind.upstream.requests).toHaveLength(0);
});

test("a call without a model is for OpenAI's own", async () => {
  await using studio = await openStudio({
    vendors: ['openai'],
    models: ['omni-moderation-latest'],
    also: { 'omni-moderation-latest': 'vendor0' },
  });
  const { results, model } = await studio.client.moderations.create({ input: threat });
  expect([results[0]?.flagged, model]).toEqual([true, 'omni-moderation-latest']);
});
