import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import { openaiQuirks } from './openai-quirks.ts';
import { renderRequest } from './render-request.ts';

function render(model: string, more: Partial<ChatRequest>): RenderedRequest {
  const question: ChatRequest = {
    model,
    stream: false,
    wantsUsage: false,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  };
  return renderRequest({ ...question, ...more }, openaiQuirks);
}

const everything: Partial<ChatRequest> = {
  maxTokens: 100,
  temperature: 0.5,
  topP: 0.9,
  topK: 5,
  frequencyPenalty: 0.1,
  logitBias: { 1: 1 },
  logprobs: true,
  parallelToolCalls: false,
  seed: 7,
  stop: ['END'],
  verbosity: 'low',
};
const tools = [{ type: 'function', name: 'f' } as const];

describe('what each model of OpenAI refuses', () => {
  const penalties = 'frequency_penalty logit_bias';
  const sampling = 'logprobs stop temperature top_p';

  test.each<[model: string, reasoning: ChatRequest['reasoning'], refused: string]>([
    ['gpt-4.1', undefined, 'top_k verbosity'],
    ['gpt-4o-search-preview', undefined, 'temperature top_k verbosity'],
    ['o3', undefined, `${penalties} parallel_tool_calls ${sampling} top_k verbosity`],
    ['gpt-5', undefined, `${penalties} ${sampling} top_k`],
    ['gpt-5-chat-latest', undefined, 'top_k'],
    ['gpt-5.2', undefined, `${penalties} top_k`],
    ['gpt-5.2', { effort: 'none' }, `${penalties} top_k`],
    ['gpt-5.2', { effort: 'low' }, `${penalties} ${sampling} top_k`],
    ['gpt-5.5', undefined, `${penalties} ${sampling} top_k`],
    ['gpt-5.5', { effort: 'none' }, `${penalties} top_k`],
  ])('%s with reasoning %j: %s', (model, reasoning, refused) => {
    const { body, dropped } = render(model, { ...everything, ...(reasoning && { reasoning }) });
    expect(dropped.toSorted()).toEqual(refused.split(' ').toSorted());
    expect(body).toMatchObject({ max_completion_tokens: 100, seed: 7 });
    for (const name of refused.split(' ')) expect(body).not.toHaveProperty(name);
  });
});

describe('the words for effort', () => {
  test.each<
    [model: string, effort: 'none' | 'minimal' | 'low' | 'high' | 'xhigh' | 'max', sent: string | undefined]
  >([
    ['o3', 'none', 'low'],
    ['o3', 'minimal', 'low'],
    ['o3', 'max', 'high'],
    ['gpt-5', 'minimal', 'minimal'],
    ['gpt-5', 'none', 'minimal'],
    ['gpt-5', 'xhigh', 'high'],
    ['gpt-5.1', 'none', 'none'],
    ['gpt-5.1', 'minimal', 'low'],
    ['gpt-5.2', 'xhigh', 'xhigh'],
    ['gpt-5.2', 'minimal', 'low'],
    ['gpt-4.1', 'high', undefined],
  ])('%s: %s is sent as %s', (model, effort, sent) => {
    expect(render(model, { reasoning: { effort } }).body['reasoning_effort']).toBe(sent);
  });

  test('with functions GPT-5.6 does not reason in Chat Completions, GPT-5.2 does', () => {
    const asked = { tools, reasoning: { effort: 'high' } } as const;
    expect(render('gpt-5.6-terra', asked).body['reasoning_effort']).toBe('none');
    expect(render('gpt-5.6-terra', { tools }).body['reasoning_effort']).toBe('none');
    expect(render('gpt-5.2', asked).body['reasoning_effort']).toBe('high');
  });
});

test('four words at most end an answer', () => {
  const { body, dropped } = render('gpt-4.1', { stop: ['a', 'b', 'c', 'd', 'e'] });
  expect(body['stop']).toEqual(['a', 'b', 'c', 'd']);
  expect(dropped).toEqual(['stop']);
});
