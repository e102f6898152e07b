import { describe, expect, test } from 'vitest';
import { openaiChat } from '../../dialects/openai-chat/codec.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { PresetName } from './models.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { commonQuirks } from './preset.ts';
import { presets } from './presets.ts';

function render(name: PresetName, model: string, more: Partial<ChatRequest>): RenderedRequest {
  const quirks = { ...commonQuirks, ...presets[name].quirks };
  const question: ChatRequest = {
    model,
    stream: false,
    wantsUsage: false,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  };
  return openaiChat.renderRequest({ ...question, ...more }, quirks);
}

const everything: Partial<ChatRequest> = {
  parallelToolCalls: false,
  maxTokens: 100,
  temperature: 0.5,
  topP: 0.9,
  topK: 5,
  frequencyPenalty: 0.1,
  presencePenalty: 0.1,
  seed: 7,
  stop: ['END'],
  logitBias: { 1: 1 },
  logprobs: true,
  topLogprobs: 2,
  choices: 2,
  verbosity: 'low',
  serviceTier: 'priority',
  metadata: { a: 'b' },
  user: 'ann',
  cacheKey: 'k',
  store: false,
};

const sampling = 'temperature top_p';
const penalties = 'frequency_penalty presence_penalty';
const logprobs = 'logprobs top_logprobs';

