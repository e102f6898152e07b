import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, gemini, openai, type Upstream, xai } from '@vector-engine/core';
import { manualClock } from '@vector-engine/testing';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { hasFixtures } from '../clients/fixtures.ts';

const folder = new URL('../../../shared/fixtures/', import.meta.url);

interface Interaction {
  readonly request: { readonly method: string; readonly url: string };
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body?: unknown;
    readonly base64?: string;
  };
}

/** What was not recorded. */
const gone: Interaction['response'] = { status: 410, headers: {} };

interface Player extends AsyncDisposable {
  readonly origin: string;
  /** Method and path of what was asked, in order. */
  readonly asked: string[];
}

/** A server that answers as it was recorded, in the order recorded; other hosts of the recording are itself. */
async function play(name: string): Promise<Player & { readonly recorded: readonly string[] }> {
  const file: { interactions: Interaction[] } = JSON.parse(
    readFileSync(new URL(`${name}.json`, folder), 'utf8'),
  );
  const asked: string[] = [];
  let origin = '';
  const here = (text: string): string => text.replaceAll(/https:\/\/[\w.-]+/g, origin);
  const server = createServer((request, response) => {
    const answer = file.interactions[asked.length]?.response ?? gone;
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    const { 'content-length': _length, 'content-encoding': _coding, ...headers } = answer.headers;
    const told = Object.entries(headers).filter(([key]) => /^(?:content-type|location)$/.test(key));
    response.writeHead(answer.status, Object.fromEntries(told.map(([key, value]) => [key, here(value)])));
    response.end(
      answer.base64 === undefined
        ? here(JSON.stringify(answer.body ?? ''))
        : Buffer.from(answer.base64, 'base64'),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // What listens on a port has an address of this kind.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const recorded = file.interactions.map(({ request }) => {
    const { pathname, search } = new URL(request.url);
    return `${request.method} ${pathname}${search}`;
  });
  return {
    origin,
    asked,
    recorded,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const apiKey = 'sk-of-the-operator';

describe.skipIf(!hasFixtures)('a video that was recorded', () => {
  test.each<[name: string, model: string, at: (origin: string) => Upstream]>([
    [
      'openai/sora-create-poll-download',
      'sora-2-pro',
      (origin) => openai({ apiKey, baseURL: `${origin}/v1` }),
    ],
    [
      'gemini/veo-3.1-create-poll-download',
      'veo-3.1-lite-generate-preview',
      (origin) => gemini({ apiKey, baseURL: `${origin}/v1beta` }),
    ],
    ['xai/grok-imagine-video', 'grok-imagine-video', (origin) => xai({ apiKey, baseURL: `${origin}/v1` })],
  ])('%s is asked for, waited for and fetched as it was then', async (name, model, at) => {
    const clock = manualClock();
    await using player = await play(name);
    await using gateway = createGateway({
      open: true,
      clock,
      upstreams: { recorded: at(player.origin) },
      models: { made: `recorded/${model}` },
    });
    const { videos } = new OpenAI({
      apiKey: 'x',
      baseURL: 'http://gateway/v1',
      fetch: gateway.fetch,
      maxRetries: 0,
    });
    const { id } = await videos.create({ model: 'made', prompt: 'a calm ocean wave at sunset' });
    const state = { isOver: false };
    const ended = (async () => {
      for await (const task of gateway.tasks.watch(id)) state.isOver = task.state === 'succeeded';
    })();
    while (!state.isOver) await clock.advance(1000);
    await ended;
    const video = await videos.downloadContent(id);
    expect(video.headers.get('content-type')).toBe('video/mp4');
    expect((await video.arrayBuffer()).byteLength).toBeGreaterThan(0);
    expect(player.asked).toEqual(player.recorded);
  });
});
