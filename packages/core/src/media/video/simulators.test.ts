import {
  type SimulatedJobUpstream,
  simulatedGemini,
  simulatedMidjourney,
  simulatedOpenAI,
  simulatedVertex,
  simulatedVideoTasks,
  simulatedXai,
} from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import type { ImageJobRequest, JobFormat, JobHandle, JobReport, VideoRequest } from '../../protocol/job.ts';
import type { MediaAnswer, RenderedMedia } from '../../protocol/media.ts';
import { midjourney } from '../midjourney/midjourney.ts';
import { openAIVideos } from './openai-videos.ts';
import { plain } from './parse-videos-request.ts';
import { taskVideos } from './task-videos.ts';
import { veoOnGemini } from './veo-on-gemini.ts';
import { veoOnVertex } from './veo-on-vertex.ts';
import { xaiVideos } from './xai-videos.ts';

interface Maker<Request> {
  readonly name: string;
  readonly format: JobFormat<Request>;
  readonly start: () => Promise<SimulatedJobUpstream>;
  /** What the format's paths are below. */
  readonly base: string;
  readonly path: string;
  readonly model: string;
  readonly request: Request;
}

const video: VideoRequest = { ...plain, prompt: 'a calm ocean wave', seconds: 6, width: 1920, height: 1080 };
const picture: ImageJobRequest = {
  prompt: 'a calm ocean wave',
  width: 1792,
  height: 1024,
  aspectRatio: undefined,
  images: [],
  n: 1,
  extra: {},
};
const options = { jobTime: 60_000 };
const resource = 'projects/p/locations/eu/publishers/google/models/veo-3.1-generate-001';

const videos: readonly Maker<VideoRequest>[] = [
  {
    name: 'OpenAI Videos',
    format: openAIVideos,
    start: () => simulatedOpenAI(options),
    base: '/v1',
    path: '/videos',
    model: 'sora-2',
    request: video,
  },
  {
    name: 'Veo on Gemini',
    format: veoOnGemini,
    start: () => simulatedGemini(options),
    base: '/v1beta',
    path: '/models/veo-3.1-generate-preview:predictLongRunning',
    model: 'veo-3.1-generate-preview',
    request: video,
  },
  {
    name: 'Veo on Vertex',
    format: veoOnVertex,
    start: () => simulatedVertex(options),
    base: '/v1',
    path: `/${resource}:predictLongRunning`,
    model: 'veo-3.1-generate-001',
    request: { ...video, extra: { seed: 7, generate_audio: true } },
  },
  {
    name: 'xAI',
    format: xaiVideos,
    start: () => simulatedXai(options),
    base: '/v1',
    path: '/videos',
    model: 'grok-imagine-video',
    request: video,
  },
  {
    name: "an aggregator's tasks",
    format: taskVideos,
    start: () => simulatedVideoTasks(options),
    base: '/v1',
    path: '',
    model: 'sora-2-turbo',
    request: video,
  },
];

const pictures: Maker<ImageJobRequest> = {
  name: 'Midjourney',
  format: midjourney,
  start: () => simulatedMidjourney(options),
  base: '',
  path: '',
  model: 'midjourney-v7',
  request: picture,
};

class Job<Request> {
  readonly #maker: Maker<Request>;
  readonly #origin: string;
  handle: JobHandle;

  constructor(maker: Maker<Request>, upstream: SimulatedJobUpstream) {
    this.#maker = maker;
    this.#origin = new URL(upstream.baseURL).origin + maker.base;
    this.handle = { id: '', model: maker.model, results: [] };
  }

  async create(): Promise<JobReport> {
    const { format, request, model, path } = this.#maker;
    const rendered = format.renderRequest(request, model);
    const address = this.#origin + (format.createPath ?? path) + (rendered.below ?? '');
    const report = format.parseCreated(
      await answerOf(fetch(address, { method: 'POST', ...bodyOf(rendered) })),
    );
    this.handle = { ...this.handle, id: report.id ?? '' };
    return report;
  }

