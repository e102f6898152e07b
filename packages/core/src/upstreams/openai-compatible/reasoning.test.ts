import { describe, expect, test } from 'vitest';
import { openaiChat } from '../../dialects/openai-chat/codec.ts';
import type { ChatRequest, Reasoning } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { AssistantMessage, Message } from '../../protocol/content.ts';
import type { PresetName } from './models.ts';
import { commonQuirks } from './preset.ts';
import { presets } from './presets.ts';

const user: Message = { role: 'user', content: [{ type: 'text', text: 'hi' }] };

function render(name: PresetName, model: string, more: Partial<ChatRequest>): RenderedRequest {
  const question: ChatRequest = { model, stream: true, wantsUsage: false, messages: [user] };
  return openaiChat.renderRequest({ ...question, ...more }, { ...commonQuirks, ...presets[name].quirks });
}

const off: Reasoning = { effort: 'none' };
const low: Reasoning = { effort: 'low' };
const medium: Reasoning = { effort: 'medium' };
const strongest: Reasoning = { effort: 'max' };
const budget: Reasoning = { budget: 40_000 };
const free: Reasoning = { budget: 'dynamic' };

const enabled = { type: 'enabled' };
const disabled = { type: 'disabled' };

describe('how reasoning is asked for', () => {
  test.each<[name: PresetName, model: string, reasoning: Reasoning, sent: object, isTold?: boolean]>([
    ['cerebras', 'gpt-oss-120b', strongest, { reasoning_effort: 'high' }],
    ['cerebras', 'gpt-oss-120b', off, { reasoning_effort: 'low' }, true],
    ['cerebras', 'zai-glm-4.7', off, { reasoning_effort: 'none' }],
    ['cerebras', 'llama-3.3-70b', medium, {}, true],
    ['dashscope', 'qwen-plus', medium, { enable_thinking: true, thinking_budget: 8192 }],
    ['dashscope', 'qwen-plus', strongest, { enable_thinking: true }],
    ['dashscope', 'qwen-plus', budget, { enable_thinking: true, thinking_budget: 40_000 }],
    ['dashscope', 'qwen-plus', off, { enable_thinking: false }],
    ['deepseek', 'deepseek-v4-pro', low, { thinking: enabled, reasoning_effort: 'low' }],
    ['deepseek', 'deepseek-v4-pro', medium, { thinking: enabled, reasoning_effort: 'high' }],
    ['deepseek', 'deepseek-v4-pro', { effort: 'xhigh' }, { thinking: enabled, reasoning_effort: 'max' }],
    ['deepseek', 'deepseek-v4-pro', budget, { thinking: enabled, reasoning_effort: 'high' }],
    ['deepseek', 'deepseek-v4-pro', free, { thinking: enabled }],
    ['deepseek', 'deepseek-v4-pro', off, { thinking: disabled }],
    ['fireworks', 'any', off, { reasoning_effort: 'none' }],
    ['groq', 'openai/gpt-oss-20b', off, { reasoning_effort: 'low' }, true],
    ['groq', 'qwen/qwen3-32b', off, { reasoning_effort: 'none', reasoning_format: 'parsed' }],
    ['groq', 'qwen/qwen3-32b', medium, { reasoning_format: 'parsed' }, true],
    ['groq', 'qwen/qwen3.8-27b', medium, { reasoning_effort: 'medium', reasoning_format: 'parsed' }],
    ['groq', 'llama-3.3-70b-versatile', medium, {}, true],
    ['lmStudio', 'any', strongest, { reasoning_effort: 'xhigh' }],
    ['minimax', 'MiniMax-M3', free, { thinking: { type: 'adaptive' }, reasoning_split: true }],
    ['minimax', 'MiniMax-M3', off, { thinking: disabled, reasoning_split: true }],
    ['minimax', 'MiniMax-M2.7', off, { reasoning_split: true }, true],
    ['mistral', 'mistral-small-latest', low, { reasoning_effort: 'high' }],
    ['mistral', 'magistral-medium-latest', off, { reasoning_effort: 'none' }],
    ['mistral', 'mistral-large-4', off, { reasoning_effort: 'low' }, true],
    ['mistral', 'zai-glm-5-3', medium, { reasoning_effort: 'high' }],
    ['mistral', 'codestral-latest', medium, {}, true],
    ['moonshot', 'kimi-k3', medium, { reasoning_effort: 'high' }],
    ['moonshot', 'kimi-k3', off, { reasoning_effort: 'low' }, true],
    ['moonshot', 'kimi-k2.6', medium, { thinking: enabled }, true],
    ['moonshot', 'kimi-k2.6', free, { thinking: enabled }],
    ['moonshot', 'kimi-k2.5', off, { thinking: disabled }],
    ['moonshot', 'kimi-k2.7-code', off, {}, true],
    ['moonshot', 'moonshot-v1-8k', medium, {}, true],
    ['nvidia', 'z-ai/glm5', off, { chat_template_kwargs: { enable_thinking: false, thinking: false } }],
    ['nvidia', 'openai/gpt-oss-120b', medium, { reasoning_effort: 'medium' }],
    ['ollama', 'any', { effort: 'minimal' }, { reasoning_effort: 'low' }],
    ['ollama', 'any', off, { reasoning_effort: 'none' }],
    ['openrouter', 'any', strongest, { reasoning: { effort: 'xhigh' } }],
    ['openrouter', 'any', budget, { reasoning: { max_tokens: 40_000 } }],
    ['perplexity', 'sonar-deep-research', strongest, { reasoning_effort: 'high' }],
    ['perplexity', 'sonar-pro', medium, {}, true],
    ['siliconflow', 'any', budget, { enable_thinking: true, thinking_budget: 32_768 }],
    ['siliconflow', 'any', strongest, { enable_thinking: true, thinking_budget: 32_768 }],
    ['together', 'any', medium, { reasoning: { enabled: true }, reasoning_effort: 'medium' }],
    ['together', 'any', off, { reasoning: { enabled: false } }],
    ['together', 'openai/gpt-oss-120b', medium, { reasoning_effort: 'medium' }],
    ['together', 'zai-org/GLM-5.3', strongest, { reasoning_effort: 'max' }],
    ['vllm', 'any', strongest, { reasoning_effort: 'max' }],
    ['volcengine', 'doubao-seed-1-8-251228', low, { thinking: enabled, reasoning_effort: 'low' }],
    ['volcengine', 'ep-2026', low, { thinking: enabled }, true],
    ['volcengine', 'ep-2026', off, { thinking: disabled }],
    ['xai', 'grok-4.3', off, { reasoning_effort: 'none' }],
    ['xai', 'grok-4.5', off, { reasoning_effort: 'low' }, true],
    ['xai', 'grok-4.6', strongest, { reasoning_effort: 'xhigh' }],
    ['xai', 'grok-4.7', strongest, { reasoning_effort: 'high' }],
    ['xai', 'grok-3-mini', medium, { reasoning_effort: 'high' }],
    ['xai', 'grok-4-fast-reasoning', medium, {}, true],
    ['xai', 'grok-4.20-0309-reasoning', medium, {}, true],
    ['zhipu', 'glm-4.7', medium, { thinking: enabled }, true],
    ['zhipu', 'glm-4.7', off, { thinking: disabled }],
    ['zhipu', 'glm-5.2', strongest, { thinking: enabled, reasoning_effort: 'max' }],
  ])('%s, %s: %j', (name, model, reasoning, sent, isTold = false) => {
    const { body, dropped } = render(name, model, { reasoning });
    const { model: _model, messages: _messages, stream: _stream, ...parameters } = body;
    expect(parameters).toEqual(sent);
    expect(dropped).toEqual(isTold ? ['reasoning_effort'] : []);
  });

  test.each<[name: PresetName, model: string]>([
    ['minimax', 'MiniMax-M2'],
    ['groq', 'qwen/qwen3-32b'],
    ['cerebras', 'qwen-3-235b-a22b-thinking-2507'],
  ])('%s, %s: reasoning is asked not to come inside of the text', (name, model) => {
    const { body } = render(name, model, {});
    expect(body['reasoning_split'] ?? body['reasoning_format']).toBeTruthy();
  });

  test('the open Qwen models think in streams only', () => {
    const whole = render('dashscope', 'qwen3-32b', { stream: false, reasoning: medium });
    expect(whole.body).toMatchObject({ enable_thinking: false });
    expect(whole.dropped).toEqual(['reasoning_effort']);
    expect(render('dashscope', 'qwen3-32b', {}).body).not.toHaveProperty('enable_thinking');
    expect(render('dashscope', 'qwen3-max', { stream: false }).body).not.toHaveProperty('enable_thinking');
  });

  test('DeepSeek takes the sampling only where it does not think', () => {
    expect(render('deepseek', 'deepseek-v4-pro', { temperature: 0.2 }).dropped).toEqual(['temperature']);
    const calm = render('deepseek', 'deepseek-v4-pro', { temperature: 0.2, reasoning: off });
    expect(calm.body).toMatchObject({ temperature: 0.2 });
  });
});

