import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import type { TaskState } from '../../protocol/task.ts';
import { renderLegacyImages, renderTask } from './render-task.ts';
import { renderDeletedVideo, renderVideo, renderVideoList } from './render-video.ts';
import type { VideoTask } from './video-task.ts';

const task: VideoTask = {
  id: 'video_1',
  model: 'sora-2',
  prompt: 'a fox',
  state: 'running',
  progress: 40,
  createdAt: 1_716_382_910_900,
  request: { seconds: 8, width: 1280, height: 720 },
  results: [],
};
const made: VideoTask = {
  ...task,
  state: 'succeeded',
  completedAt: 1_716_382_990_000,
  expiresAt: 1_716_386_510_000,
  results: [{ seconds: 15, width: 1920, height: 1080 }],
};
const link = 'https://host/ai/v1/videos/video_1/content?exp=1&sig=2';

const clientOf = (body: JsonObject): OpenAI =>
  new OpenAI({ apiKey: 'key', fetch: async () => Response.json(body) });

describe("OpenAI's video", () => {
  test('is one for the official SDK', async () => {
    const video = await clientOf(renderVideo(made)).videos.retrieve('video_1');
    expect(video).toEqual({
      id: 'video_1',
      object: 'video',
      model: 'sora-2',
      status: 'completed',
      progress: 100,
      created_at: 1_716_382_910,
      completed_at: 1_716_382_990,
      expires_at: 1_716_386_510,
      prompt: 'a fox',
      seconds: '15',
      size: '1920x1080',
      remixed_from_video_id: null,
      error: null,
    });
  });

  test('says what is planned until it is made, and whose change it is', () => {
    const remix = { ...task, request: { ...task.request, remixedFrom: 'video_0' } };
    expect(renderVideo(remix)).toMatchObject({
      status: 'in_progress',
      progress: 40,
      seconds: '8',
      size: '1280x720',
      completed_at: null,
      remixed_from_video_id: 'video_0',
    });
    expect(renderVideo({ ...task, request: {} })).toMatchObject({ seconds: null, size: null });
  });

  test('is listed, page by page', async () => {
    const page = renderVideoList([made, { ...task, id: 'video_2' }], true);
    expect(page).toMatchObject({ object: 'list', first_id: 'video_1', last_id: 'video_2', has_more: true });
    const listed = await clientOf(page).videos.list();
    expect(listed.data.map(({ id }) => id)).toEqual(['video_1', 'video_2']);
    expect(listed.nextPageRequestOptions()?.query).toMatchObject({ after: 'video_2' });
    expect(renderVideoList([], false)).toMatchObject({ data: [], first_id: null, last_id: null });
  });

  test('is deleted', async () => {
    const deleted = await clientOf(renderDeletedVideo('video_1')).videos.delete('video_1');
    expect(deleted).toEqual({ id: 'video_1', object: 'video.deleted', deleted: true });
  });
});

test.each<[TaskState, string, string]>([
  ['creating', 'queued', 'queued'],
  ['queued', 'queued', 'queued'],
  ['running', 'in_progress', 'processing'],
  ['succeeded', 'completed', 'succeeded'],
  ['failed', 'failed', 'failed'],
  ['cancelled', 'failed', 'failed'],
  ['expired', 'failed', 'failed'],
  ['unknown', 'failed', 'failed'],
])('a task that is %s is %s as a video and %s as a task', (state, video, word) => {
  expect(renderVideo({ ...task, state }).status).toBe(video);
  expect(renderTask({ ...task, state }, []).status).toBe(word);
});

describe('a failure', () => {
  const message = 'no foxes';
  test.each<[Partial<VideoTask>, object]>([
    [
      { state: 'failed', error: { code: 'content_filtered', message, filtered: true } },
      { code: 'content_filtered', message },
    ],
    [{ state: 'expired' }, { code: 'expired' }],
    [{ state: 'cancelled' }, { code: 'cancelled' }],
    [{ state: 'failed' }, { code: 'generation_failed' }],
  ])('says why, on both faces', (fields, error) => {
    expect(renderVideo({ ...task, ...fields }).error).toMatchObject(error);
    expect(renderTask({ ...task, ...fields }, []).error).toMatchObject(error);
  });
});

describe("the aggregators' task", () => {
  test('is in the shape that its clients poll', () => {
    const usage = { inputTokens: 45, outputTokens: 8900, cachedInputTokens: 0, reasoningTokens: 0 };
    expect(renderTask({ ...made, revisedPrompt: 'a red fox', usage }, [link])).toEqual({
      id: 'video_1',
      object: 'video.generation',
      created: 1_716_382_910,
      model: 'sora-2',
      status: 'succeeded',
      progress: 100,
      data: [{ url: link, revised_prompt: 'a red fox', duration: 15, width: 1920, height: 1080 }],
      usage: { prompt_tokens: 45, completion_tokens: 8900, total_tokens: 8945 },
    });
  });

  test('has nothing to show before', () => {
    expect(renderTask(task, [])).toEqual({
      id: 'video_1',
      object: 'video.generation',
      created: 1_716_382_910,
      model: 'sora-2',
      status: 'processing',
      progress: 40,
    });
  });

  test('is an image for who reads data[0].url', async () => {
    const { data } = await clientOf(renderLegacyImages(made, [link])).images.generate({ prompt: 'a fox' });
    expect(data).toEqual([{ url: link, revised_prompt: 'a fox', duration: 15, width: 1920, height: 1080 }]);
  });

  test('tells of each of several', () => {
    const { data } = renderTask({ ...made, results: [{ seconds: 4 }, { seconds: 6 }] }, [link, link]);
    expect(data).toMatchObject([
      { duration: 4, width: 1280 },
      { duration: 6, width: 1280 },
    ]);
  });
});
