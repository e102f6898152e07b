import { describe, expect, test } from 'vitest';
import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AssistantBlock, ChatDialect, Signature } from '../../protocol/content.ts';
import { partWrapper, unwrapRequest, wrapAnswer } from './carry-signatures.ts';

const thought = (text: string, signature?: Signature): AssistantBlock => ({
  type: 'reasoning',
  text,
  ...(signature === undefined ? {} : { signature }),
});

function answerOf(...content: AssistantBlock[]): ChatAnswer {
  return { choices: [{ index: 0, content, finish: { reason: 'stop' } }] };
}

const wrapped = (block: AssistantBlock, dialect: ChatDialect): AssistantBlock | undefined =>
  wrapAnswer(answerOf(block), dialect).choices[0]?.content[0];

function returned(content: readonly AssistantBlock[], dialect: ChatDialect): unknown {
  const request: ChatRequest = {
    model: 'm',
    stream: false,
    wantsUsage: true,
    messages: [{ role: 'assistant', content }],
  };
  return unwrapRequest(request, dialect).messages[0]?.content;
}

const byGemini: Signature = { dialect: 'gemini', value: 'c2ln' };

describe.each(['anthropic-messages', 'openai-responses'] as const)('to a caller of %s', (dialect) => {
  test.each([undefined, byGemini])(
    'a thought has a signature of that format, and comes back as it was',
    (signature) => {
      const block = wrapped(thought('Hm', signature), dialect);
      expect(block).toMatchObject({
        text: 'Hm',
        signature: { dialect, value: expect.stringMatching(/^dmU6/) as string },
      });
      expect(block && returned([block], dialect)).toEqual([thought('Hm', signature)]);
    },
  );

  test('an empty thought that nobody signed stays nothing', () => {
    expect(wrapped(thought(''), dialect)).toEqual(thought(''));
  });

  test('a stream signs the same thoughts as a whole answer', () => {
    const wrap = partWrapper(dialect);
    const part = { choice: 0, block: 0 };
    const parts: Part[] = [
      { type: 'reasoning-start', ...part },
      { type: 'reasoning-delta', ...part, text: 'Hm' },
      { type: 'reasoning-end', ...part },
      { type: 'reasoning-start', ...part, block: 1 },
      { type: 'reasoning-delta', ...part, block: 1, text: '' },
      { type: 'reasoning-end', ...part, block: 1 },
    ];
    const ends = parts.map(wrap).filter(({ type }) => type === 'reasoning-end');
    const whole = wrapped(thought('Hm'), dialect);
    expect(ends).toMatchObject([{ signature: whole && 'signature' in whole && whole.signature }, {}]);
    expect(ends[1]).not.toHaveProperty('signature');
  });
});

test('callers of other formats see unsigned thoughts as they are', () => {
  for (const dialect of ['openai-chat', 'gemini'] as const)
    expect(wrapped(thought('Hm'), dialect)).toEqual(thought('Hm'));
});
