import Anthropic from '@anthropic-ai/sdk';
import {
  byTask,
  createGateway,
  type Gateway,
  type Logger,
  openai,
  openaiCompatible,
} from '@vector-engine/core';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { ask } from '../reliability/support.ts';
import { everyUpstream } from './every-upstream.ts';

const apiKey = 'sk-of-the-operator';
const released = Date.parse('2026-11-21');

const sdk = (gateway: Gateway): OpenAI =>
  new OpenAI({ apiKey: 'none', baseURL: 'http://gateway/v1', fetch: gateway.fetch });

describe('with every upstream configured and no models named', () => {
  const upstreams = everyUpstream();

  it('more than 500 models are listed, each once, each for the purpose that it has', async () => {
    await using gateway = createGateway({ open: true, upstreams, clock: manualClock(released) });
    const cards = (await sdk(gateway).models.list()).data;
    expect(cards.length).toBeGreaterThan(500);
    expect(new Set(cards.map(({ id }) => id)).size).toBe(cards.length);
    expect(cards.map(({ id }) => id)).toEqual(gateway.models().map(({ id }) => id));
    const counts = Object.groupBy(gateway.models(), ({ modality }) => modality);
    const kinds = [
      'embedding',
      'rerank',
      'moderation',
      'image',
      'speech',
      'transcription',
      'video',
      'realtime',
    ];
    for (const kind of ['chat', ...kinds])
      expect({ kind, models: Object.entries(counts).find(([name]) => name === kind)?.[1]?.length }).toEqual({
        kind,
        models: expect.toSatisfy((count: unknown) => Number(count) >= 2),
      });
  });

  it('no list has a name twice, and no name has spaces or a slash at an end', () => {
    for (const [name, { models }] of Object.entries(upstreams)) {
      expect({ name, models: new Set(models).size }).toEqual({ name, models: models.length });
      for (const model of models) expect(model).toMatch(/^[^\s/]+(?:\/[^\s/]+)*$/);
    }
  });

  it("an aggregator's names do not take the place of another upstream's address", async () => {
    await using gateway = createGateway({ open: true, upstreams });
    const ids = new Set<string>(gateway.models().map(({ id }) => id));
    expect(upstreams['openrouter']?.models).toContain('openai/gpt-5.2');
    expect(ids).not.toContain('openai/gpt-5.2');
    expect(ids).toContain('qwen/qwen3-32b');
    // An upstream's own name for its model is one, though it looks like an address there.
    expect(ids).toContain('groq/compound');
    await using alone = createGateway({
      open: true,
      upstreams: { router: everyUpstream()['openrouter'] ?? never() },
    });
    expect(alone.models().map(({ id }) => id)).toContain('openai/gpt-5.2');
  });
});

