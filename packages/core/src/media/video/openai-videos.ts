import {
  fieldsOf,
  numberOf,
  objectOf,
  optional,
  parseJson,
  stringOf,
  wordOf,
} from '../../dialects/shared/read.ts';
import type { JobFormat, JobReport, JobResult, VideoRequest } from '../../protocol/job.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer, MediaBody, RenderedMedia } from '../../protocol/media.ts';
import { readObject } from '../shared/read-json.ts';
import { dropHooks } from './drop-hooks.ts';
import { distanceOf, fitVideo, planAsAsked, planOf, sizeOf } from './fit-video.ts';
import { blocked, codeOfEnd, readFailure, readId, readProgress, readState, segment } from './job-words.ts';
import { fileOf, toDataUrl } from './render-picture.ts';
import { verifyWebhook } from './verify-webhook.ts';
import { soraAbilities } from './video-models.ts';

/** OpenAI's Videos API, and the many servers that speak it: openai/resources/videos.d.ts. */
export const openAIVideos: JobFormat<VideoRequest> = {
  takesAddresses: true,
  renderRequest,
  plan: (request, model) => {
    // A remix is as long and as large as what it changes.
    const { seconds, width, height } = request.remixOf?.results[0] ?? {};
    if (request.remixOf !== undefined) return { seconds, width, height, adjusted: [] };
    const abilities = soraAbilities(model);
    return abilities === undefined ? planAsAsked(request) : planOf(fitVideo(request, abilities));
  },
  distance: (request, model) => {
    const abilities = soraAbilities(model);
    return abilities === undefined || request.remixOf !== undefined ? 0 : distanceOf(request, abilities);
  },
  parseCreated: (answer) => ({ id: readId(readObject(answer).id), ...parseVideo(answer) }),
  status: ({ id }) => ({ method: 'GET', path: `/videos/${segment(id)}` }),
  parseStatus: parseVideo,
  content: ({ id }, variant, index = 0) => {
    if (index > 0) return undefined;
    const query = variant === 'video' ? '' : `?variant=${variant}`;
    return { call: { method: 'GET', path: `/videos/${segment(id)}/content${query}` } };
  },
  remove: ({ id }) => ({ method: 'DELETE', path: `/videos/${segment(id)}` }),
  // There is no other way; a server that deletes only what is over refuses.
  cancel: ({ id }) => ({ method: 'DELETE', path: `/videos/${segment(id)}` }),
  parseWebhook: (hook) => {
    verifyWebhook(hook);
    const { type, data } = fieldsOf(parseJson(hook.body.toString('utf8')));
    const id = wordOf(fieldsOf(data).id);
    // It says which video, and that it is over: the rest is in the video.
    const isOver = type === 'video.completed' || type === 'video.failed';
    return isOver && id !== undefined ? { id, report: undefined } : undefined;
  },
};

function renderRequest(request: VideoRequest, model: string): RenderedMedia {
  const { prompt, remixOf } = request;
  if (remixOf !== undefined) {
    const dropped = Object.keys(request.extra);
    return { json: { prompt }, below: `/${segment(remixOf.id)}/remix`, dropped };
  }
  const abilities = soraAbilities(model);
  if (abilities !== undefined) {
    const { seconds, frame, adjusted } = fitVideo(request, abilities);
    const fields = { model, prompt, seconds: String(seconds), size: sizeOf(frame) };
    // OpenAI refuses what it does not know.
    return { ...write(fields, request), dropped: Object.keys(request.extra), adjusted };
  }
  const { seconds, width, height, aspectRatio, resolution, n, extra } = request;
  const { kept, dropped } = dropHooks(extra);
  const fields = {
    ...kept,
    model,
    prompt,
    ...optional('seconds', seconds === undefined ? undefined : String(seconds)),
    ...(width !== undefined && height !== undefined && { size: sizeOf({ width, height }) }),
    ...optional('aspect_ratio', aspectRatio),
    ...optional('resolution', resolution),
    ...optional('n', n),
  };
  return { ...write(fields, request), dropped };
}

/** A form, which every server of this API takes, where all of it can be told in one. */
function write(fields: JsonObject, { image }: VideoRequest): MediaBody {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const texts = told.flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' || value === undefined ? [] : [[name, String(value)]],
  );
  if (texts.length === told.length && (image === undefined || 'bytes' in image))
    return {
      form: { fields: texts, files: image === undefined ? [] : [['input_reference', fileOf(image)]] },
    };
  return { json: { ...fields, ...optional('input_reference', referenceOf(image)) } };
}

function referenceOf(image: VideoRequest['image']): JsonObject | undefined {
  if (image === undefined) return undefined;
  if ('fileId' in image) return { file_id: image.fileId };
  return { image_url: 'url' in image ? image.url : toDataUrl(image) };
}

function parseVideo(answer: MediaAnswer): JobReport {
  const video = readObject(answer);
  const { status, error, expires_at } = video;
  const word = stringOf(status) ?? '';
  const state = readState(word);
  const progress = readProgress(video.progress);
  if (state === 'failed') {
    const end = readFailure(error, codeOfEnd(word), 'the upstream could not make the video');
    return { ...end, ...optional('progress', progress) };
  }
  if (state !== 'succeeded') return { state, ...optional('progress', progress) };
  // Some servers call finished what their filter has stopped.
  const problem = objectOf(error);
  if (problem !== undefined && readFailure(problem, '', '').error?.filtered === true)
    return blocked(stringOf(problem.message) ?? 'the upstream has filtered the video');
  const seconds = numberOf(expires_at);
  return {
    state,
    progress: 100,
    results: [resultOf(video)],
    ...optional('expiresAt', seconds === undefined ? undefined : seconds * 1000),
  };
}

/** It has no address of its own. */
function resultOf({ seconds, size }: JsonObject): JobResult {
  const length = secondsOf(seconds);
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(stringOf(size) ?? '') ?? [];
  return {
    type: 'video/mp4',
    ...optional('seconds', length),
    ...(width !== undefined && { width: Number(width), height: Number(height) }),
  };
}

/** "8" or 8. */
function secondsOf(value: Json | undefined): number | undefined {
  const seconds = Number(typeof value === 'string' && value !== '' ? value : (numberOf(value) ?? Number.NaN));
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}