describe('the parameters that go out; the others are named as dropped', () => {
  test.each<[name: PresetName, model: string, sent: string]>([
    [
      'cerebras',
      'gpt-oss-120b',
      `max_completion_tokens parallel_tool_calls ${sampling} ${penalties} ${logprobs} seed stop logit_bias n service_tier user prompt_cache_key`,
    ],
    [
      'dashscope',
      'qwen-plus',
      `max_tokens parallel_tool_calls ${sampling} ${logprobs} top_k presence_penalty seed stop n`,
    ],
    ['deepseek', 'deepseek-v4-flash', `max_tokens stop ${logprobs}`],
    [
      'fireworks',
      'any',
      `max_tokens parallel_tool_calls ${sampling} ${penalties} ${logprobs} top_k seed stop logit_bias n user`,
    ],
    ['groq', 'openai/gpt-oss-120b', `max_completion_tokens parallel_tool_calls ${sampling} seed stop user`],
    ['lmStudio', 'any', `max_tokens ${sampling} ${penalties} top_k seed stop logit_bias`],
    ['minimax', 'MiniMax-M2', `max_completion_tokens ${sampling} stop reasoning_split`],
    [
      'mistral',
      'mistral-medium-latest',
      `max_tokens parallel_tool_calls ${sampling} ${penalties} random_seed stop n metadata prompt_cache_key`,
    ],
    ['moonshot', 'kimi-k3', `max_completion_tokens ${logprobs} stop prompt_cache_key safety_identifier`],
    [
      'moonshot',
      'moonshot-v1-128k',
      `max_completion_tokens ${sampling} ${penalties} ${logprobs} n stop prompt_cache_key safety_identifier`,
    ],
    [
      'nvidia',
      'any',
      `max_tokens parallel_tool_calls ${sampling} ${penalties} ${logprobs} top_k seed stop logit_bias n`,
    ],
    ['ollama', 'any', `max_tokens ${sampling} ${penalties} ${logprobs} seed stop`],
    [
      'openrouter',
      'any',
      `max_tokens parallel_tool_calls ${sampling} ${penalties} ${logprobs} top_k seed stop logit_bias n verbosity service_tier user`,
    ],
    [
      'perplexity',
      'sonar',
      `max_tokens parallel_tool_calls ${sampling} ${penalties} ${logprobs} top_k stop n`,
    ],
    ['siliconflow', 'any', `max_tokens ${sampling} ${penalties} ${logprobs} top_k stop n`],
    ['together', 'any', `max_tokens ${sampling} ${penalties} top_k seed stop logit_bias n`],
    [
      'vllm',
      'any',
      `max_completion_tokens parallel_tool_calls ${sampling} ${penalties} ${logprobs} top_k seed stop logit_bias n user`,
    ],
    [
      'volcengine',
      'any',
      `max_tokens parallel_tool_calls ${sampling} ${penalties} ${logprobs} seed stop logit_bias n user`,
    ],
    ['xai', 'grok-4.5', `max_completion_tokens parallel_tool_calls ${sampling} ${logprobs} seed n user`],
    [
      'xai',
      'grok-4.20-0309-non-reasoning',
      `max_completion_tokens parallel_tool_calls ${sampling} ${logprobs} seed stop n user`,
    ],
    ['xai', 'grok-3', `max_completion_tokens parallel_tool_calls ${sampling} ${logprobs} seed stop n user`],
    ['zhipu', 'glm-4.6', `max_tokens ${sampling} stop`],
  ])('%s: %s', (name, model, sent) => {
    const { body, dropped } = render(name, model, everything);
    const { model: _model, messages: _messages, ...parameters } = body;
    expect(Object.keys(parameters).toSorted()).toEqual(sent.split(' ').toSorted());
    const renamed = new Map([
      ['max_completion_tokens', 'max_tokens'],
      ['random_seed', 'seed'],
      ['safety_identifier', 'user'],
    ]);
    const told = [...dropped, ...Object.keys(parameters)].map((word) => renamed.get(word) ?? word);
    const asked = `${sampling} ${penalties} ${logprobs} max_tokens parallel_tool_calls top_k seed stop logit_bias n verbosity service_tier metadata user prompt_cache_key store`;
    expect(new Set(told.filter((word) => word !== 'reasoning_split'))).toEqual(new Set(asked.split(' ')));
  });

  test.each<[name: PresetName, model: string, temperature: number, sent: number | undefined]>([
    ['minimax', 'MiniMax-M3', 0, 0.01],
    ['minimax', 'MiniMax-M3', 1.4, 1],
    ['mistral', 'mistral-small-latest', 2, 1.5],
    ['moonshot', 'moonshot-v1-8k', 1.4, 1],
    ['zhipu', 'glm-4.6', 1.4, 1],
    ['groq', 'llama-3.1-8b-instant', 1.4, 1.4],
  ])('%s, %s: a temperature of %f is %f', (name, model, temperature, sent) => {
    expect(render(name, model, { temperature }).body['temperature']).toBe(sent);
  });

  test.each<[name: PresetName, most: number]>([
    ['cerebras', 4],
    ['groq', 4],
    ['moonshot', 5],
    ['siliconflow', 4],
    ['volcengine', 4],
    ['zhipu', 1],
  ])('%s takes %i stop sequences', (name, most) => {
    const stop = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { body, dropped } = render(name, 'any', { stop });
    expect(body['stop']).toEqual(stop.slice(0, most));
    expect(dropped).toEqual(['stop']);
    expect(render(name, 'any', { stop: stop.slice(0, most) }).dropped).toEqual([]);
  });

  test('usage is asked for where it does not come unasked', () => {
    const unasked = Object.entries(presets).filter(([, { takesUsageOption }]) => takesUsageOption === false);
    expect(unasked.map(([name]) => name)).toEqual(['groq', 'mistral', 'openrouter', 'perplexity', 'zhipu']);
  });
});

function send(quirks: NonNullable<Parameters<typeof openaiCompatible>[0]['quirks']>): RenderedRequest {
  const upstream = openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1', quirks });
  const messages: ChatRequest['messages'] = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }];
  const question: ChatRequest = { model: 'm', stream: false, wantsUsage: false, messages, ...everything };
  return openaiChat.renderRequest(question, upstream.quirks);
}

test('any other server is sent what most of the family take, and what its operator says it takes', () => {
  const { body, dropped } = send({});
  expect(dropped.toSorted()).toEqual(['metadata', 'prompt_cache_key', 'service_tier', 'store', 'verbosity']);
  expect(body).toMatchObject({ max_tokens: 100 });
  const own = send({ refuses: [], maxTokens: 'max_completion_tokens' });
  expect(own.dropped).toEqual([]);
  expect(own.body).toMatchObject({ max_completion_tokens: 100, store: false });
});
