import { createGateway } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { model, question, runMany, startHost, upstreamAt } from './support.ts';

describe('load with trouble', () => {
  it('50 mixed requests at once, half of them streams, with one of three upstreams down and one slow: all are answered', async () => {
    await using down = await simulatedOpenAI();
    await using slow = await simulatedOpenAI({ pace: 2 });
    await using well = await simulatedOpenAI();
    await down.stop();
    slow.fail({ type: 'slow', headersAfter: 300, betweenEvents: 10 });
    await using gateway = createGateway({
      upstreams: {
        down: upstreamAt(down),
        slow: upstreamAt(slow, { timeouts: { firstByte: 2000 } }),
        well: upstreamAt(well),
      },
      models: {
        chat: [`down/${model}`, `slow/${model}`, `well/${model}`],
        other: [`slow/${model}`, `down/${model}`],
        spread: {
          targets: [
            { upstream: 'down', model, weight: 1 },
            { upstream: 'slow', model, weight: 1 },
            { upstream: 'well', model, weight: 1 },
          ],
        },
        embedding: ['down/text-embedding-3-small', 'well/text-embedding-3-small'],
      },
      open: true,
    });
    await using host = await startHost(gateway);
    const client = new OpenAI({ apiKey: 'x', baseURL: `${host.origin}/v1`, maxRetries: 0, timeout: 8000 });
    const messages = [...question.messages];
    const said = await runMany(50, 50, async (index) => {
      const name = ['chat', 'other', 'spread'][index % 3] ?? 'chat';
      if (index % 10 === 9) {
        const { data } = await client.embeddings.create({ model: 'embedding', input: `text ${index}` });
        return data.length === 1 ? 'You said: Say hello' : '';
      }
      if (index % 2 === 0) {
        const answer = await client.chat.completions.create({ model: name, messages });
        return answer.choices[0]?.message.content;
      }
      let text = '';
      for await (const chunk of await client.chat.completions.create({ model: name, messages, stream: true }))
        text += chunk.choices[0]?.delta.content ?? '';
      return text;
    });
    expect(new Set(said)).toEqual(new Set(['You said: Say hello']));
    expect(gateway.stats()).toMatchObject({ failed: 0, active: 0, requests: 50 });
  });
});
