import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, type Gateway, openai, toNodeListener } from '@vector-engine/core';
import { type ManualClock, manualClock, simulatedOpenAI } from '@vector-engine/testing';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';

const secret = `whsec_${Buffer.from('of thirty-two characters or more').toString('base64')}`;
const wrong = `whsec_${Buffer.from('of thirty-two characters or less').toString('base64')}`;

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that keeps what it is told, and answers with these statuses, the last of them from then on. */
async function listen(
  statuses: readonly number[],
): Promise<
  { readonly url: string; readonly posts: Post[]; next(count: number): Promise<void> } & AsyncDisposable
> {
  const posts: Post[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.statusCode = statuses[posts.length] ?? statuses.at(-1) ?? 200;
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.end();
      for (const { count, resolve } of waiting) if (posts.length >= count) resolve();
    });
  });
  const url = await open(server);
  return {
    url,
    posts,
    next: (count) =>
      posts.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    [Symbol.asyncDispose]: () => shut(server),
  };
}

async function open(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // What listens on a port has an address of this kind.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function shut(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function clientOf(gateway: Gateway): OpenAI {
  return new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 });
}

async function endOf(gateway: Gateway, id: string): Promise<string | undefined> {
  let state: string | undefined;
  for await (const task of gateway.tasks.watch(id)) state = task.state;
  return state;
}

/** Lets time pass in steps until something has happened. */
async function passing(clock: ManualClock, step: number, happens: Promise<unknown>): Promise<void> {
  const state = { isOver: false };
  const end = (): void => {
    state.isOver = true;
  };
  happens.then(end, end);
  while (!state.isOver) await clock.advance(step);
}

describe('what a vendor tells of a job', () => {
  test('is heard at once, and asked for with our own key', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({ jobTime: 600_000, clock });
    await using gateway = createGateway({
      open: true,
      clock,
      upstreams: { sora: openai({ apiKey: 'key', baseURL: upstream.baseURL, webhookSecret: secret }) },
      models: { 'sora-2': 'sora/sora-2' },
    });
    const server = createServer(toNodeListener(gateway, { prefix: '/ai' }));
    const origin = await open(server);
    upstream.sendWebhooks({ url: `${origin}/ai/v1/webhooks/sora`, secret });
    const { id } = await clientOf(gateway).videos.create({ model: 'sora-2', prompt: 'a cat' });
    const ended = endOf(gateway, id);
    upstream.jobs.finish();
    // Time stands still: nothing but the news can be the reason to ask.
    await passing(clock, 0, ended);
    expect(await ended).toBe('succeeded');
    expect(upstream.jobs.polls).toBe(1);
    await shut(server);
  });

  test.each([
    ['signed by another', wrong, 401],
    ['for an upstream that has no secret', undefined, 401],
  ])('%s, is refused', async (_what, configured, status) => {
    await using gateway = createGateway({
      open: true,
      upstreams: { sora: openai({ apiKey: 'key', webhookSecret: configured }) },
    });
    const { headers, body } = await signed(secret);
    const answer = await gateway.fetch('http://gateway/v1/webhooks/sora', { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
  });

  test('at an upstream that is not there, finds nothing', async () => {
    await using gateway = createGateway({
      identify: () => undefined,
      upstreams: { sora: openai({ apiKey: 'key', webhookSecret: secret }) },
    });
    const { headers, body } = await signed(secret);
    for (const name of ['other', 'constructor']) {
      const answer = await gateway.fetch(`http://gateway/v1/webhooks/${name}`, {
        method: 'POST',
        headers,
        body,
      });
      expect(answer.status).toBe(404);
    }
  });
});

/** A true message, as the operator's own webhook is told it. */
async function signed(
  key: string,
): Promise<{ readonly headers: Record<string, string>; readonly body: string }> {
  // Whoever verifies it looks at the time as well.
  const clock = manualClock(Date.now());
  await using own = await listen([200]);
  await using upstream = await simulatedOpenAI({ jobTime: 1, clock });
  await using gateway = createGateway({
    open: true,
    clock,
    upstreams: { sora: openai({ apiKey: 'key', baseURL: upstream.baseURL }) },
    tasks: { webhook: { url: own.url, secret: key } },
  });
  await clientOf(gateway).videos.create({ model: 'sora/sora-2', prompt: 'a cat' });
  await passing(clock, 1000, own.next(1));
  const [post] = own.posts;
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const headers = Object.fromEntries(names.map((name) => [name, String(post?.headers[name])]));
  return { headers: { ...headers, 'content-type': 'application/json' }, body: post?.body ?? '' };
}

describe("the operator's own webhook", () => {
  test('is told of the end of a job, in words that the official SDK verifies', async () => {
    const { headers, body } = await signed(secret);
    const client = new OpenAI({ apiKey: 'x', webhookSecret: secret });
    const event = await client.webhooks.unwrap(body, headers);
    expect(event).toMatchObject({ object: 'event', type: 'video.completed' });
    expect(event.data).toEqual({ id: expect.stringMatching(/^video_[0-9a-f]{32}$/) });
    await expect(client.webhooks.unwrap(body, headers, wrong)).rejects.toThrow(/signature/);
  });

  test('is told again, in the same words, until it takes the news', async () => {
    const clock = manualClock();
    await using own = await listen([500, 302, 204]);
    await using upstream = await simulatedOpenAI({ jobTime: 1, clock });
    await using gateway = createGateway({
      open: true,
      clock,
      upstreams: { sora: openai({ apiKey: 'key', baseURL: upstream.baseURL }) },
      tasks: { webhook: { url: `${own.url}/hook?a=b`, secret } },
    });
    await clientOf(gateway).videos.create({ model: 'sora/sora-2', prompt: 'a cat' });
    await passing(clock, 1000, own.next(3));
    const ids = own.posts.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(own.posts).toHaveLength(3);
  });
});
