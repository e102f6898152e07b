import { expect, test } from 'vitest';
import { aiSdkOpenAI, aiSdkOpenAIUnstored } from './ai-sdk-openai.ts';
import { makeTools } from './client.ts';
import { describeEssentials } from './describe-client.ts';
import { openStand } from './stand.ts';
import { upstreamKinds } from './upstreams.ts';

describeEssentials(aiSdkOpenAI);

test.each(upstreamKinds)(
  'ai with @ai-sdk/openai, against $name: nothing is kept, and thoughts come back',
  async (kind) => {
    await using stand = await openStand(kind, [
      { reasoning: 'The time.', toolCalls: [{ name: 'now', arguments: {} }] },
    ]);
    const { tools } = makeTools();
    expect(await aiSdkOpenAIUnstored.useTools(stand, { tools, stream: true })).toBe(
      'The tool answered: noon',
    );
    const [, second] = stand.upstream.requests;
    expect(second && (kind.countThoughts(second) ?? 1)).toBe(1);
  },
);
