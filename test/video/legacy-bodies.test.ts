import { createGateway, type Gateway, midjourney } from '@vector-engine/core';
import { type SimulatedJobUpstream, simulatedMidjourney } from '@vector-engine/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMp4 } from '../../packages/testing/src/media-files/read-mp4.ts';
import { type Host, type HostName, startHost } from '../hosts/hosts.ts';
import { fastClock } from './fast-clock.ts';
import { canary, reach, startStudio } from './studios.ts';
import { isRecord, patient, until } from './world.ts';

/* Clients of aggregators ask for videos, and for pictures that take their time, where OpenAI's make pictures, and read
   `data[0].url`. They send no key with what they download. */

const videoModels = {
  'sora-2': 'openai/sora-2',
  'sora-2-turbo': 'openai/sora-2',
  'sora-2.0-turbo': 'tasks/sora-2.0-turbo',
  'sora-v2': 'tasks/sora-v2',
  'veo-3-video': 'gemini/veo-3.1-generate-preview',
} as const;
const imageModels = { 'midjourney-v6': 'mj', 'midjourney-v7': 'mj' } as const;

const sized = { size: '1024x1024', quality: 'hd', response_format: 'url' };
const bodies = {
  'a size and a quality': sized,
  'a size, a type and a number of seconds': { ...sized, type: 'video', duration: 10 },
  'a text of seconds and a style': { duration: '15s', style: 'cinematic' },
} as const;

const doors = [
  'Express 5 at /ai',
  'Express 4 at /v1',
  'Koa 3 at /ai',
  'Koa 2 at /v1',
  'gateway.fetch',
] as const;

const studios: SimulatedJobUpstream[] = [];
let gateway: Gateway;
const hosts = new Map<string, Host>();

beforeAll(async () => {
  const [openai, tasks, gemini, mj] = await Promise.all([
    startStudio('openai'),
    startStudio('tasks'),
    startStudio('gemini'),
    simulatedMidjourney({ jobTime: 30, apiKeys: [canary], concurrency: 100 }),
  ]);
  studios.push(openai, tasks, gemini, mj);
  gateway = createGateway({
    open: true,
    upstreams: {
      openai: reach('openai', openai),
      tasks: reach('tasks', tasks),
      gemini: reach('gemini', gemini),
      mj: midjourney({ baseURL: mj.origin, apiKey: canary }),
    },
    models: { ...videoModels, ...imageModels },
    clock: fastClock(),
    timeouts: patient,
  }) as Gateway;
  for (const door of doors) {
    const [, name, mount] = /^(.+) at (.+)$/.exec(door) ?? [];
    if (name !== undefined) hosts.set(door, await startHost(name as HostName, gateway, mount));
  }
});

afterAll(async () => {
  for (const host of hosts.values()) await host.close();
  await gateway.close({ grace: 0 });
  await Promise.all(studios.map((studio) => studio.close()));
});

function openDoor(door: (typeof doors)[number]): { readonly fetch: typeof fetch; readonly baseURL: string } {
  const host = hosts.get(door);
  if (host === undefined) return { fetch: gateway.fetch, baseURL: 'https://films.example/api/v1' };
  return { fetch, baseURL: host.baseURL };
}

interface Made {
  readonly response: Response;
  readonly text: string;
  /** `data[0]` of the answer. */
  readonly first: Record<string, unknown>;
  /** What is at its address. */
  readonly type: string | null;
  readonly bytes: Buffer;
}

