import Anthropic from '@anthropic-ai/sdk';
import { createGateway } from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { model, upstreamAt } from './support.ts';

type Turn = { role: 'user' | 'assistant'; content: string };

const started = (count: number): Promise<SimulatedUpstream[]> =>
  Promise.all(Array.from({ length: count }, () => simulatedOpenAI()));

/** A gateway over three upstreams that are tried in turn, but for what belongs together. */
async function open(affinity: 'prefix' | 'session', keys: string | readonly string[] = 'sk-1') {
  const upstreams = await started(3);
  const [one, two, three] = upstreams as [SimulatedUpstream, SimulatedUpstream, SimulatedUpstream];
  const apiKey = typeof keys === 'string' ? keys : [...keys];
  const gateway = createGateway({
    open: true,
    upstreams: {
      one: upstreamAt(one, { apiKey }),
      two: upstreamAt(two, { apiKey }),
      three: upstreamAt(three, { apiKey }),
    },
    models: {
      chat: {
        targets: [`one/${model}`, `two/${model}`, `three/${model}`],
        strategy: 'round-robin',
        affinity,
      },
    },
  });
  const { fetch } = gateway;
  return {
    upstreams,
    gateway,
    client: new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch, maxRetries: 0 }),
    anthropic: new Anthropic({ apiKey: 'x', baseURL: 'http://gateway', fetch, maxRetries: 0 }),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
    },
  };
}

/** Which upstream served each of so many turns of a conversation. */
async function converse(client: OpenAI, beginning: string, turns: number): Promise<(string | null)[]> {
  const messages: Turn[] = [{ role: 'user', content: beginning }];
  const served: (string | null)[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const { data, response } = await client.chat.completions
      .create({ model: 'chat', messages })
      .withResponse();
    served.push(response.headers.get('x-vector-upstream'));
    messages.push({ role: 'assistant', content: data.choices[0]?.message.content ?? '' });
    messages.push({ role: 'user', content: `And then? (${turn})` });
  }
  return served;
}

describe('by prefix', () => {
  it('the turns of a conversation stay with one upstream, and conversations are spread', async () => {
    await using world = await open('prefix');
    const firsts = new Set<string | null>();
    for (let conversation = 0; conversation < 12; conversation++) {
      const served = await converse(world.client, `Conversation ${conversation}`, 4);
      expect(new Set(served).size).toBe(1);
      firsts.add(served[0] ?? null);
    }
    expect(firsts.size).toBe(3);
  });

  it('a conversation goes on elsewhere while its upstream is out, and comes back', async () => {
    await using world = await open('prefix');
    const [home] = await converse(world.client, 'A long story', 1);
    const place = ['one', 'two', 'three'].indexOf(home ?? '');
    await world.upstreams[place]?.stop();
    const away = await converse(world.client, 'A long story', 3);
    expect(away).not.toContain(home);
    expect(new Set(away).size).toBe(1);
    await world.upstreams[place]?.start();
    expect(await converse(world.client, 'A long story', 2)).toEqual([home, home]);
  });

  it('one long system prompt is at home at one upstream, whoever asks', async () => {
    await using world = await open('prefix');
    const system = 'You know everything about the law of the sea. '.repeat(120);
    const served = new Set<string | null>();
    for (let user = 0; user < 6; user++) {
      const { response } = await world.anthropic.messages
        .create({
          model: 'chat',
          max_tokens: 100,
          system,
          messages: [{ role: 'user', content: `User ${user} asks` }],
        })
        .withResponse();
      served.add(response.headers.get('x-vector-upstream'));
    }
    expect(served.size).toBe(1);
  });
});

describe('by session', () => {
  it('what callers name keeps together what begins otherwise', async () => {
    await using world = await open('session');
    const ask = async (content: string, more: { user?: string }, headers = {}): Promise<string | null> => {
      const body = { model: 'chat', messages: [{ role: 'user' as const, content }], ...more };
      const { response } = await world.client.chat.completions.create(body, { headers }).withResponse();
      return response.headers.get('x-vector-upstream');
    };
    const served = [
      await ask('One', { user: 'ada' }),
      await ask('Two', { user: 'ada' }),
      await ask('Three', {}, { 'x-vector-session': 'ada' }),
    ];
    expect(new Set(served).size).toBe(1);
    const without = [await ask('One', {}), await ask('One', {}), await ask('One', {})];
    expect(new Set(without).size).toBe(3);
  });
});
