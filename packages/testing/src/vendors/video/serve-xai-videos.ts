import type { Clock } from '@vector-engine/core';
import { makeMp4 } from '../../media-files/make-mp4.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { uuidOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readNumber, readString } from '../../wire/read-json.ts';
import type { Complaint } from '../dialect.ts';
import { complain } from '../responses/word-problem.ts';
import { createJobBook, isRefusal, type Job, type JobOrder } from './job-book.ts';
import type { JobRoutes } from './job-routes.ts';
import { frameOf } from './read-frame.ts';
import { padVideo, serveFile } from './serve-file.ts';
import type { JobOptions } from './simulated-jobs.ts';

export const xaiVideoModels: readonly string[] = ['grok-imagine-video', 'grok-imagine-video-1.5'];

interface XaiDetails {
  readonly resolution: string;
}

const shortSides: Readonly<Record<string, number>> = { '480p': 480, '720p': 720, '1080p': 1080 };
const shapes = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3'];

/** xAI's video API: https://docs.x.ai/docs/guides/video-generations, node_modules/@ai-sdk/xai/src/xai-video-model.ts. */
export function serveXaiVideos(
  options: JobOptions & { readonly clock?: Clock; readonly models?: readonly string[] },
): JobRoutes {
  const book = createJobBook<XaiDetails>(options);
  const models = options.models ?? xaiVideoModels;

  function create(request: RecordedRequest, seed: string): PlannedAnswer | Complaint {
    if (!isJsonObject(request.body)) return { type: 'json-invalid' };
    const order = readOrder(request.body, uuidOf(seed));
    if ('type' in order) return order;
    if (!models.includes(order.model)) {
      return { type: 'model-unknown', model: order.model, operation: 'videos' };
    }
    const outcome = book.create(request, order, ({ id }) => jsonAnswer(200, { request_id: id }));
    return isRefusal(outcome) ? { ...outcome, model: order.model } : outcome;
  }

  function look(id: string, origin: string): PlannedAnswer | Complaint {
    const found = book.poll(id);
    if (found === undefined) return unknown(id);
    if (isRefusal(found)) return found.status === 404 ? unknown(id) : { ...found, model: 'default' };
    const { state, progress } = found;
    if (state === 'queued' || state === 'running') return jsonAnswer(202, { status: 'pending', progress });
    return jsonAnswer(200, renderDone(found, origin));
  }

  function download(request: RecordedRequest, id: string): PlannedAnswer | Complaint {
    const found = book.download(id);
    if (found === undefined) return unknown(id);
    if (isRefusal(found)) return { ...found, model: 'default' };
    if (found.state !== 'succeeded') return unknown(id);
    const { width, height, seconds, plan } = found;
    return serveFile(request, padVideo(makeMp4({ width, height, seconds, seed: id }), plan.file?.bytes ?? 0));
  }

  return {
    jobs: book.view,
    isPublic: (path) => fileOf(path) !== undefined,
    answer(request, { path, seed }) {
      const { method } = request;
      const file = fileOf(path);
      if (file !== undefined) return download(request, file);
      const [, place] = /^\/v1\/videos\/([^/]+)$/.exec(path) ?? [];
      if (place === undefined) return undefined;
      const creates = ['generations', 'edits', 'extensions'].includes(place);
      if (method === (creates ? 'POST' : 'GET')) {
        return creates ? create(request, seed) : look(place, request.origin);
      }
      return { type: 'method-wrong', method, path };
    },
  };
}

function fileOf(path: string): string | undefined {
  return /^\/xai-vidgen-bucket\/xai-video-([\w-]+)\.mp4$/.exec(path)?.[1];
}

function unknown(id: string): Complaint {
  return { type: 'not-found', message: `Video generation request ${id} was not found.`, param: null };
}

/** Fields that are not known here are let pass: xAI adds some with each model. */
function readOrder(body: JsonObject, id: string): JobOrder<XaiDetails> | Complaint {
  const model = readString(body.model) ?? '';
  if (model === '') return { type: 'model-missing' };
  const prompt = readString(body.prompt) ?? '';
  if (prompt === '' && body.image === undefined)
    return complain('A prompt or an image is required.', 'prompt');
  const { duration = 6, resolution = '480p', aspect_ratio: shape = '16:9' } = body;
  const seconds = readNumber(duration) ?? 0;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 15) {
    return complain(`Invalid duration: ${String(duration)}. It must be from 1 to 15 seconds.`, 'duration');
  }
  const shortSide = shortSides[readString(resolution) ?? ''];
  if (shortSide === undefined || (resolution === '1080p' && model === 'grok-imagine-video')) {
    const message = `Invalid resolution: ${String(resolution)} is not supported by ${model}.`;
    return complain(message, 'resolution');
  }
  const frame = shapes.includes(String(shape)) ? frameOf(String(shape), shortSide) : undefined;
  if (frame === undefined) {
    return complain(
      `Invalid aspect_ratio: ${String(shape)}. It must be one of ${shapes.join(', ')}.`,
      'aspect_ratio',
    );
  }
  return { ...frame, id, model, prompt, seconds, details: { resolution: String(resolution) } };
}

/** As recorded; a second of 480p costs five cents. A tick is 1e-10 dollars. */
function renderDone(
  { id, model, state, end, seconds, details }: Job<XaiDetails>,
  origin: string,
): JsonObject {
  if (end.type === 'failure') {
    const { code = 'internal_error', message = 'The video could not be generated.' } = end;
    return { status: 'failed', error: { code, message }, model };
  }
  const isKept = state === 'succeeded';
  const url = `${origin}/xai-vidgen-bucket/xai-video-${id}.mp4`;
  const ticks = (details.resolution === '480p' ? 500_000_000 : 700_000_000) * seconds;
  return {
    status: 'done',
    video: { ...(isKept ? { url } : {}), duration: seconds, respect_moderation: isKept },
    model,
    usage: { cost_in_usd_ticks: ticks },
    progress: 100,
  };
}
