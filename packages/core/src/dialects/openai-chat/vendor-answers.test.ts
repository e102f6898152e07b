import { describe, expect, test } from 'vitest';
import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { convertUsage } from './meter-usage.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseStream } from './parse-stream.ts';
import { StreamTap } from './tap-stream.ts';

const chunkOf = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: 'c',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const stop = { finish_reason: 'stop' };

function collect(events: readonly JsonObject[]): ChatAnswer {
  const parser = parseStream();
  return collectParts([
    ...events.flatMap((data) => parser.push({ name: undefined, data })),
    ...parser.push({ name: undefined, data: undefined }),
    ...parser.end(),
  ]);
}

const collectDeltas = (deltas: readonly JsonObject[]): ChatAnswer =>
  collect([...deltas.map((delta) => chunkOf(delta)), chunkOf({}, stop)]);
const readWhole = (message: JsonObject): ChatAnswer =>
  parseAnswer({ id: 'c', choices: [{ index: 0, message, ...stop }] });

const thinking = (text: string): JsonObject => ({ type: 'thinking', thinking: [{ type: 'text', text }] });
const detail = (text: string, more: JsonObject): JsonObject => ({
  reasoning_details: [{ type: 'reasoning.text', index: 0, text, ...more }],
});

describe('reasoning, where a member has it', () => {
  const openrouter = { format: 'anthropic-claude-v1' };
  const minimax = { id: 'reasoning-text-1', format: 'MiniMax-response-v1' };

  test.each<[vendors: string, message: JsonObject, deltas: readonly JsonObject[]]>([
    [
      'DeepSeek, Moonshot, DashScope, Zhipu, Volcengine, SiliconFlow, xAI, Fireworks, NVIDIA',
      { reasoning_content: 'first this, then that', content: 'Yes.' },
      [
        { role: 'assistant', content: '', reasoning_content: 'first this' },
        { content: null, reasoning_content: ', then that' },
        { content: 'Yes', reasoning_content: null },
        { content: '.', reasoning_content: '' },
      ],
    ],
    [
      'Groq, Cerebras, Together, vLLM, Ollama, LM Studio',
      { reasoning: 'first this, then that', content: 'Yes.' },
      [
        { role: 'assistant', content: '', reasoning: 'first this' },
        { reasoning: ', then that' },
        { content: 'Yes.' },
      ],
    ],
    [
      'vLLM while it moves from one name to the other',
      { reasoning: 'first this, then that', reasoning_content: 'first this, then that', content: 'Yes.' },
      [
        { reasoning: 'first this', reasoning_content: 'first this' },
        { reasoning: ', then that', reasoning_content: ', then that' },
        { content: 'Yes.' },
      ],
    ],
    [
      'Mistral',
      {
        content: [thinking('first this, then that'), { type: 'text', text: 'Yes.' }],
      },
      [
        { content: [thinking('first this')] },
        { content: [thinking(', then that')] },
        { content: 'Yes' },
        { content: '.' },
      ],
    ],
    [
      'OpenRouter',
      {
        reasoning: 'first this, then that',
        ...detail('first this, then that', openrouter),
        content: 'Yes.',
      },
      [
        { reasoning: 'first this', ...detail('first this', openrouter), content: '' },
        { reasoning: ', then that', ...detail(', then that', openrouter), content: '' },
        { content: 'Yes.' },
      ],
    ],
    [
      'MiniMax, asked to split, in pieces',
      {
        reasoning_content: 'first this, then that',
        ...detail('first this, then that', minimax),
        content: 'Yes.',
      },
      [
        { reasoning_content: 'first this', ...detail('first this', minimax) },
        { reasoning_content: ', then that', ...detail(', then that', minimax) },
        { content: 'Yes.' },
      ],
    ],
    [
      'MiniMax, asked to split, all so far with every event',
      { ...detail('first this, then that', minimax), content: 'Yes.' },
      [
        detail('first this', minimax),
        detail('first this, then', minimax),
        detail('first this, then that', minimax),
        { content: 'Yes.' },
      ],
    ],
    [
      'Perplexity, MiniMax, and local servers without a parser',
      { content: '<think>\nfirst this, then that\n</think>\n\nYes.' },
      [
        { content: '<thi' },
        { content: 'nk>\nfirst this, then' },
        { content: ' that\n</think>' },
        { content: '\n\nYes.' },
      ],
    ],
  ])('%s', (_vendors, message, deltas) => {
    for (const answer of [readWhole(message), collectDeltas(deltas)])
      expect(answer.choices[0]?.content).toMatchObject([
        { type: 'reasoning', text: 'first this, then that' },
        { type: 'text', text: 'Yes.' },
      ]);
  });
});

describe('the sources of an answer', () => {
  const results = [{ title: 'A', url: 'https://a.example/', snippet: 'a is so', date: '2026-01-01' }];
  const found = { url: 'https://a.example/', title: 'A', citedText: 'a is so' };

  test.each<[what: string, beside: JsonObject, citations: unknown]>([
    ['Perplexity', { citations: ['https://a.example/'], search_results: results }, [found]],
    ['xAI', { citations: ['https://a.example/'] }, [{ url: 'https://a.example/' }]],
    ['nobody', { citations: null, search_results: [] }, undefined],
  ])('as %s names them beside the choices', (_what, beside, citations) => {
    const message = { content: '<think>Hm.</think>Yes [1].' };
    const answers = [
      parseAnswer({ id: 'c', choices: [{ index: 0, message, ...stop }], ...beside }),
      collect([
        { ...chunkOf({ content: '<think>Hm.' }), ...beside },
        { ...chunkOf({ content: '</think>Yes' }), ...beside },
        { ...chunkOf({ content: ' [1].' }, stop), ...beside },
      ]),
    ];
    for (const { choices } of answers) {
      const [thought, ...said] = choices[0]?.content ?? [];
      expect(thought).toEqual({ type: 'reasoning', text: 'Hm.' });
      expect(said).toEqual([{ type: 'text', text: 'Yes [1].', citations }]);
    }
  });

  test('give way to annotations, which say more', () => {
    const annotations = [{ type: 'url_citation', url_citation: { url: 'https://b.example/' } }];
    const answer = parseAnswer({
      choices: [{ index: 0, message: { content: 'Yes.', annotations }, ...stop }],
      citations: ['https://a.example/'],
    });
    expect(answer.choices[0]?.content).toMatchObject([{ citations: [{ url: 'https://b.example/' }] }]);
  });
});

