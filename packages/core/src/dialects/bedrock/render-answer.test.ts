import { describe, expect, test } from 'vitest';
import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { bedrock } from './codec.ts';

const context: AnswerContext = {
  request: { model: 'm', stream: true, wantsUsage: true, messages: [] },
  id: 'x',
  now: 0,
};

function answer(...content: AssistantBlock[]): ChatAnswer {
  return {
    choices: [{ index: 0, content, finish: { reason: 'stop' } }],
    usage: { input: 10, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 1 },
  };
}

function stream(given: ChatAnswer): string {
  const renderer = bedrock.renderStream(context);
  return [...partsOfAnswer(given)].map((part) => renderer.push(part)).join('') + renderer.end();
}

describe('as the face of a caller', () => {
  test('an answer of another vendor is one of Converse', () => {
    const given = answer(
      { type: 'reasoning', text: 'Hm.', signature: { dialect: 'gemini', value: 'g' } },
      { type: 'refusal', text: 'No.' },
      { type: 'tool-call', id: 't', name: 'run', format: 'text', input: 'ls' },
      {
        type: 'reasoning',
        text: '',
        isRedacted: true,
        signature: { dialect: 'anthropic-messages', value: 'r' },
      },
    );
    expect(bedrock.renderAnswer(given, context)).toEqual({
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.' } } },
            { text: 'No.' },
            { toolUse: { toolUseId: 't', name: 've_text__run', input: { input: 'ls' } } },
          ],
        },
      },
      stopReason: 'end_turn',
      metrics: { latencyMs: 0 },
      usage: {
        inputTokens: 3,
        outputTokens: 2,
        totalTokens: 12,
        cacheReadInputTokens: 3,
        cacheWriteInputTokens: 4,
      },
    });
  });

  test('a stream is written event by event', () => {
    const text = stream(
      answer(
        { type: 'text', text: 'Hi' },
        { type: 'tool-call', id: 't', name: 'run', format: 'text', input: 'ls' },
      ),
    );
    expect(text.split('\n\n')).toEqual([
      'event: messageStart\ndata: {"role":"assistant"}',
      'event: contentBlockDelta\ndata: {"contentBlockIndex":0,"delta":{"text":"Hi"}}',
      'event: contentBlockStop\ndata: {"contentBlockIndex":0}',
      'event: contentBlockStart\ndata: {"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t","name":"ve_text__run"}}}',
      'event: contentBlockDelta\ndata: {"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\\"input\\":\\"ls\\"}"}}}',
      'event: contentBlockStop\ndata: {"contentBlockIndex":1}',
      'event: messageStop\ndata: {"stopReason":"end_turn"}',
      'event: metadata\ndata: {"metrics":{"latencyMs":0},"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":12,"cacheReadInputTokens":3,"cacheWriteInputTokens":4}}',
      '',
    ]);
  });

  test('what cannot be shown takes no index', () => {
    const redacted: AssistantBlock = {
      type: 'reasoning',
      text: '',
      isRedacted: true,
      signature: { dialect: 'anthropic-messages', value: 'r' },
    };
    expect(stream(answer(redacted, { type: 'text', text: 'x' }))).toContain(
      '"contentBlockIndex":0,"delta":{"text":"x"}',
    );
  });

  test('an error ends the stream as an exception, and no metadata follows', () => {
    const renderer = bedrock.renderStream(context);
    renderer.push({ type: 'head' });
    expect(
      renderer.push({ type: 'error', error: { kind: 'rate-limit', status: 429, message: 'slow' } }),
    ).toBe('event: throttlingException\ndata: {"message":"slow"}\n\n');
    expect(renderer.end()).toBe('');
  });

  test('only the first choice can be told', () => {
    const [choice] = answer({ type: 'text', text: 'a' }).choices;
    const two: ChatAnswer = {
      choices: [
        { index: 1, content: [{ type: 'text', text: 'b' }], finish: { reason: 'stop' } },
        ...(choice === undefined ? [] : [choice]),
      ],
    };
    expect(bedrock.renderAnswer(two, context)).toMatchObject({
      output: { message: { content: [{ text: 'a' }] } },
    });
    expect(stream(two)).not.toContain('"b"');
  });
});
