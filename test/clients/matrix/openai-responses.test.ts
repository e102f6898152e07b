import { zodResponsesFunction } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { makeTools } from './client.ts';
import { describeEssentials } from './describe-client.ts';
import { openOpenAI } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { openStand } from './stand.ts';
import { upstreamKinds } from './upstreams.ts';

describeEssentials(openaiResponses);

describe.each(upstreamKinds)('openai, Responses, against $name', (kind) => {
  test('a conversation goes on by the id of its last answer, through a tool and after it', async () => {
    await using stand = await openStand(kind, [
      { reasoning: 'The time.', toolCalls: [{ name: 'now', arguments: {} }] },
      'It is noon.',
      'You are welcome.',
    ]);
    const { responses } = openOpenAI(stand);
    const tools = makeTools().tools.map(({ run, ...tool }) =>
      zodResponsesFunction({ ...tool, function: run }),
    );
    const common = { model: stand.model, tools, reasoning: { effort: 'medium' as const } };
    const first = await responses.stream({ ...common, input: 'What time is it?' }).finalResponse();
    const calls = first.output.filter((item) => item.type === 'function_call');
    expect(calls).toMatchObject([{ name: 'now', arguments: '{}' }]);
    const second = await responses.create({
      ...common,
      previous_response_id: first.id,
      input: calls.map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'noon' })),
    });
    expect(second.output_text).toBe('It is noon.');
    const asked = { ...common, previous_response_id: second.id, input: 'Thank you' };
    const third = await responses.stream(asked).finalResponse();
    expect(third).toMatchObject({ output_text: 'You are welcome.', previous_response_id: second.id });
    expect(await responses.retrieve(third.id)).toMatchObject({ output_text: 'You are welcome.' });
  });

  test('tokens are counted', async () => {
    await using stand = await openStand(kind);
    const count = await openOpenAI(stand).responses.inputTokens.count({
      model: stand.model,
      input: 'Hello there',
    });
    expect(count.input_tokens).toBeGreaterThan(0);
  });
});
