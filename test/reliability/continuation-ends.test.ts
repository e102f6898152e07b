import { createGateway, type GatewayOptions, openaiCompatible } from '@vector-engine/core';
import { type AnswerScript, simulatedOpenAI, simulatedOpenAICompatible } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import {
  type Bench,
  contentOf,
  makers,
  piecesOf,
  question,
  startBench,
  tells,
  whole,
} from './continuation-bench.ts';
import { ask, until } from './support.ts';

/** What a caller may ask for that is more than a plain text, and a reply that has it. */
const others: readonly (readonly [string, object])[] = [
  [
    'tools',
    {
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
      tool_choice: 'none',
    },
  ],
  [
    'a JSON schema',
    { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } },
  ],
  ['JSON', { response_format: { type: 'json_object' }, messages: [{ role: 'user', content: 'Say JSON' }] }],
  ['two answers', { n: 2 }],
  ['log probabilities', { logprobs: true }],
];

const thinks: AnswerScript = () => ({ reasoning: 'Hm.', content: piecesOf(whole, /(?= )/) });

const errorOf = (status: number): object => ({
  error: { message: 'Stopped.', type: 'x', param: null, code: status },
});

describe('a stream that is more than plain text ends with an honest error, as without', () => {
  for (const [what, more] of others) {
    it(`${what}: one error event, no [DONE], and nobody else is asked`, async () => {
      await using bench = await startBench();
      bench.first.fail({ type: 'cut', afterEvents: 9, how: 'reset' });
      expect(await endOf(bench, { ...question, ...more })).toEqual(honest);
    });
  }

  it('off, which it is unless it is asked for', async () => {
    await using bench = await startBench({ continuation: false });
    bench.first.fail({ type: 'cut', afterEvents: 9, how: 'reset' });
    expect(await endOf(bench, question)).toEqual(honest);
  });

  it('a model can have its own way', async () => {
    await using upstream = await simulatedOpenAI({ answer: tells(/(?= )/) });
    upstream.fail({ type: 'cut', afterEvents: 9, how: 'reset' }, { times: 1 });
    await using gateway = createGateway({
      upstreams: { only: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'sk' }) },
      models: { any: { targets: ['only/gpt-4o'], continuation: true } },
      open: true,
    });
    // The only target is asked again.
    const text = await (await ask(gateway, question)).text();
    expect(contentOf(text)).toBe(whole);
    expect(upstream.requests).toHaveLength(2);
    expect(text).toContain('\n: continued by only/gpt-4o\n\n');
  });

  it('reasoning that was shown is not gone on with', async () => {
    await using first = await simulatedOpenAICompatible({ vendor: 'deepseek', answer: thinks });
    await using second = await simulatedOpenAI({ answer: tells(/(?= )/) });
    first.fail({ type: 'cut', afterEvents: 12, how: 'reset' });
    await using gateway = createGateway({
      upstreams: {
        first: openaiCompatible({ baseURL: first.baseURL, apiKey: 'sk' }),
        second: openaiCompatible({ baseURL: second.baseURL, apiKey: 'sk' }),
      },
      models: { any: ['first/deepseek-reasoner', 'second/gpt-4o'] },
      open: true,
      continuation: true,
    });
    const text = await (await ask(gateway, question)).text();
    expect(text).toContain('reasoning_content');
    expect(text.match(/"error":/g)).toHaveLength(1);
    expect(second.requests).toHaveLength(0);
  });

  it('a response that its upstream stores is not gone on with', async () => {
    const responses = makers[1];
    if (responses === undefined) throw new Error('no maker');
    await using bench = await startBench({ first: responses });
    bench.first.fail({ type: 'cut', afterEvents: 9, how: 'reset' });
    const body = { model: 'any', stream: true, input: 'Say something' };
    const text = await (await ask(bench.gateway, body, { path: '/v1/responses' })).text();
    expect(text).toContain('response.failed');
    expect(bench.second.requests).toHaveLength(0);
  });

  it("the provider's own refusal to go on is passed on, its breakdown is not", async () => {
    await using bench = await startBench();
    bench.first.fail({ type: 'error-event', afterEvents: 9, body: errorOf(400) });
    expect(await endOf(bench, question)).toEqual(honest);
    bench.first.fail({ type: 'error-event', afterEvents: 9, body: errorOf(503) });
    expect(contentOf(await (await ask(bench.gateway, question)).text())).toBe(whole);
  });
});

describe('a mistake in the option', () => {
  it('is told at construction, for the gateway and for a model', () => {
    const upstreams = { only: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1', apiKey: 'sk' }) };
    // What a caller without types can write.
    const build = (options: object) => () =>
      createGateway({ open: true, upstreams, ...options } as unknown as GatewayOptions);
    expect(build({ continuation: 'yes' })).toThrow(/continuation: must be true or false/);
    expect(build({ models: { any: { targets: ['only'], continuation: 1 } } })).toThrow(
      'models["any"].continuation: it must be true or false',
    );
  });
});

/** One error event and no `[DONE]`, from one attempt, which nobody else was asked to go on with. */
const honest = {
  errors: 1,
  isDone: false,
  asked: 1,
  askedElsewhere: 0,
  attempts: 1,
  status: 200,
  isFailed: true,
};

async function endOf({ gateway, first, second, ends }: Bench, body: object): Promise<typeof honest> {
  const [before, told] = [first.requests.length, ends.length];
  const text = await (await ask(gateway, body)).text();
  await until(() => gateway.stats().active === 0, 'it is settled');
  const end = ends[told];
  return {
    errors: text.match(/"error":/g)?.length ?? 0,
    isDone: text.includes('[DONE]'),
    asked: first.requests.length - before,
    askedElsewhere: second.requests.length,
    attempts: end?.attempts ?? 0,
    status: end?.status ?? 0,
    isFailed: end?.error !== undefined,
  };
}