  async look(): Promise<JobReport> {
    const { format } = this.#maker;
    const { path, method, json } = format.status(this.handle);
    const sent = json === undefined ? {} : bodyOf({ json, dropped: [] });
    const report = format.parseStatus(await answerOf(fetch(this.#origin + path, { method, ...sent })));
    this.handle = { ...this.handle, results: report.results ?? [] };
    return report;
  }

  async download(): Promise<Buffer> {
    const content = this.#maker.format.content(this.handle, 'video');
    if (content === undefined) throw new Error('there is no file');
    if ('result' in content && content.result.data !== undefined)
      return Buffer.from(content.result.data, 'base64');
    const address = 'call' in content ? this.#origin + content.call.path : (content.result.url ?? '');
    return (await answerOf(fetch(address))).body;
  }
}

function bodyOf(rendered: RenderedMedia): { body: string | FormData; headers: Record<string, string> } {
  if ('json' in rendered)
    return { body: JSON.stringify(rendered.json), headers: { 'content-type': 'application/json' } };
  const form = new FormData();
  for (const [name, value] of rendered.form.fields) form.append(name, value);
  return { body: form, headers: {} };
}

async function answerOf(sent: Promise<Response>): Promise<MediaAnswer> {
  const response = await sent;
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${response.status} ${body.toString('utf8', 0, 500)}`);
  return { headers: {}, body };
}

describe.each(videos)('$name', (maker) => {
  test('makes what is planned, and tells how far it is', async () => {
    await using upstream = await maker.start();
    const job = new Job(maker, upstream);
    const planned = maker.format.plan(maker.request, maker.model);
    expect(['queued', 'running']).toContain((await job.create()).state);
    upstream.jobs.advance(30_000);
    expect((await job.look()).state).toBe('running');
    upstream.jobs.finish();
    expect(await job.look()).toMatchObject({
      state: 'succeeded',
      progress: 100,
      results: [expect.anything()],
    });
    const [made] = upstream.jobs.list();
    expect(made).toMatchObject({ seconds: planned.seconds, width: planned.width, height: planned.height });
    expect((await job.download()).toString('latin1', 4, 8)).toBe('ftyp');
  });

  test('says that it has failed, and what its filter has taken', async () => {
    await using upstream = await maker.start();
    upstream.jobs.plan([
      { takes: 0, ends: { type: 'failure', message: 'Broken.' } },
      { takes: 0, ends: { type: 'filtered' } },
    ]);
    const job = new Job(maker, upstream);
    await job.create();
    const broken = await job.look();
    expect(broken).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('Broken.') } });
    expect(broken.error?.filtered).not.toBe(true);
    await job.create();
    expect(await job.look()).toMatchObject({ state: 'failed', error: { filtered: true } });
  });
});

describe('Midjourney', () => {
  test('makes a picture in the shape that is asked for, and shows how far it is', async () => {
    await using upstream = await pictures.start();
    const job = new Job(pictures, upstream);
    expect(await job.create()).toMatchObject({ state: 'queued' });
    upstream.jobs.advance(30_000);
    expect(await job.look()).toMatchObject({
      state: 'running',
      preview: expect.stringContaining('/attachments/'),
    });
    upstream.jobs.finish();
    expect(await job.look()).toMatchObject({ state: 'succeeded' });
    const [made] = upstream.jobs.list();
    expect(made?.prompt).toBe('a calm ocean wave --ar 7:4 --v 7');
    expect((await job.download()).toString('latin1', 1, 4)).toBe('PNG');
  });

  test('says what it refuses, and what it has forgotten', async () => {
    await using upstream = await pictures.start();
    const banned = { ...pictures, request: { ...picture, prompt: 'a bloodbath' } };
    expect(await new Job(banned, upstream).create()).toMatchObject({
      state: 'failed',
      error: { filtered: true },
    });
    upstream.jobs.plan([
      { takes: 0, ends: { type: 'filtered' } },
      { ends: { type: 'lost' }, takes: 0 },
    ]);
    const job = new Job(pictures, upstream);
    await job.create();
    expect(await job.look()).toMatchObject({ state: 'failed', error: { filtered: true } });
    await job.create();
    await expect(job.look()).rejects.toMatchObject({ details: { upstreamStatus: 404 } });
  });
});
