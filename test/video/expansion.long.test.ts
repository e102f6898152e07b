import { midjourney, type RequestEvent } from '@vector-engine/core';
import {
  type SimulatedOpenAI,
  type SimulatedOpenAIOptions,
  simulatedMidjourney,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { canary, reach, startStudio } from './studios.ts';
import { isRecord, openWorld, until, type World, type WorldOptions } from './world.ts';

/* A chat model makes a description of a short wish before it goes to a model of pictures or videos. */

const written = 'A wooden boat at dawn, wide shot, slow dolly in, soft light on wet planks.';

interface Written {
  readonly world: World;
  readonly writer: SimulatedOpenAI;
  readonly asked: RequestEvent[];
}

async function openWritten({
  answer = () => written,
  expand,
  ...options
}: WorldOptions & {
  readonly answer?: SimulatedOpenAIOptions['answer'];
  readonly expand?: unknown;
} = {}): Promise<Written & AsyncDisposable> {
  const writer = await simulatedOpenAI(answer === undefined ? {} : { answer });
  const studio = await startStudio('openai');
  const world = await openWorld({
    at: studio,
    upstreams: { studio: reach('openai', studio), chat: reach('openai', writer) },
    models: {
      film: { targets: ['studio/sora-2'], expand: expand ?? 'writer' },
      picture: { targets: ['chat/gpt-image-1'], expand: expand ?? 'writer' },
      writer: 'chat/gpt-4o',
    },
    ...options,
  } as WorldOptions);
  const asked: RequestEvent[] = [];
  world.gateway.on('request', (event) => asked.push(event));
  return {
    world,
    writer,
    asked,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await writer.close();
      await studio.close();
    },
  };
}

