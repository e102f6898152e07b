import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openaiCompatible } from '@vector-engine/express';
import { simulatedVideoTasks } from '@vector-engine/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPngSize } from '../../packages/testing/src/media-files/make-png.ts';
import { readMp4 } from '../../packages/testing/src/media-files/read-mp4.ts';
import { fastClock } from '../../test/tasks/fast-clock.ts';
import { openServer } from '../open-server.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import type { Screen } from './draw-progress.ts';
import { makeFilm } from './make-film.ts';
import { chooseCrew } from './open-studio.ts';
import { playDirector } from './play-director.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'video-agent-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const play = { answer: playDirector, jobTime: 60 };

/** A screen that is read afterwards. */
function paper(isTTY: boolean): Screen & { readonly printed: string } {
  let printed = '';
  return {
    isTTY,
    columns: 100,
    write: (text) => (printed += text),
    get printed() {
      return printed;
    },
  };
}

const listed = (names: readonly string[]): string[] => [...names].toSorted();

test('a topic becomes three scenes, made side by side, with valid pictures and videos in the folder', async () => {
  await using upstreams = await startUpstreams({}, play);
  const { gateway, studioAt } = buildApp(upstreams, { clock: fastClock });
  await using _ = gateway;
  const states: string[] = [];
  gateway.on('task', ({ state, isSettled }) => void (isSettled || states.push(state)));
  const served = new Set<string>();
  gateway.on('end', ({ request, target }) => served.add(`${request?.operation}: ${target?.upstream}`));
  const screen = paper(true);
  const film = await makeFilm(studioAt('http://gateway'), { topic: 'A whale', folder, screen });

  const names = ['storyboard.json', ...[1, 2, 3].flatMap((n) => [`scene-${n}.png`, `scene-${n}.mp4`])];
  expect(listed(await readdir(folder))).toEqual(listed(names));
  expect(listed(film.files)).toEqual(listed(names.map((name) => join(folder, name))));
  expect(JSON.parse(await readFile(join(folder, 'storyboard.json'), 'utf8'))).toEqual(film.storyboard);
  for (const n of [1, 2, 3]) {
    const picture = readPngSize(await readFile(join(folder, `scene-${n}.png`)));
    expect(picture).toEqual({ width: 1280, height: 720 });
    const video = readMp4(await readFile(join(folder, `scene-${n}.mp4`)));
    expect(video).toMatchObject({ width: 1280, height: 720, seconds: 4 });
  }
  expect(film.cost).toBeCloseTo(3 * 4 * 0.05);
  expect(states.indexOf('succeeded')).toBeGreaterThan(states.lastIndexOf('creating'));
  expect([...served]).toEqual(expect.arrayContaining(['chat: anthropic', 'images: openai', 'video: videos']));
  expect(screen.printed).toContain('\u001b[3A');
  expect(screen.printed).toMatch(/The calm {11}█{6}░{24} {2}20 % {2}is filmed/);
  expect(
    screen.printed
      .split('\u001b[3A')
      .at(-1)
      ?.match(/█{30} 100 % {2}done/g),
  ).toHaveLength(3);
});

test('a scene that is refused is told where its bar is, when the others have come to their end', async () => {
  await using upstreams = await startUpstreams({}, play);
  const { gateway, studioAt } = buildApp(upstreams, { clock: fastClock });
  await using _ = gateway;
  const screen = paper(false);
  const making = makeFilm(studioAt('http://gateway'), { topic: 'A forbidden garden', folder, screen });
  await expect(making).rejects.toThrow('3 of 3 scenes failed');
  expect(screen.printed.match(/: failed: 400/g)).toHaveLength(3);
  expect(screen.printed).not.toContain('\u001b');
});

test('a model that has a tool for videos answers with the address of one, which another vendor has made', async () => {
  await using upstreams = await startUpstreams({}, play);
  const { app, gateway } = buildApp(upstreams, { clock: fastClock });
  await using _ = gateway;
  const targets: (string | undefined)[] = [];
  gateway.on('end', ({ target }) => void targets.push(target && `${target.upstream}/${target.model}`));
  await using server = await openServer(app);
  const answer = await fetch(`${server.origin}/ask?question=What%20does%20a%20whale%20dream%20of`);
  const [address = ''] = /http\S+/.exec(await answer.text()) ?? [];
  expect(address.startsWith(`${server.origin}/v1/videos/video_`)).toBe(true);
  expect(new Set(targets)).toEqual(new Set(['anthropic/claude-opus-4-6', 'videos/sora-2-turbo']));

  const video = await fetch(address);
  expect(video.headers.get('content-type')).toBe('video/mp4');
  expect(readMp4(Buffer.from(await video.arrayBuffer()))).toBeDefined();
});

test('what goes wrong with the video is told to the model', async () => {
  await using simulated = await startUpstreams({}, play);
  await using nobody = await simulatedVideoTasks({ models: [] });
  const videos = openaiCompatible({ baseURL: nobody.baseURL, videos: 'tasks' });
  const upstreams = { ...simulated, upstreams: { ...simulated.upstreams, videos } };
  const { app, gateway } = buildApp(upstreams);
  await using _ = gateway;
  await using server = await openServer(app);
  const answer = await fetch(`${server.origin}/ask?question=A%20whale`);
  expect(await answer.text()).toContain('There is no video: 404');
});

test('who is real works first, and who is named before all', async () => {
  const none = await startUpstreams({});
  await using _ = none;
  expect(chooseCrew(none, {})).toEqual({
    chat: 'claude-opus-4-6',
    image: 'gpt-image-2',
    video: 'sora-2-turbo',
  });
  await using upstreams = await startUpstreams({ GEMINI_API_KEY: 'goo-test' });
  const google = { chat: 'gemini-3.0-pro', image: 'gemini-3.1-flash-image', video: 'veo-3-video' };
  expect(chooseCrew(upstreams, {})).toEqual(google);
  expect(chooseCrew(upstreams, { IMAGE_MODEL: 'midjourney-v7' })).toEqual({
    ...google,
    image: 'midjourney-v7',
  });
});