const growing = (completion_tokens: number): JsonObject => ({
  usage: { prompt_tokens: 9, completion_tokens, total_tokens: 9 + completion_tokens },
});

describe('usage, where a member has it', () => {
  const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
  test.each<[vendors: string, events: readonly JsonObject[]]>([
    [
      'in an event of its own, as OpenAI asks for',
      [chunkOf({ content: 'a' }), chunkOf({}, stop), { choices: [], usage }],
    ],
    [
      'DeepSeek, Mistral, Volcengine: in the last event',
      [chunkOf({ content: 'a' }), { ...chunkOf({}, stop), usage }],
    ],
    ['Groq: in `x_groq`', [chunkOf({ content: 'a' }), { ...chunkOf({}, stop), x_groq: { id: 'r', usage } }]],
    ['Moonshot: in the last choice', [chunkOf({ content: 'a' }), chunkOf({}, { ...stop, usage })]],
    [
      'xAI, Perplexity, SiliconFlow: in every event, so far',
      [
        { ...chunkOf({ content: 'a' }), ...growing(1) },
        { ...chunkOf({ content: 'b' }), ...growing(3) },
        { ...chunkOf({}, stop), ...growing(4) },
      ],
    ],
    [
      'null until the last',
      [
        { ...chunkOf({ content: 'a' }), usage: null },
        { ...chunkOf({}, stop), usage },
      ],
    ],
  ])('%s', (_vendors, events) => {
    expect(collect(events).usage).toEqual({ input: 9, output: 4 });
    const tap = new StreamTap({ wantsUsage: false, choices: 1 });
    for (const event of events) tap.pass(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    expect(tap.usage).toMatchObject({ inputTokens: 9, outputTokens: 4 });
  });

  test.each<[vendor: string, usage: JsonObject, counted: JsonObject]>([
    [
      'xAI, reasoning beside the answer',
      {
        prompt_tokens: 32,
        completion_tokens: 9,
        total_tokens: 135,
        prompt_tokens_details: { cached_tokens: 6 },
        completion_tokens_details: { reasoning_tokens: 94 },
      },
      { inputTokens: 32, outputTokens: 103, cachedInputTokens: 6, reasoningTokens: 94 },
    ],
    [
      'xAI, cached tokens beside the prompt',
      { prompt_tokens: 4, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 100 } },
      { inputTokens: 104, outputTokens: 2, cachedInputTokens: 100, reasoningTokens: 0 },
    ],
    [
      'Perplexity, reasoning at the top',
      { prompt_tokens: 20, completion_tokens: 50, total_tokens: 570, reasoning_tokens: 500 },
      { inputTokens: 20, outputTokens: 550, cachedInputTokens: 0, reasoningTokens: 500 },
    ],
    [
      'Perplexity, whose total leaves reasoning out',
      {
        prompt_tokens: 20,
        completion_tokens: 50,
        total_tokens: 70,
        reasoning_tokens: 30,
        num_search_queries: 3,
      },
      {
        inputTokens: 20,
        outputTokens: 80,
        cachedInputTokens: 0,
        reasoningTokens: 30,
        media: { searches: 3 },
      },
    ],
    [
      'a total that holds the reasoning already',
      {
        prompt_tokens: 20,
        completion_tokens: 50,
        total_tokens: 70,
        completion_tokens_details: { reasoning_tokens: 51 },
      },
      { inputTokens: 20, outputTokens: 50, cachedInputTokens: 0, reasoningTokens: 51 },
    ],
    [
      'Mistral, cached tokens at the top',
      { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13, num_cached_tokens: 8 },
      { inputTokens: 9, outputTokens: 4, cachedInputTokens: 8, reasoningTokens: 0 },
    ],
    [
      'Mistral, another name of the details',
      { prompt_tokens: 9, completion_tokens: 4, prompt_token_details: { cached_tokens: 8 } },
      { inputTokens: 9, outputTokens: 4, cachedInputTokens: 8, reasoningTokens: 0 },
    ],
    [
      'DeepSeek, hits of its cache',
      { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 7, prompt_cache_miss_tokens: 2 },
      { inputTokens: 9, outputTokens: 4, cachedInputTokens: 7, reasoningTokens: 0 },
    ],
    [
      'DashScope, reasoning within the answer',
      {
        prompt_tokens: 9,
        completion_tokens: 40,
        total_tokens: 49,
        completion_tokens_details: { reasoning_tokens: 30 },
      },
      { inputTokens: 9, outputTokens: 40, cachedInputTokens: 0, reasoningTokens: 30 },
    ],
  ])('%s', (_vendor, raw, counted) => {
    expect(convertUsage(raw)).toEqual(counted);
    const translated = collect([chunkOf({}, stop), { choices: [], usage: raw }]).usage;
    expect(translated).toMatchObject({ input: counted['inputTokens'], output: counted['outputTokens'] });
  });
});
