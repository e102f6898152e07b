import { describe, expect, test } from 'vitest';
import { collect } from '../collect.ts';
import { describeEssentials } from './describe-client.ts';
import { googleGenAI, openGoogle } from './google-genai.ts';
import { openRow, openStand } from './stand.ts';
import { upstreamKinds } from './upstreams.ts';

describeEssentials(googleGenAI);

test.each(upstreamKinds)('@google/genai, against $name: tokens are counted', async (kind) => {
  await using stand = await openStand(kind);
  const count = await openGoogle(stand).models.countTokens({ model: stand.model, contents: 'Hello there' });
  expect(count.totalTokens).toBeGreaterThan(0);
});

describe('@google/genai', () => {
  test('models of all vendors are listed', async () => {
    await using row = await openRow(upstreamKinds);
    const { models } = openGoogle(row);
    const listed = await collect(await models.list());
    expect(listed.map(({ name }) => name)).toEqual(upstreamKinds.map(({ model }) => `models/${model}`));
    expect(await models.get({ model: 'gpt-5.2' })).toMatchObject({ name: 'models/gpt-5.2' });
  });
});
