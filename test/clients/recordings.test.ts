import { toNodeListener } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { ask, open, readAll, send } from '../hosts/send.ts';
import { serve } from '../hosts/serve.ts';
import { collect } from './collect.ts';
import { hasFixtures, readFixture } from './fixtures.ts';
import {
  asking,
  expectVerbatim,
  gatewayFor,
  notAsking,
  path,
  small,
  streams,
  withoutUsageChunk,
  withUsageChunk,
  written,
} from './recorded-streams.ts';

const hosts: readonly HostName[] = ['Express 5', 'Express 4', 'Koa 3', 'Koa 2', 'node:http', 'node:https'];

describe.skipIf(!hasFixtures)('recordings', () => {
  describe.each(hosts)('through %s', (host) => {
    test.each(streams)('%s comes through byte for byte', async (name) => {
      const recording = readFixture(name);
      await using upstream = await replay(recording);
      await using gateway = gatewayFor(upstream);
      await using served = await startHost(host, gateway);
      const asked = await send(served, { path, body: asking });
      expect(asked.text).toBe(recording.body);
      expect(asked.headers['content-type']).toBe(recording.headers['content-type']);
      expect((await send(served, { path, body: notAsking })).text).toBe(
        withoutUsageChunk(String(recording.body)),
      );
    });
  });

  test.each(streams)('%s has the usage chunk that is expected of it, and only that is taken out', (name) => {
    const whole = String(readFixture(name).body);
    const left = withoutUsageChunk(whole);
    expect(countEvents(whole) - countEvents(left)).toBe(withUsageChunk.has(name) ? 1 : 0);
  });

  describe.each(written)('$how', ({ fault }) => {
    test.each(small)('%s comes through byte for byte', async (name) => {
      await expectVerbatim(name, fault);
      expect.hasAssertions();
    });
  });

  test.each(small)('only whole events of %s are written', async (name) => {
    await using upstream = await replay(readFixture(name));
    upstream.fail({ type: 'write', chunkSize: 3 });
    await using gateway = gatewayFor(upstream);
    await using host = await serve(toNodeListener(gateway));
    const response = await open(host, { path, body: asking });
    const pieces: string[] = [];
    for await (const piece of response) pieces.push((piece as Buffer).toString('utf8'));
    for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\n\n$/);
  });

  test.each(streams)('%s gives the openai SDK what it gives without a gateway', async (name) => {
    await using upstream = await replay(readFixture(name));
    await using gateway = gatewayFor(upstream);
    const direct = await chunksOf(new OpenAI({ apiKey: 'x', baseURL: upstream.baseURL }));
    const through = await chunksOf(
      new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch }),
    );
    expect(direct.length).toBeGreaterThan(1);
    expect(through).toEqual(direct);
  });

  test.each([
    ['moonshot/kimi-tool', path, ask()],
    [
      'openai/embedding-base64',
      '/v1/embeddings',
      { model: 'gpt-4o', input: 'hello', encoding_format: 'base64' },
    ],
    ['azure/prompt-filter-400', path, ask()],
  ] as const)('%s comes through byte for byte, with its status', async (name, address, body) => {
    const recording = readFixture(name);
    await using upstream = await replay(recording);
    await using gateway = gatewayFor(upstream);
    await using host = await serve(toNodeListener(gateway));
    const reply = await send(host, { path: address, body });
    expect([reply.status, reply.text]).toEqual([recording.status, recording.body]);
  });

  test('usage is counted from every recording that has it', async () => {
    const counted: Record<string, number> = {};
    for (const name of streams) {
      await using upstream = await replay(readFixture(name));
      await using gateway = gatewayFor(upstream);
      await using host = await serve(toNodeListener(gateway));
      await readAll(await open(host, { path, body: notAsking }));
      counted[name] = gateway.stats().outputTokens;
    }
    expect(counted).toEqual({
      'openai/text-stream': 300,
      'openai/multi-choice-stream': 133,
      'openai/parallel-tools-stream': 51,
      'azure/model-router-stream': 78,
      'deepseek/reasoning-stream': 212,
      'groq/tool-stream': 15,
      'mistral/thinking-chunks-stream': 66,
      // Nothing is told there: estimated by what came.
      'xai/stream-with-zero-content': 11,
    });
  });
});

function countEvents(text: string): number {
  return text.match(/^data: /gm)?.length ?? 0;
}

async function chunksOf(client: OpenAI): Promise<unknown[]> {
  const stream = await client.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
    stream_options: { include_usage: true },
  });
  return collect(stream);
}
