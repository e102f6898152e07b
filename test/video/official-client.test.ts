import { APIError, toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { makePng } from '../../packages/testing/src/media-files/make-png.ts';
import { readMp4 } from '../../packages/testing/src/media-files/read-mp4.ts';
import { formats } from './studios.ts';
import { openWorld, until } from './world.ts';

const picture = makePng({ width: 720, height: 1280, seed: 'a boat' });

async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

async function refusal(promise: Promise<unknown>): Promise<APIError> {
  const error = await caught(promise);
  if (error instanceof APIError) return error;
  throw error;
}

describe.each(formats)('the official client over %s', (format) => {
  test('creates, polls and downloads a video', async () => {
    await using world = await openWorld({ format });
    const client = world.client();
    const created = await client.videos.create({ model: 'film', prompt: 'A boat at dawn' });
    expect(created).toMatchObject({ object: 'video', model: 'film', prompt: 'A boat at dawn' });
    expect(['queued', 'in_progress']).toContain(created.status);
    expect(created.id).toMatch(/^video_[0-9a-f]{32}$/);
    await until(async () => (await client.videos.retrieve(created.id)).status === 'completed');
    const polled = await client.videos.retrieve(created.id);
    expect(polled).toMatchObject({ status: 'completed', progress: 100, error: null });
    const content = await client.videos.downloadContent(created.id);
    expect(content.headers.get('content-type')).toBe('video/mp4');
    const facts = readMp4(Buffer.from(await content.arrayBuffer()));
    expect(facts?.seconds).toBeGreaterThan(0);
    const [width, height] = polled.size.split('x').map(Number);
    expect({ width: facts?.width, height: facts?.height }).toEqual({ width, height });
    expect(Number(polled.seconds)).toBe(facts?.seconds);
    expect(world.studio.jobs.creations).toBe(1);
    await world.settled();
  });

  test('begins with a picture that it sends as a file', async () => {
    await using world = await openWorld({ format });
    const video = await world.client().videos.create({
      model: 'film',
      prompt: 'The boat sails off',
      input_reference: await toFile(picture, 'boat.png', { type: 'image/png' }),
    });
    expect(video.id).toMatch(/^video_/);
    const [sent] = world.studio.requests;
    const isThere = sent?.rawBody.includes(picture) || sent?.rawBody.includes(picture.toString('base64'));
    expect(isThere).toBe(true);
  });

  test('lists its videos page by page, and deletes one', async () => {
    await using world = await openWorld({ format });
    const client = world.client();
    const ids: string[] = [];
    for (const prompt of ['one', 'two', 'three', 'four', 'five'])
      ids.push((await client.videos.create({ model: 'film', prompt })).id);
    const newest: string[] = [];
    for await (const video of client.videos.list({ limit: 2 })) newest.push(video.id);
    expect(newest).toEqual(ids.toReversed());
    const page = await client.videos.list({ limit: 2, order: 'asc', after: ids[1] ?? '' });
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    expect(page.has_more).toBe(true);
    const deleted = await client.videos.delete(ids[2] ?? '');
    expect(deleted).toEqual({ id: ids[2], object: 'video.deleted', deleted: true });
    expect((await refusal(client.videos.retrieve(ids[2] ?? ''))).status).toBe(404);
    const left = await client.videos.list({ order: 'asc' });
    expect(left.data.map(({ id }) => id)).toEqual(ids.toSpliced(2, 1));
  });

  test('takes a part of a video', async () => {
    await using world = await openWorld({ format });
    const client = world.client();
    const { id } = await client.videos.create({ model: 'film', prompt: 'A boat' });
    await until(async () => (await client.videos.retrieve(id)).status === 'completed');
    const whole = Buffer.from(await (await client.videos.downloadContent(id)).arrayBuffer());
    const part = await client.videos.downloadContent(id, {}, { headers: { range: 'bytes=4-99' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 4-99/${whole.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(4, 100));
    const tail = await client.videos.downloadContent(id, {}, { headers: { range: 'bytes=-10' } });
    expect(Buffer.from(await tail.arrayBuffer())).toEqual(whole.subarray(-10));
    const beyond = await refusal(
      client.videos.downloadContent(id, {}, { headers: { range: `bytes=${whole.length}-` } }),
    );
    expect(beyond.status).toBe(416);
  });
});

test.each(formats.filter((format) => format !== 'tasks'))(
  'a length or a size that %s does not have is refused with those that it has',
  async (format) => {
    await using world = await openWorld({ format });
    const { videos } = world.client();
    const long = await refusal(videos.create({ model: 'film', prompt: 'A boat', seconds: '400' as '4' }));
    expect(long).toMatchObject({ status: 400, param: 'seconds' });
    expect(long.message).toMatch(/must be (one of \d|a whole number from \d)/);
    const odd = await refusal(
      videos.create({ model: 'film', prompt: 'A boat', size: '640x640' as '720x1280' }).then((video) => {
        throw new Error(`${video.size} was made`);
      }),
    );
    expect(odd).toMatchObject({ status: 400, param: 'size' });
    expect(odd.message).toMatch(/must be one of \d+x\d+, /);
    expect(world.studio.requests).toEqual([]);
  },
);

test('a length that only the provider knows not to be possible is refused in its words', async () => {
  await using world = await openWorld({ format: 'tasks' });
  const { videos } = world.client();
  const long = await refusal(videos.create({ model: 'film', prompt: 'A boat', seconds: '400' as '4' }));
  expect(long).toMatchObject({ status: 400, param: 'duration' });
  expect(long.message).toContain('from 1 to 60 seconds');
});

test('a thumbnail and a spritesheet are had where the provider has them', async () => {
  await using world = await openWorld();
  const { videos } = world.client();
  const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
  await until(async () => (await videos.retrieve(id)).status === 'completed');
  const thumbnail = await videos.downloadContent(id, { variant: 'thumbnail' });
  expect(thumbnail.headers.get('content-type')).toBe('image/webp');
  const sheet = await videos.downloadContent(id, { variant: 'spritesheet' });
  expect(sheet.headers.get('content-type')).toBe('image/jpeg');
  const wrong = await refusal(videos.downloadContent(id, { variant: 'poster' as 'video' }));
  expect(wrong).toMatchObject({ status: 400, param: 'variant' });
});

test('a provider without thumbnails says that there is none', async () => {
  await using world = await openWorld({ format: 'gemini' });
  const { videos } = world.client();
  const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
  await until(async () => (await videos.retrieve(id)).status === 'completed');
  expect((await refusal(videos.downloadContent(id, { variant: 'thumbnail' }))).status).toBe(404);
});

test('a video that is not finished cannot be downloaded, and says so', async () => {
  await using world = await openWorld({ studio: { jobTime: 60_000 } });
  const { videos } = world.client();
  const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
  const early = await refusal(videos.downloadContent(id));
  expect(early.status).toBe(400);
  expect(early.message).toContain('not ready');
});

test('a remix is a video of its own that names what it changes', async () => {
  await using world = await openWorld();
  const { videos } = world.client();
  const { id } = await videos.create({ model: 'film', prompt: 'A boat', seconds: '8' });
  await until(async () => (await videos.retrieve(id)).status === 'completed');
  const remix = await videos.remix(id, { prompt: 'At night' });
  expect(remix).toMatchObject({ model: 'film', prompt: 'At night', remixed_from_video_id: id });
  expect(remix.id).not.toBe(id);
  await until(async () => (await videos.retrieve(remix.id)).status === 'completed');
  const facts = readMp4(Buffer.from(await (await videos.downloadContent(remix.id)).arrayBuffer()));
  expect(facts?.seconds).toBe(8);
  expect(world.studio.jobs.list().map(({ prompt }) => prompt)).toEqual(['A boat', 'At night']);
});

test('a remix of what is not finished, or not there, is refused', async () => {
  await using world = await openWorld({ studio: { jobTime: 60_000 } });
  const { videos } = world.client();
  const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
  expect((await refusal(videos.remix(id, { prompt: 'At night' }))).status).toBe(400);
  expect((await refusal(videos.remix('video_none', { prompt: 'At night' }))).status).toBe(404);
  expect(world.studio.jobs.creations).toBe(1);
});

test('what a provider cannot remix is refused with the parameter, and nothing is made', async () => {
  await using world = await openWorld({ format: 'gemini' });
  const { videos } = world.client();
  const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
  await until(async () => (await videos.retrieve(id)).status === 'completed');
  expect(await refusal(videos.remix(id, { prompt: 'At night' }))).toMatchObject({ status: 400 });
  expect(world.studio.jobs.creations).toBe(1);
});

test('deleting a video deletes it at the provider, and while it is made as well', async () => {
  await using world = await openWorld({ studio: { jobTime: 60_000 } });
  const { videos } = world.client();
  const { id } = await videos.create({ model: 'film', prompt: 'A boat' });
  await videos.delete(id);
  await until(() => world.studio.jobs.list().every(({ deleted }) => deleted));
  const [settled] = await world.settled();
  expect(settled).toMatchObject({ id, state: 'cancelled' });
});

test('what a list is asked for is checked', async () => {
  await using world = await openWorld();
  const { videos } = world.client();
  expect(await refusal(videos.list({ limit: 1000 }))).toMatchObject({ status: 400, param: 'limit' });
  expect(await refusal(videos.list({ order: 'up' as 'asc' }))).toMatchObject({ status: 400, param: 'order' });
  expect((await videos.list()).data).toEqual([]);
});