const call = { type: 'tool-call', id: 'c1', name: 'f', format: 'json', input: '{}' } as const;
const thought: AssistantMessage = {
  role: 'assistant',
  content: [{ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'so' }, call],
};
const thoughtless: AssistantMessage = { role: 'assistant', content: [call] };

describe('where reasoning of earlier turns is given back', () => {
  test.each<[name: PresetName, model: string, field: string | undefined]>([
    ['cerebras', 'gpt-oss-120b', 'reasoning'],
    ['cerebras', 'llama-3.3-70b', undefined],
    ['dashscope', 'qwen-plus', 'reasoning_content'],
    ['deepseek', 'deepseek-v4-pro', 'reasoning_content'],
    ['fireworks', 'any', 'reasoning_content'],
    ['groq', 'openai/gpt-oss-20b', 'reasoning'],
    ['groq', 'llama-3.3-70b-versatile', undefined],
    ['lmStudio', 'any', undefined],
    ['minimax', 'MiniMax-M2', undefined],
    ['moonshot', 'kimi-k2.5', 'reasoning_content'],
    ['nvidia', 'any', undefined],
    ['ollama', 'any', 'reasoning'],
    ['openrouter', 'any', 'reasoning'],
    ['perplexity', 'sonar-reasoning-pro', undefined],
    ['siliconflow', 'any', 'reasoning_content'],
    ['together', 'any', 'reasoning'],
    ['vllm', 'any', 'reasoning'],
    ['volcengine', 'any', 'reasoning_content'],
    ['xai', 'grok-4.5', undefined],
    ['zhipu', 'glm-4.6', 'reasoning_content'],
  ])('%s, %s: %s', (name, model, field) => {
    const [, message] = [render(name, model, { messages: [user, thought] }).body['messages']].flat();
    const { role: _role, tool_calls: _calls, content, ...rest } = Object(message);
    expect(rest).toEqual(field === undefined ? {} : { [field]: 'hm' });
    expect(content).toBe('so');
  });

  test('Mistral has it as a part of the content', () => {
    const { body } = render('mistral', 'magistral-medium-latest', { messages: [user, thought] });
    expect(body['messages']).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'so' },
        ],
      },
    ]);
  });

  test.each<[name: PresetName, model: string, isNeeded: boolean]>([
    ['deepseek', 'deepseek-v4-flash', true],
    ['moonshot', 'kimi-k2.5', true],
    ['moonshot', 'moonshot-v1-8k', false],
    ['siliconflow', 'moonshotai/Kimi-K2.5', true],
    ['siliconflow', 'Pro/deepseek-ai/DeepSeek-V3.2', true],
    ['siliconflow', 'Qwen/Qwen3-32B', false],
    ['zhipu', 'glm-4.6', false],
  ])('%s, %s: the field of a turn that another vendor made without reasoning', (name, model, isNeeded) => {
    const { body } = render(name, model, { messages: [user, thoughtless] });
    const message: unknown = [body['messages']].flat()[1];
    expect(Object(message)).toHaveProperty('role', 'assistant');
    expect(Object(message).reasoning_content).toBe(isNeeded ? '' : undefined);
  });

  test("MiniMax's own details go back as they came", () => {
    const details = [
      { type: 'reasoning.text', id: 'reasoning-text-1', format: 'MiniMax-response-v1', index: 0, text: 'hm' },
    ];
    const answer = openaiChat.parseAnswer({
      choices: [
        { message: { role: 'assistant', content: 'so', reasoning_details: details }, finish_reason: 'stop' },
      ],
    });
    const [choice] = answer.choices;
    expect(choice?.content).toMatchObject([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'so' },
    ]);
    const turn: AssistantMessage = { role: 'assistant', content: choice?.content ?? [] };
    const { body } = render('minimax', 'MiniMax-M2', { messages: [user, turn] });
    expect(body['messages']).toMatchObject([{}, { content: 'so', reasoning_details: details }]);
  });
});
