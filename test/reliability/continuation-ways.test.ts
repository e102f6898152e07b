import { createGateway, mistral, openaiCompatible } from '@vector-engine/core';
import { type AnswerScript, simulatedOpenAI, simulatedOpenAICompatible } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import {
  contentOf,
  type Maker,
  makers,
  piecesOf,
  question,
  saidIn,
  startBench,
  tells,
  whole,
} from './continuation-bench.ts';
import { ask, startHost, until } from './support.ts';

/** Whose words come last in what the second is asked, and how long its answer may be. */
async function lastOf(second: Maker): Promise<{ role: string | undefined; limit: number }> {
  await using bench = await startBench({ second });
  bench.first.fail({ type: 'cut', afterEvents: 9, how: 'reset' });
  const asked = { ...question, max_tokens: 60 };
  await (await ask(bench.gateway, asked)).text();
  const body: unknown = bench.second.requests[0]?.body;
  const { messages, max_tokens: limit } = body as { messages: { role: string }[]; max_tokens: number };
  return { role: messages.at(-1)?.role, limit };
}

describe('how it goes on', () => {
  it('who is silent for too long is gone on from, too', async () => {
    await using first = await simulatedOpenAI({ answer: tells(/(?= )/) });
    await using second = await simulatedOpenAI({ answer: tells(/(?= )/) });
    first.fail({ type: 'hang-mid-stream', afterEvents: 9 });
    await using gateway = createGateway({
      upstreams: {
        first: openaiCompatible({ baseURL: first.baseURL, apiKey: 'sk', timeouts: { idle: 50 } }),
        second: openaiCompatible({ baseURL: second.baseURL, apiKey: 'sk' }),
      },
      models: { any: ['first/gpt-4o', 'second/gpt-4o'] },
      open: true,
      continuation: true,
    });
    expect(contentOf(await (await ask(gateway, question)).text())).toBe(whole);
    expect(first.requests[0]?.aborted).toBe(true);
  });

  it('what is repeated of the answer is taken off', async () => {
    const repeats: readonly ((said: string) => string)[] = [
      (said) => said.slice(-14),
      (said) => said,
      (said) => said.slice(said.lastIndexOf(' fox')),
    ];
    for (const repeat of repeats) {
      const script: AnswerScript = (request) => {
        const said = saidIn(request);
        return { content: (repeat(said) + whole.slice(said.length)).split('') };
      };
      await using bench = await startBench({ script });
      for (let afterEvents = 8; afterEvents < 20; afterEvents++) {
        bench.first.fail({ type: 'cut', afterEvents, how: 'reset' });
        expect(contentOf(await (await ask(bench.gateway, question)).text())).toBe(whole);
      }
    }
  });

  it('a model that cannot be handed its own words is told to go on; one that can is not', async () => {
    const [, , prefilled, told] = makers;
    if (prefilled === undefined || told === undefined) throw new Error('no maker');
    const [own, instructed] = [await lastOf(prefilled), await lastOf(told)];
    expect([own.role, instructed.role]).toEqual(['assistant', 'user']);
    // Of the 60 tokens that the caller allows, what is said already counts.
    expect(own.limit).toBeLessThan(60);
    expect(own.limit).toBeGreaterThan(40);
  });

  it('a vendor whose answer begins with the words that it was given is not told twice', async () => {
    const cut = /(?= )/;
    await using first = await simulatedOpenAI({ answer: tells(cut) });
    const echoes: AnswerScript = () => ({ content: piecesOf(whole, cut) });
    await using second = await simulatedOpenAICompatible({ vendor: 'mistral', answer: echoes });
    await using gateway = createGateway({
      upstreams: {
        first: openaiCompatible({ baseURL: first.baseURL, apiKey: 'sk' }),
        second: mistral({ baseURL: second.baseURL, apiKey: 'sk' }),
      },
      models: { any: ['first/gpt-4o', 'second/mistral-large-latest'] },
      open: true,
      continuation: true,
      breaker: { consecutiveFailures: 100, minimumAttempts: 100 },
    });
    for (let afterEvents = 2; afterEvents < 22; afterEvents += 3) {
      first.fail({ type: 'cut', afterEvents, how: 'reset' });
      expect(contentOf(await (await ask(gateway, question)).text())).toBe(whole);
    }
    expect(second.requests[0]?.body).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: 'The', prefix: true }],
    });
  });

  it('a response that the gateway stores holds the whole of it', async () => {
    await using bench = await startBench();
    bench.first.fail({ type: 'cut', afterEvents: 9, how: 'reset' });
    const body = { model: 'any', stream: true, input: 'Say something' };
    const text = await (await ask(bench.gateway, body, { path: '/v1/responses' })).text();
    expect(text).toContain('response.completed');
    expect(bench.second.requests).toHaveLength(1);
    const [, id = ''] = /"id":"(resp_[^"]*)"/.exec(text) ?? [];
    const stored = await bench.gateway.fetch(`http://gateway/v1/responses/${id}`);
    expect(JSON.stringify(await stored.json())).toContain(whole);
  });

  it('callers who share a call share what goes on with it, which is for them only and not kept', async () => {
    await using upstream = await simulatedOpenAI({ answer: tells(/(?= )/) });
    upstream.fail((request) =>
      saidIn(request) === '' ? { type: 'cut', afterEvents: 9, how: 'reset' } : undefined,
    );
    await using gateway = createGateway({
      upstreams: { only: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'sk' }) },
      models: { any: 'only/gpt-4o' },
      open: true,
      continuation: true,
      cache: {},
    });
    const body = { ...question, temperature: 0 };
    const read = async (): Promise<string> => contentOf(await (await ask(gateway, body)).text());
    expect(await Promise.all([read(), read(), read()])).toEqual([whole, whole, whole]);
    expect(upstream.requests).toHaveLength(2);
    upstream.heal();
    expect(await read()).toBe(whole);
    expect(upstream.requests).toHaveLength(3);
    await until(() => gateway.stats().active === 0, 'it is settled');
  });

  it('a second target that was asked beside a slow first is gone on from like any', async () => {
    await using first = await simulatedOpenAI({ answer: tells(/(?= )/) });
    await using second = await simulatedOpenAI({ answer: tells(/(?= )/) });
    first.fail((request) => (saidIn(request) === '' ? { type: 'hang' } : undefined));
    second.fail({ type: 'cut', afterEvents: 9, how: 'reset' });
    await using gateway = createGateway({
      upstreams: {
        first: openaiCompatible({ baseURL: first.baseURL, apiKey: 'sk' }),
        second: openaiCompatible({ baseURL: second.baseURL, apiKey: 'sk' }),
      },
      models: { any: ['first/gpt-4o', 'second/gpt-4o'] },
      open: true,
      continuation: true,
      hedge: { share: 1, after: 20 },
    });
    const response = await ask(gateway, question);
    expect(response.headers.get('x-vector-upstream')).toBe('second');
    expect(contentOf(await response.text())).toBe(whole);
    expect([first.requests.length, second.requests.length]).toEqual([2, 1]);
    await until(() => gateway.stats().active === 0, 'it is settled');
    expect(gateway.stats().targets.map(({ active }) => active)).toEqual([0, 0]);
  });

  it('one that goes on may break off itself, but not for ever', async () => {
    await using bench = await startBench();
    bench.first.fail({ type: 'cut', afterEvents: 3, how: 'reset' });
    bench.second.fail({ type: 'cut', afterEvents: 3, how: 'reset' });
    const text = await (await ask(bench.gateway, question)).text();
    expect(whole.startsWith(contentOf(text))).toBe(true);
    expect(contentOf(text).split(' ')).toHaveLength(8);
    expect(text.match(/"error":/g)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
    await until(() => bench.ends.length === 1, 'it has ended');
    expect(bench.ends[0]).toMatchObject({ attempts: 4, continuations: 3, error: 'VE_UPSTREAM_RESET' });
    bench.second.heal();
    expect(contentOf(await (await ask(bench.gateway, question)).text())).toBe(whole);
  });

  it('where nobody can go on, the caller is told what had happened', async () => {
    await using bench = await startBench();
    bench.first.fail((request) =>
      saidIn(request) === ''
        ? { type: 'cut', afterEvents: 9, how: 'reset' }
        : { type: 'status', status: 503 },
    );
    bench.second.fail({ type: 'status', status: 503 });
    const text = await (await ask(bench.gateway, question)).text();
    expect(whole.startsWith(contentOf(text))).toBe(true);
    expect(text.match(/"error":/g)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
    await until(() => bench.gateway.stats().active === 0, 'it is settled');
  });

  it('is paid for from the retry budget', async () => {
    await using upstream = await simulatedOpenAI({ answer: tells(/(?= )/) });
    upstream.fail((request) =>
      saidIn(request) === '' ? { type: 'cut', afterEvents: 9, how: 'reset' } : undefined,
    );
    await using gateway = createGateway({
      upstreams: { only: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'sk' }) },
      models: { any: 'only/gpt-4o' },
      open: true,
      continuation: true,
      retry: { ratio: 0, savings: 3 },
    });
    let clean = 0;
    for (let call = 0; call < 6; call++)
      if ((await (await ask(gateway, question)).text()).includes('[DONE]')) clean++;
    expect(clean).toBe(3);
    expect(upstream.requests).toHaveLength(9);
  });

  for (const when of ['is being asked', 'is telling'] as const) {
    it(`the caller leaves while the next ${when}: its socket closes, and nothing is left`, async () => {
      await using bench = await startBench();
      await using host = await startHost(bench.gateway);
      bench.first.fail({ type: 'cut', afterEvents: 5, how: 'reset' });
      bench.second.fail(
        when === 'is being asked' ? { type: 'hang' } : { type: 'hang-mid-stream', afterEvents: 4 },
      );
      for (let round = 1; round <= 5; round++) {
        const leave = new AbortController();
        const response = await fetch(`${host.origin}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(question),
          signal: leave.signal,
        });
        const reading = response.text().catch(() => 'left');
        await bench.second.waitForRequests(round);
        if (when === 'is telling')
          await until(() => (bench.second.requests[round - 1]?.eventsWritten ?? 0) >= 4, 'it tells');
        leave.abort();
        await bench.second.requests[round - 1]?.closed;
        expect(bench.second.requests[round - 1]?.aborted).toBe(true);
        expect(await reading).toBe('left');
        await until(() => bench.gateway.stats().active === 0, 'it is settled');
      }
      for (const target of bench.gateway.stats().targets)
        expect(target).toMatchObject({ active: 0, waiting: 0 });
      expect(bench.ends.at(-1)).toMatchObject({ error: 'VE_CLIENT_CLOSED', continuations: 1 });
    });
  }

  it('the whole call keeps to its deadline', async () => {
    await using upstream = await simulatedOpenAI({ answer: tells(/(?= )/) });
    upstream.fail((request) =>
      saidIn(request) === '' ? { type: 'cut', afterEvents: 9, how: 'reset' } : { type: 'hang' },
    );
    await using gateway = createGateway({
      upstreams: { only: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'sk' }) },
      models: { any: 'only/gpt-4o' },
      open: true,
      continuation: true,
      timeouts: { total: 200 },
    });
    const startedAt = performance.now();
    const text = await (await ask(gateway, question)).text();
    expect(performance.now() - startedAt).toBeLessThan(600);
    expect(text.match(/"error":/g)).toHaveLength(1);
    await until(() => gateway.stats().active === 0, 'it is settled');
  });

  it('a gateway that closes tells the caller of it, and waits for nobody', async () => {
    await using bench = await startBench();
    bench.first.fail({ type: 'cut', afterEvents: 5, how: 'reset' });
    bench.second.fail({ type: 'hang' });
    const reading = ask(bench.gateway, question).then((response) => response.text());
    await bench.second.waitForRequests(1);
    await bench.gateway.close({ grace: 10 });
    const text = await reading;
    expect(text.match(/"error":/g)).toHaveLength(1);
    expect(bench.gateway.stats().active).toBe(0);
  });
});
