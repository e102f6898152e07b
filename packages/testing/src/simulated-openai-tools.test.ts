import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction';
import { describe, expect, test } from 'vitest';
import { ask, clientOf, collect } from '../test/ask-with-sdk.ts';
import { simulatedOpenAI } from './index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
      required: ['city', 'unit'],
    },
  },
} as const;

describe('tools', () => {
  test('the first tool is called with arguments that fit its schema', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).chat.completions.create(ask({ tools: [weather] }));
    const [choice] = answer.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.content).toBeNull();
    expect(choice?.message.tool_calls).toEqual([
      {
        id: expect.stringMatching(/^call_\w{24}$/),
        type: 'function',
        function: { name: 'weather', arguments: '{"city":"city","unit":"celsius"}' },
      },
    ]);
  });

  test('a function without parameters is called without arguments', async () => {
    await using upstream = await simulatedOpenAI();
    const tools = [{ type: 'function' as const, function: { name: 'now' } }];
    const answer = await clientOf(upstream).chat.completions.create(ask({ tools }));
    expect(answer.choices[0]?.message.tool_calls).toMatchObject([{ function: { arguments: '{}' } }]);
  });

  test('a forced call is made again after its result', async () => {
    await using upstream = await simulatedOpenAI();
    const { completions } = clientOf(upstream).chat;
    const forced = { tools: [weather], tool_choice: 'required' as const };
    const first = await completions.create(ask(forced));
    const [call] = first.choices[0]?.message.tool_calls ?? [];
    const second = await completions.create({
      model: 'gpt-4o',
      messages: [
        { role: 'assistant', tool_calls: call === undefined ? [] : [call] },
        { role: 'tool', tool_call_id: call?.id ?? '', content: '21' },
      ],
      ...forced,
    });
    expect(second.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('streamed tool calls are fragments that carry their index, and their id once', async () => {
    await using upstream = await simulatedOpenAI({
      answer: () => ({
        toolCalls: [
          { name: 'first', arguments: { a: 1 } },
          { name: 'second', arguments: '{"b":2}' },
        ],
      }),
    });
    const stream = clientOf(upstream).chat.completions.stream(ask({ tools: [weather] }));
    const fragments = (await collect(stream)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(
      fragments.filter((fragment) => fragment.id !== undefined).map((fragment) => fragment.index),
    ).toEqual([0, 1]);
    expect(fragments.length).toBeGreaterThan(4);
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'first', arguments: '{"a":1}' } },
      { function: { name: 'second', arguments: '{"b":2}' } },
    ]);
  });

  test.each([false, true])('runTools comes to its end (streamed: %s)', async (stream) => {
    await using upstream = await simulatedOpenAI();
    const tool: RunnableToolFunctionWithParse<{ city: string; unit: string }> = {
      type: 'function',
      function: {
        name: 'weather',
        description: 'How warm it is.',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
        },
        parse: JSON.parse,
        function: ({ city, unit }) => `21 degrees ${unit} in ${city}`,
      },
    };
    const tools = [tool];
    const { completions } = clientOf(upstream).chat;
    const runner = stream
      ? completions.runTools(ask({ stream: true as const, tools }))
      : completions.runTools(ask({ tools }));
    expect(await runner.finalContent()).toBe('The tool answered: 21 degrees celsius in city');
    expect(upstream.requests).toHaveLength(2);
  });

  test('tool_choice names the function, or forbids all', async () => {
    await using upstream = await simulatedOpenAI();
    const client = clientOf(upstream);
    const other = { type: 'function' as const, function: { name: 'other' } };
    const named = await client.chat.completions.create(
      ask({
        tools: [weather, other],
        tool_choice: { type: 'function' as const, function: { name: 'other' } },
      }),
    );
    expect(named.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'other' } }]);
    const none = await client.chat.completions.create(
      ask({ tools: [weather], tool_choice: 'none' as const }),
    );
    expect(none.choices[0]?.message.content).toBe('You said: Hello, big world');
  });
});
