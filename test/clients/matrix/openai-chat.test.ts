import { expect, test } from 'vitest';
import { collect } from '../collect.ts';
import { describeEssentials } from './describe-client.ts';
import { openaiChat, openOpenAI } from './openai-chat.ts';
import { openRow } from './stand.ts';
import { upstreamKinds } from './upstreams.ts';

describeEssentials(openaiChat);

test('models of all vendors are listed', async () => {
  await using row = await openRow(upstreamKinds);
  const { models } = openOpenAI(row);
  const names = upstreamKinds.map(({ model }) => model);
  expect((await collect(models.list())).map(({ id }) => id)).toEqual(names);
  expect(await models.retrieve('claude-opus-4-5')).toMatchObject({ object: 'model', owned_by: 'anthropic' });
});
