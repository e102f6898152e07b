import type { Clock } from '@vector-engine/core';
import { makeJpeg } from '../../media-files/make-jpeg.ts';
import { makeMp4 } from '../../media-files/make-mp4.ts';
import { makeWebp } from '../../media-files/make-webp.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { hexOf } from '../../wire/hash-text.ts';
import type { Complaint } from '../dialect.ts';
import { complain } from '../responses/word-problem.ts';
import { createJobBook, isRefusal, type Job } from './job-book.ts';
import type { JobRoutes } from './job-routes.ts';
import { readRemixRequest, readVideoRequest, type VideoRequest } from './read-video-request.ts';
import { listVideos, renderVideo, type VideoDetails } from './render-video.ts';
import { padVideo, type ServedFile, serveFile } from './serve-file.ts';
import { signWebhook, type WebhookTarget } from './sign-webhook.ts';
import type { JobOptions } from './simulated-jobs.ts';

const openAIVideoModels: readonly string[] = [
  'sora-2',
  'sora-2-pro',
  'sora-2-2025-10-06',
  'sora-2-2025-12-08',
  'sora-2-pro-2025-10-06',
];

export interface OpenAIVideoRoutes extends JobRoutes {
  /** From now on `video.completed` and `video.failed` are told there. */
  sendWebhooks(target: WebhookTarget): void;
}

/** OpenAI's Videos API, which OpenAI has closed and others still serve. */
export function serveOpenAIVideos(
  options: JobOptions & { readonly clock?: Clock; readonly models?: readonly string[] },
): OpenAIVideoRoutes {
  const book = createJobBook<VideoDetails>(options);
  const models = options.models ?? openAIVideoModels;
  let target: WebhookTarget | undefined;

  function create(
    request: RecordedRequest,
    { prompt, model, seconds, size }: VideoRequest,
    { seed, remixOf }: { readonly seed: string; readonly remixOf: string | null },
  ): PlannedAnswer | Complaint {
    if (!models.includes(model)) return { type: 'model-unknown', model, operation: 'videos' };
    const [width = 0, height = 0] = size.split('x').map(Number);
    const id = `video_${hexOf(seed, 32)}`;
    const order = { id, model, prompt, width, height, seconds: Number(seconds), details: { size, remixOf } };
    const outcome = book.create(request, order, (job) => jsonAnswer(200, renderVideo(job), { indent: 2 }));
    return isRefusal(outcome) ? { ...outcome, model } : outcome;
  }

  function remix(request: RecordedRequest, id: string, seed: string): PlannedAnswer | Complaint {
    const source = book.find(id);
    if (source === undefined) return unknown(id);
    const prompt = readRemixRequest(request);
    if (typeof prompt !== 'string') return prompt;
    if (source.state !== 'succeeded') {
      return complain('Video must be completed before it can be remixed.', 'video_id', 'invalid_value');
    }
    const { model, seconds, details } = source;
    return create(
      request,
      { prompt, model, seconds: String(seconds), size: details.size },
      { seed, remixOf: id },
    );
  }

  function look(id: string): PlannedAnswer | Complaint {
    const found = book.poll(id);
    if (found === undefined) return unknown(id);
    if (isRefusal(found)) return found.status === 404 ? unknown(id) : { ...found, model: 'default' };
    return jsonAnswer(200, renderVideo(found), { indent: 2 });
  }

  function download(request: RecordedRequest, id: string, variant: string): PlannedAnswer | Complaint {
    const found = book.download(id);
    if (found === undefined) return unknown(id);
    if (isRefusal(found)) return found.status === 404 ? unknown(id) : { ...found, model: 'default' };
    const file = makeVariant(found, variant);
    if (file === undefined) {
      const message = `Invalid value: '${variant}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.`;
      return complain(message, 'variant', 'invalid_value');
    }
    if (found.state === 'succeeded') return serveFile(request, file());
    const message = 'Video is not ready yet, use GET /v1/videos/{video_id} to check status.';
    return { type: 'not-found', message, param: null };
  }

  function remove(id: string): PlannedAnswer | Complaint {
    if (book.find(id) === undefined) return unknown(id);
    book.remove(id);
    return jsonAnswer(200, { id, deleted: true, object: 'video.deleted' }, { indent: 2 });
  }

  return {
    jobs: book.view,
    isPublic: () => false,
    answer(request, { path, query, seed }) {
      const [place, id, below] = /^\/v1\/videos(?:\/([^/]+)(?:\/(content|remix))?)?$/.exec(path) ?? [];
      if (place === undefined) return undefined;
      const { method } = request;
      if (id === undefined && method === 'GET') return jsonAnswer(200, listVideos(book.all(), query));
      if (id === undefined && method === 'POST') {
        const asked = readVideoRequest(request);
        return 'type' in asked ? asked : create(request, asked, { seed, remixOf: null });
      }
      if (id !== undefined && below === undefined && method === 'DELETE') return remove(id);
      if (id !== undefined && below === undefined && method === 'GET') return look(id);
      if (id !== undefined && below === 'remix' && method === 'POST') return remix(request, id, seed);
      if (id !== undefined && below === 'content' && method === 'GET') {
        return download(request, id, query.get('variant') ?? 'video');
      }
      return { type: 'method-wrong', method, path: request.path };
    },
    sendWebhooks(wanted) {
      if (target === undefined) {
        book.watch((job) => {
          if (target !== undefined && job.state !== 'running')
            book.notify(signWebhook(job, target, book.now()));
        });
      }
      target = wanted;
    },
  };
}

function unknown(id: string): Complaint {
  return { type: 'not-found', message: `Video with id '${id}' not found.`, param: 'video_id' };
}

/** Made when it is asked for. */
function makeVariant(job: Job<VideoDetails>, variant: string): (() => ServedFile) | undefined {
  const { width, height, seconds, id: seed, plan } = job;
  switch (variant) {
    case 'video':
      return () => padVideo(makeMp4({ width, height, seconds, seed }), plan.file?.bytes ?? 0);
    case 'thumbnail':
      return () => ({ head: makeWebp({ width, height, seed }), zeros: 0, type: 'image/webp' });
    case 'spritesheet':
      return () => ({ head: makeJpeg({ width, height, seed }), zeros: 0, type: 'image/jpeg' });
    default:
      return undefined;
  }
}