async function first(response: Response): Promise<Record<string, unknown>> {
  const value: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(value)}`);
  const [one] = isRecord(value) && Array.isArray(value['data']) ? value['data'] : [];
  return isRecord(one) ? one : {};
}

const path = '/v1/images/generations';
const wish = { model: 'film', prompt: 'A boat' };

describe('a short wish', () => {
  test('goes to the video model as the chat model has described it, and is shown so', async () => {
    await using made = await openWritten();
    const { world, writer } = made;
    expect(await first(await world.ask(path, wish))).toMatchObject({ revised_prompt: written });
    expect(world.studio.jobs.list().map(({ prompt }) => prompt)).toEqual([written]);
    // The video of the official face tells what was asked for.
    const { data } = await world.client().videos.list();
    expect(data).toMatchObject([{ prompt: 'A boat' }]);
    const task = await world.ask(`/v1/video/generations/${data[0]?.id}`);
    expect(await first(task)).toMatchObject({ revised_prompt: written });
    expect(writer.requests).toHaveLength(1);
  });

  test('is described with its style', async () => {
    await using made = await openWritten({ answer: undefined });
    await first(await made.world.ask(path, { ...wish, style: 'noir' }));
    expect(JSON.stringify(made.writer.requests[0]?.body)).toContain('Style: noir');
  });

  test('for a picture is described, and shown so', async () => {
    await using made = await openWritten({
      answer: ({ path: asked }) => (asked.includes('chat') ? written : undefined),
    });
    const { world, writer } = made;
    const picture = await first(await world.ask(path, { model: 'picture', prompt: 'A boat' }));
    expect(picture).toMatchObject({ revised_prompt: written });
    const [, sent] = writer.requests;
    expect(sent?.body).toMatchObject({ prompt: written });
  });

  test('for a picture that takes its time is described', async () => {
    await using mj = await simulatedMidjourney({ jobTime: 30 });
    await using writer = await simulatedOpenAI({ answer: () => written });
    await using studio = await startStudio('openai');
    await using world = await openWorld({
      at: studio,
      upstreams: {
        mj: midjourney({ baseURL: mj.origin, apiKey: canary }),
        chat: reach('openai', writer),
      },
      models: { 'midjourney-v7': { targets: ['mj'], expand: 'chat/gpt-4o' } },
    });
    const made = await first(await world.ask(path, { model: 'midjourney-v7', prompt: 'A boat' }));
    expect(made).toMatchObject({ revised_prompt: written });
    expect(mj.jobs.list()[0]?.prompt).toContain(written);
  });

  test('is described once, however many ask for it with one key', async () => {
    await using made = await openWritten();
    const { world, writer } = made;
    const headers = { 'idempotency-key': 'one' };
    await Promise.all([1, 2, 3, 4].map(() => world.ask('/v1/videos', wish, { headers })));
    expect(writer.requests).toHaveLength(1);
    expect(world.studio.jobs.creations).toBe(1);
  });
});

describe('the call to the chat model', () => {
  test('is a request of its own of the same caller, with its attempt and its usage', async () => {
    await using made = await openWritten();
    const { world, asked } = made;
    await first(await world.ask(path, wish, { headers: { 'x-tenant': 'globex' } }));
    await until(() => world.ends.length === 2);
    expect(asked.map(({ request }) => [request.operation, request.model, request.principal])).toEqual([
      ['video', 'film', { tenant: 'globex' }],
      ['chat', 'writer', { tenant: 'globex' }],
    ]);
    const [chat] = world.ends;
    expect(chat).toMatchObject({ status: 200, target: { upstream: 'chat', model: 'gpt-4o' }, attempts: 1 });
    expect(chat?.usage?.outputTokens).toBeGreaterThan(0);
    expect(world.ends[1]).toMatchObject({ status: 200, target: { upstream: 'studio' }, attempts: 1 });
    // Each has an id of its own.
    expect(new Set(world.ends.map(({ requestId }) => requestId)).size).toBe(2);
  });

  test('tells the model our own words, or those of the operator', async () => {
    await using ours = await openWritten();
    await first(await ours.world.ask(path, wish));
    expect(JSON.stringify(ours.writer.requests[0]?.body)).toContain('camera moves');
    await using theirs = await openWritten({ expand: { model: 'writer', instructions: 'Write haiku.' } });
    await first(await theirs.world.ask(path, wish));
    expect(theirs.writer.requests[0]?.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Write haiku.' },
        { role: 'user', content: 'A boat' },
      ],
    });
  });

  test('takes nothing of the headers by which the wish is told apart', async () => {
    await using made = await openWritten();
    const headers = { 'idempotency-key': 'one', prefer: 'wait=60', 'x-stainless-retry-count': '1' };
    await first(await made.world.ask(path, wish, { headers }));
    const [sent] = made.writer.requests;
    expect(sent?.headers['idempotency-key']).toBeUndefined();
    expect(sent?.headers['prefer']).toBeUndefined();
  });
});

/** What the video is made of, where the chat model is no help. */
async function promptOf({ world }: Written): Promise<unknown> {
  const { revised_prompt } = await first(await world.ask(path, wish));
  await world.settled();
  const [job] = world.studio.jobs.list();
  return revised_prompt === job?.prompt ? job?.prompt : undefined;
}

describe('where the chat model does not do it', () => {
  test.each([
    ['fails', { type: 'status', status: 500 }],
    ['refuses our key', { type: 'status', status: 401 }],
    ['is away', { type: 'reset-on-connect' }],
    ['answers with garbage', { type: 'garbage', content: 'html' }],
    ['hangs', { type: 'hang' }],
  ] as const)('because it %s, the wish goes on as it is', async (_why, fault) => {
    await using made = await openWritten({
      expand: { model: 'writer', timeout: 2500 },
      retry: { rounds: 0 },
    });
    made.writer.fail(fault);
    expect(await promptOf(made)).toBe('A boat');
  });

  test('because it says nothing, or is cut short, or its filter stops it, the wish goes on as it is', async () => {
    for (const answer of [
      () => ({ content: '   ' }),
      () => ({ content: written, finishReason: 'length' }),
      () => ({ content: 'I cannot', finishReason: 'content_filter' }),
      () => ({ refusal: 'I will not.' }),
    ]) {
      await using made = await openWritten({ answer });
      expect(await promptOf(made)).toBe('A boat');
    }
  });

  test('because it is not among the models, the operator is told at once', async () => {
    await using studio = await startStudio('openai');
    await expect(
      openWorld({
        at: studio,
        models: { film: { targets: ['studio/sora-2'], expand: 'nobody' } },
      }),
    ).rejects.toThrow(/models\["film"\]\.expand.*nobody/);
  });
});

test('what a caller says that he cannot wait longer for is answered in time, and made all the same', async () => {
  await using made = await openWritten({ expand: { model: 'writer', timeout: 10_000 } });
  const { world, writer } = made;
  writer.fail({ type: 'hang' });
  const response = await world.ask(path, wish, { headers: { prefer: 'respond-async' } });
  expect(response.status).toBe(202);
  expect(response.headers.get('x-should-retry')).toBe('false');
  expect(world.studio.jobs.creations).toBe(0);
  expect(await world.settled()).toMatchObject([{ state: 'succeeded' }]);
  expect(world.studio.jobs.creations).toBe(1);
});

test('a caller that goes while its wish is described leaves it to be made', async () => {
  await using made = await openWritten();
  const { world, writer } = made;
  writer.fail({ type: 'slow', headersAfter: 60 });
  const caller = new AbortController();
  const asked = world.ask(path, wish, { signal: caller.signal }).catch((error: Error) => error.name);
  await until(() => writer.requests.length === 1);
  caller.abort();
  expect(await asked).toBe('AbortError');
  expect(await world.settled()).toMatchObject([{ state: 'succeeded' }]);
  expect(world.studio.jobs.list().map(({ prompt }) => prompt)).toEqual([written]);
});

test('the words of the chat model are counted', async () => {
  await using made = await openWritten();
  const { world } = made;
  await first(await world.ask(path, wish));
  await until(() => world.ends.length === 2);
  expect(world.gateway.stats().outputTokens).toBeGreaterThan(0);
});
