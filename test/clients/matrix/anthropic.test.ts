import { describe, expect, test } from 'vitest';
import { collect } from '../collect.ts';
import { anthropicMessages, openAnthropic } from './anthropic.ts';
import { describeEssentials } from './describe-client.ts';
import { openRow, openStand } from './stand.ts';
import { upstreamKinds } from './upstreams.ts';

describeEssentials(anthropicMessages);

test.each(upstreamKinds)('@anthropic-ai/sdk, against $name: tokens are counted', async (kind) => {
  await using stand = await openStand(kind);
  const messages = [{ role: 'user' as const, content: 'Hello there' }];
  const count = await openAnthropic(stand).messages.countTokens({ model: stand.model, messages });
  expect(count.input_tokens).toBeGreaterThan(0);
});

describe('@anthropic-ai/sdk', () => {
  test('models of all vendors are listed', async () => {
    await using row = await openRow(upstreamKinds);
    const { models } = openAnthropic(row);
    const listed = await collect(models.list());
    expect(listed.map(({ id }) => id)).toEqual(upstreamKinds.map(({ model }) => model));
    expect(await models.retrieve('gpt-5.2')).toMatchObject({ id: 'gpt-5.2', type: 'model' });
  });
});
