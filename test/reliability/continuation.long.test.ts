import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { type Face, faces } from '../dialects/faces.ts';
import { contentOf, cuts, makers, question, startBench, whole } from './continuation-bench.ts';
import { ask, startHost, until } from './support.ts';

/** What is kept under an id at its provider's is not gone on with: callers of the Responses API must say that it need not be. */
const unkept: Face = {
  name: 'openai, responses, not stored',
  dialect: 'openai-responses',
  async ask(origin) {
    const client = new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
    const body = { model: 'any', input: 'Say something', store: false };
    const { output_text: text, usage } = await client.responses.stream(body).finalResponse();
    return {
      text,
      reasoning: '',
      toolCalls: [],
      input: usage?.input_tokens,
      output: usage?.output_tokens,
    };
  },
};
const speakers = faces.map((face) => (face.dialect === 'openai-responses' ? unkept : face));

describe('a stream that dies is gone on with by the next target', () => {
  for (const face of speakers) {
    for (const first of makers) {
      for (const second of makers) {
        it(`${face.name}: from ${first.name} to ${second.name}, wherever it dies`, async () => {
          await using bench = await startBench({ first, second });
          await using host = await startHost(bench.gateway);
          for (const afterEvents of [2, 9, 22, 23]) {
            bench.first.fail({ type: 'cut', afterEvents, how: 'reset' });
            const before = bench.second.requests.length;
            const heard = await face.ask(host.origin, true);
            expect(heard.text, `after ${afterEvents} events`).toBe(whole);
            expect(heard.reasoning).toBe('');
            // One that died behind its end, before its numbers, is not asked for again for their sake.
            const isAsked = bench.second.requests.length > before;
            expect(isAsked && heard.output === undefined, `after ${afterEvents} events`).toBe(false);
          }
          await until(() => bench.gateway.stats().active === 0, 'everything is settled');
          for (const target of bench.gateway.stats().targets) expect(target.active).toBe(0);
        });
      }
    }
  }

  for (const [name, cut] of Object.entries(cuts)) {
    for (const how of ['reset', 'close', 'clean'] as const) {
      it(`at every event, pieces cut ${name}, ended by ${how}: one answer without a seam`, async () => {
        for (const second of makers.slice(0, 3)) {
          await using bench = await startBench({ second, cut });
          for (let afterEvents = 1; afterEvents < 26; afterEvents++) {
            bench.first.fail({ type: 'cut', afterEvents, how });
            const before = bench.second.requests.length;
            const response = await ask(bench.gateway, {
              ...question,
              stream_options: { include_usage: true },
            });
            const text = await response.text();
            expect(contentOf(text), `after ${afterEvents}`).toBe(whole);
            expect(text.match(/"finish_reason":"stop"/g)).toHaveLength(1);
            const isAsked = bench.second.requests.length > before;
            expect(text.match(/"usage":\{/g) ?? []).toHaveLength(isAsked || afterEvents > 22 ? 1 : 0);
            expect(text.match(/\[DONE\]/g)).toHaveLength(1);
            expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
            expect(text).not.toContain('"error"');
            expect(new Set([...text.matchAll(/"id":"([^"]*)"/g)].map(([, id]) => id)).size).toBe(1);
            expect(new Set([...text.matchAll(/"model":"([^"]*)"/g)].map(([, model]) => model)).size).toBe(1);
          }
        }
      });
    }
  }

  it('is in the books: attempts, continuations, and the usage of both', async () => {
    const messages = makers[2];
    if (messages === undefined) throw new Error('no maker');
    await using bench = await startBench({ first: messages, second: messages });
    bench.first.fail({ type: 'cut', afterEvents: 8, how: 'reset' });
    const response = await ask(bench.gateway, { ...question, stream_options: { include_usage: true } });
    const text = await response.text();
    await until(() => bench.ends.length === 1, 'it has ended');
    const [end] = bench.ends;
    expect(end).toMatchObject({ attempts: 2, continuations: 1, status: 200, target: { upstream: 'second' } });
    expect(end?.error).toBeUndefined();
    expect(bench.attempts).toMatchObject([
      { attempt: 1, outcome: 'failure', error: 'VE_UPSTREAM_RESET' },
      { attempt: 2, outcome: 'success', isContinuation: true },
    ]);
    expect(bench.attempts[0]).not.toHaveProperty('isContinuation');
    const told = /"prompt_tokens":(\d+),"completion_tokens":(\d+)/.exec(text);
    expect(Number(told?.[1])).toBe(end?.usage?.inputTokens);
    // What the one that died has not told is estimated, and in the books only.
    expect(end?.usage?.isEstimated).toBe(true);
    expect(end?.usage?.outputTokens).toBeGreaterThanOrEqual(Number(told?.[2]));
    expect(end?.usage?.outputTokens).toBeLessThan(Number(told?.[2]) * 2);
  });
});
