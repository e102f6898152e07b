import Anthropic, { BadRequestError } from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { clientOf, hello, weather } from '../../../test/ask-claude.ts';
import { failure } from '../../../test/catch-failure.ts';
import { type AnswerScript, simulatedAnthropic } from '../../index.ts';

/* The law of this package: the vendor's own SDK reads the simulation, with no gateway between. */

const thinking = { type: 'enabled' as const, budget_tokens: 1024 };

const thinkSecretly: AnswerScript = () => ({ content: 'x', reasoning: 'secret', redactedReasoning: true });

describe('thinking', () => {
  test('is shown and signed where it is asked for, and must come back as it went', async () => {
    await using upstream = await simulatedAnthropic();
    const client = clientOf(upstream);
    expect((await client.messages.create(hello)).content.map(({ type }) => type)).toEqual(['text']);
    const asked = { ...hello, model: 'claude-opus-4-5', thinking, tools: [weather] };
    const first = await client.messages.stream(asked).finalMessage();
    expect(first.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
    expect(first.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0);
    const [thought, call] = first.content;
    if (thought?.type !== 'thinking' || call?.type !== 'tool_use') throw new Error('no thought, no call');
    expect(thought.signature).not.toBe('');
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: '21' };
    const goOn = (blocks: Anthropic.ContentBlockParam[]): Anthropic.MessageCreateParamsNonStreaming => ({
      ...asked,
      messages: [
        ...hello.messages,
        { role: 'assistant', content: blocks },
        { role: 'user', content: [result] },
      ],
    });
    expect((await client.messages.create(goOn([thought, call]))).content).toMatchObject([
      { type: 'text', text: 'The tool answered: 21' },
    ]);
    const foreign = { ...thought, signature: thought.signature.split('').toReversed().join('') };
    const refusals = [
      [[call], 'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`'],
      [[{ ...thought, thinking: 'other' }, call], 'cannot be modified'],
      [[foreign, call], 'messages.1.content.0: Invalid `signature` in `thinking` block'],
    ] as const;
    for (const [blocks, message] of refusals) {
      const error = await failure(client.messages.create(goOn([...blocks])));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(String(error)).toContain(message);
    }
  });

  test('is redacted on wish', async () => {
    await using upstream = await simulatedAnthropic({ answer: thinkSecretly });
    const client = clientOf(upstream);
    const whole = await client.messages.create({ ...hello, model: 'claude-opus-4-5', thinking });
    expect(whole.content).toMatchObject([{ type: 'redacted_thinking' }, { type: 'text', text: 'x' }]);
    expect(JSON.stringify(whole)).not.toContain('secret');
    const streamed = await client.messages
      .stream({ ...hello, model: 'claude-opus-4-5', thinking })
      .finalMessage();
    expect(streamed.content.map(({ type }) => type)).toEqual(['redacted_thinking', 'text']);
    const back = { role: 'assistant' as const, content: whole.content };
    const messages = [...hello.messages, back, ...hello.messages];
    expect(
      await client.messages.create({ ...hello, model: 'claude-opus-4-5', thinking, messages }),
    ).toMatchObject({ role: 'assistant' });
    const altered = [
      { type: 'redacted_thinking' as const, data: 'AAAA' },
      { type: 'text' as const, text: 'x' },
    ];
    const error = await failure(
      client.messages.create({
        ...hello,
        messages: [...hello.messages, { role: 'assistant', content: altered }, ...hello.messages],
      }),
    );
    expect(String(error)).toContain('Invalid `data` in `redacted_thinking` block');
  });

  test('is signed and not shown where it is omitted, as newer models do by themselves', async () => {
    await using upstream = await simulatedAnthropic();
    const client = clientOf(upstream);
    const adaptive = { ...hello, model: 'claude-opus-4-7', thinking: { type: 'adaptive' as const } };
    const [omitted] = (await client.messages.stream(adaptive).finalMessage()).content;
    expect(omitted).toMatchObject({
      type: 'thinking',
      thinking: '',
      signature: expect.stringMatching(/.{60}/),
    });
    const shown = { ...adaptive, thinking: { type: 'adaptive' as const, display: 'summarized' as const } };
    expect((await client.messages.create(shown)).content[0]).toMatchObject({
      thinking: expect.stringContaining('The user said'),
    });
  });
});
