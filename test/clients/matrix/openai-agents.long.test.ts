import { Agent, tool } from '@openai/agents';
import { expect, test } from 'vitest';
import { makeTools } from './client.ts';
import { describeEssentials } from './describe-client.ts';
import { agentsChat, agentsResponses, openRunner } from './openai-agents.ts';
import { openStand } from './stand.ts';
import { upstreamKinds } from './upstreams.ts';

describeEssentials(agentsResponses);
describeEssentials(agentsChat);

test.each(upstreamKinds)(
  '@openai/agents, against $name: a run goes on from the last one by its id',
  async (kind) => {
    await using stand = await openStand(kind, [
      { reasoning: 'The time.', toolCalls: [{ name: 'now', arguments: {} }] },
      'It is noon.',
      'You are welcome.',
    ]);
    const runner = openRunner(stand, true, stand);
    const tools = makeTools()
      .tools.slice(0, 1)
      .map(({ run, ...facts }) => tool({ ...facts, execute: run }));
    const agent = new Agent({ name: 'agent', tools, modelSettings: { reasoning: { effort: 'medium' } } });
    const first = await runner.run(agent, 'What time is it?');
    expect(first.finalOutput).toBe('It is noon.');
    const { lastResponseId: previousResponseId = 'none' } = first;
    const second = await runner.run(agent, 'Thank you', { previousResponseId });
    expect(second.finalOutput).toBe('You are welcome.');
  },
);