async function make(door: (typeof doors)[number], body: object): Promise<Made> {
  const { fetch: go, baseURL } = openDoor(door);
  const response = await go(`${baseURL}/images/generations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-caller' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const answer: unknown = JSON.parse(text);
  const data = isRecord(answer) && Array.isArray(answer['data']) ? answer['data'] : [];
  const first: Record<string, unknown> = isRecord(data[0]) ? data[0] : {};
  const url = String(first['url']);
  if (!url.startsWith(`${baseURL}/`)) throw new Error(`${response.status} ${text}`);
  const file = await go(url);
  const bytes = Buffer.from(await file.arrayBuffer());
  return { response, text, first, type: file.headers.get('content-type'), bytes };
}

/** Whether an answer tells what only we and the providers know. */
const tells = (text: string): boolean =>
  text.includes(canary) || studios.some(({ port }) => text.includes(`:${port}`));

/** Every model with every body. */
function pairsOf<Body extends object>(
  models: object,
  asked: Readonly<Record<string, Body>>,
): readonly (readonly [model: string, body: Body, what: string])[] {
  return Object.keys(models).flatMap((model) =>
    Object.entries(asked).map(([name, body]) => [model, body, `${model} with ${name}`] as const),
  );
}

type Pair = ReturnType<typeof pairsOf>[number];

/** What became of a wish for a video. */
async function film(door: (typeof doors)[number], [model, body, what]: Pair): Promise<object> {
  const { text, first, type, bytes } = await make(door, { model, prompt: 'A boat at dawn', ...body });
  const facts = readMp4(bytes);
  const { duration, width, height, revised_prompt } = first;
  const words = ['A boat at dawn', 'style' in body ? 'cinematic' : ''];
  return {
    what,
    type,
    plays: (facts?.pictures.length ?? 0) > 0,
    isAsTold: duration === facts?.seconds && width === facts?.width && height === facts?.height,
    isDescribed: words.every((word) => String(revised_prompt).includes(word)),
    tells: tells(text),
  };
}

/** What became of a wish for a picture. */
async function picture(door: (typeof doors)[number], [model, body, what]: Pair): Promise<object> {
  const { text, type, bytes } = await make(door, { model, prompt: 'A boat at dawn', ...body });
  return { what, type, begins: bytes.toString('latin1', 0, 8), tells: tells(text) };
}

describe.each(doors)('through %s', (door) => {
  test('each video model, asked for in each way, makes a video that plays', async () => {
    const pairs = pairsOf(videoModels, bodies);
    expect(await Promise.all(pairs.map((pair) => film(door, pair)))).toEqual(
      pairs.map(([, , what]) => ({
        what,
        type: 'video/mp4',
        plays: true,
        isAsTold: true,
        isDescribed: true,
        tells: false,
      })),
    );
  });

  test('each image model, asked for in each way that is for pictures, makes a picture', async () => {
    const { 'a size, a type and a number of seconds': _video, ...pictures } = bodies;
    const pairs = pairsOf(imageModels, pictures);
    expect(await Promise.all(pairs.map((pair) => picture(door, pair)))).toEqual(
      pairs.map(([, , what]) => ({ what, type: 'image/png', begins: '\x89PNG\r\n\x1a\n', tells: false })),
    );
  });
});

test('what was made otherwise than asked for is told', async () => {
  const { response, first } = await make('gateway.fetch', {
    model: 'sora-2',
    prompt: 'A boat at dawn',
    duration: 10,
    size: '1920x1080',
    quality: 'hd',
  });
  expect(response.headers.get('x-vector-adjusted')).toBe('seconds: 10 -> 12, size: 1920x1080 -> 1280x720');
  expect(first).toMatchObject({ duration: 12, width: 1280, height: 720 });
  // What the provider has no word for is told as well.
  expect(response.headers.get('x-vector-dropped')).toBe('quality');
});

test('a picture that takes longer than its caller can wait is asked for as a task', async () => {
  const [, , , mj] = studios;
  mj?.jobs.plan([{ takes: 1000 }]);
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    gateway.fetch(`http://gateway/v1${path}`, init);
  const response = await ask('/images/generations', {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=1' },
    body: JSON.stringify({ model: 'midjourney-v7', prompt: 'A boat' }),
  });
  expect(response.status).toBe(202);
  const location = String(response.headers.get('location'));
  mj?.jobs.finish();
  const read = async (): Promise<Record<string, unknown>> => {
    const value: unknown = await (await gateway.fetch(location)).json();
    return isRecord(value) ? value : {};
  };
  await until(async () => (await read())['status'] === 'succeeded');
  const made = await read();
  const [first] = Array.isArray(made['data']) ? made['data'] : [];
  const file = await gateway.fetch(isRecord(first) ? String(first['url']) : '');
  expect(file.headers.get('content-type')).toBe('image/png');
  // It is no video.
  expect((await ask(`/videos/${String(made['id'])}`)).status).toBe(404);
  const listed: unknown = await (await ask('/videos')).json();
  expect(JSON.stringify(listed)).not.toContain(String(made['id']));
});

test('a picture is had in Base64 where that is asked for', async () => {
  const response = await gateway.fetch('http://gateway/v1/images/generations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'midjourney-v7', prompt: 'A boat', response_format: 'b64_json' }),
  });
  const value: unknown = await response.json();
  const [first] = isRecord(value) && Array.isArray(value['data']) ? value['data'] : [];
  const bytes = Buffer.from(isRecord(first) ? String(first['b64_json']) : '', 'base64');
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
});

test('a wish that only speaks of "type": "video" is none for a video', async () => {
  const response = await gateway.fetch('http://gateway/v1/images/generations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'midjourney-v7', prompt: '{"type":"video"}', extra: { type: 'video' } }),
  });
  expect(response.status).toBe(200);
});