describe('a card of a model', () => {
  const options = { open: true, clock: manualClock(released) } as const;

  it("has OpenAI's own fields, and what else is known", async () => {
    await using gateway = createGateway({ ...options, upstreams: { openai: openai({ apiKey }) } });
    const client = sdk(gateway);
    expect(await client.models.retrieve('gpt-4.1')).toEqual({
      id: 'gpt-4.1',
      object: 'model',
      created: released / 1000,
      owned_by: 'openai',
      shutdown_date: '2027-01-14',
      successor: 'gpt-6-luna',
      modality: 'chat',
      context_window: 1_000_000,
      capabilities: ['tools', 'vision', 'structured-output'],
    });
    expect(await client.models.retrieve('gpt-image-2')).toEqual({
      id: 'gpt-image-2',
      object: 'model',
      created: released / 1000,
      owned_by: 'openai',
      modality: 'image',
    });
    // Addressed, and past its sunset.
    expect(await client.models.retrieve('openai/sora-2')).toMatchObject({
      id: 'openai/sora-2',
      modality: 'video',
      shutdown_date: '2026-09-24',
      successor: null,
    });
    const listed = (await client.models.list()).data.find(({ id }) => id === 'gpt-4.1');
    expect(listed).toEqual(await client.models.retrieve('gpt-4.1'));
  });

  it('says how much the model reads, in the words of the SDK that asks', async () => {
    await using gateway = createGateway({ ...options, upstreams: { openai: openai({ apiKey }) } });
    const anthropic = new Anthropic({ apiKey: 'none', baseURL: 'http://gateway', fetch: gateway.fetch });
    expect(await anthropic.models.retrieve('gpt-4.1')).toMatchObject({
      id: 'gpt-4.1',
      max_input_tokens: 1_000_000,
    });
    const listed = await (await gateway.fetch('http://gateway/v1beta/models/gpt-4.1')).json();
    expect(listed).toMatchObject({ name: 'models/gpt-4.1', inputTokenLimit: 1_000_000 });
  });

  it('goes by the target, not by the name that callers use, and by what the operator says', async () => {
    await using gateway = createGateway({
      ...options,
      upstreams: { openai: openai({ apiKey }), lab: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' }) },
      models: {
        film: 'lab/wan-lab',
        painter: ['openai/gpt-image-2'],
        writer: ['lab/llama', 'openai/gpt-4.1'],
        any: byTask({ default: 'writer' }),
      },
      modalities: { 'wan-lab': 'video' },
      windows: { llama: 8000 },
    });
    expect(gateway.models().map(({ id, modality }) => [id, modality])).toEqual([
      ['film', 'video'],
      ['painter', 'image'],
      ['writer', 'chat'],
      ['any', 'chat'],
    ]);
    expect(await sdk(gateway).models.retrieve('writer')).toMatchObject({ context_window: 1_000_000 });
    expect(await sdk(gateway).models.retrieve('any')).toEqual({
      id: 'any',
      object: 'model',
      created: released / 1000,
      owned_by: 'vector-engine',
      modality: 'chat',
    });
    await expect(sdk(gateway).models.retrieve('nobody')).rejects.toMatchObject({ status: 404 });
  });
});

describe('a model that its vendor has ended', () => {
  const lines: (readonly [level: keyof Logger, fields: object, message: string])[] = [];
  const logger: Logger = {
    debug: () => {},
    info: (fields, message) => lines.push(['info', fields, message]),
    warn: (fields, message) => lines.push(['warn', fields, message]),
    error: (fields, message) => lines.push(['error', fields, message]),
  };

  it('is told at start, once, and asked all the same; with remap its successor is', async () => {
    await using upstream = await simulatedOpenAI({ models: ['gpt-4-turbo', 'gpt-5.6-sol'] });
    const options = {
      open: true,
      upstreams: { openai: openai({ apiKey, baseURL: upstream.baseURL }) },
      models: { chat: 'openai/gpt-4-turbo', 'gpt-5': 'openai', also: 'openai/gpt-4-turbo' },
      clock: manualClock(released),
      logger,
    } as const;
    const fields = { upstream: 'openai', model: 'gpt-4-turbo', date: '2026-10-23', successor: 'gpt-5.6-sol' };
    await using told = createGateway(options);
    expect(lines.splice(0)).toEqual([
      ['warn', fields, 'the vendor of a model has ended it'],
      [
        'info',
        { upstream: 'openai', model: 'gpt-5', date: '2026-12-11', successor: 'gpt-6.1-sol' },
        'the vendor of a model will end it soon',
      ],
    ]);
    const before = await ask(told);
    expect([before.status, before.headers.get('x-vector-model')]).toEqual([200, 'gpt-4-turbo']);
    await before.text();
    await using remapped = createGateway({ ...options, sunsets: { remap: true } });
    expect(lines.splice(0)).toContainEqual([
      'warn',
      fields,
      'the vendor of a model has ended it; its successor is asked instead',
    ]);
    const after = await ask(remapped);
    expect([after.status, after.headers.get('x-vector-model')]).toEqual([200, 'gpt-5.6-sol']);
    await after.text();
  });
});

function never(): never {
  throw new Error('no such upstream');
}
