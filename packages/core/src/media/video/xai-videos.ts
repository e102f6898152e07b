import { fieldsOf, numberOf, optional, pick, restOf, stringOf, wordOf } from '../../dialects/shared/read.ts';
import type { JobFormat, JobPlan, JobReport, VideoRequest } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer, RenderedMedia } from '../../protocol/media.ts';
import { readObject } from '../shared/read-json.ts';
import { unsupported } from '../shared/refuse.ts';
import { distanceOf, fitVideo, planOf } from './fit-video.ts';
import {
  blocked,
  codeOfEnd,
  nothingMade,
  readFailure,
  readId,
  readProgress,
  readState,
  segment,
} from './job-words.ts';
import { addressOf } from './render-picture.ts';
import { grokAbilities } from './video-models.ts';

/** What it takes beside what callers of every vendor say: @ai-sdk/xai, xai-video-model. */
const ownWords = ['generate_audio', 'keyframes', 'last_frame', 'reference_images', 'user'];

/** https://docs.x.ai/docs/guides/video-generation. */
export const xaiVideos: JobFormat<VideoRequest> = {
  takesAddresses: true,
  renderRequest: (request, model) =>
    request.remixOf === undefined ? renderGeneration(request, model) : renderEdit(request, model),
  plan,
  distance: (request, model) =>
    request.remixOf === undefined ? distanceOf(request, grokAbilities(model)) : 0,
  parseCreated: (answer) => ({ id: readId(readObject(answer).request_id), state: 'queued' }),
  status: ({ id }) => ({ method: 'GET', path: `/videos/${segment(id)}` }),
  parseStatus,
  content: ({ results }, variant, index = 0) => {
    const result = variant === 'video' ? results[index] : undefined;
    return result === undefined ? undefined : { result };
  },
};

function plan(request: VideoRequest, model: string): JobPlan {
  const { remixOf } = request;
  if (remixOf === undefined) {
    const planned = planOf(fitVideo(request, grokAbilities(model)));
    // It takes the shape of the picture that it begins with.
    return followsPicture(request) ? { ...planned, width: undefined, height: undefined } : planned;
  }
  const { seconds, width, height } = remixOf.results[0] ?? {};
  return { seconds, width, height, adjusted: [] };
}

function followsPicture({ image, width, aspectRatio }: VideoRequest): boolean {
  return image !== undefined && width === undefined && aspectRatio === undefined;
}

function renderGeneration(request: VideoRequest, model: string): RenderedMedia {
  const { prompt, image, extra } = request;
  const { seconds, frame, adjusted } = fitVideo(request, grokAbilities(model));
  const url = image === undefined ? undefined : addressOf(image);
  if (image !== undefined && url === undefined) throw unsupported('input_reference.file_id', model);
  const json = {
    ...pick(extra, ownWords),
    model,
    prompt,
    duration: seconds,
    ...(!followsPicture(request) && { aspect_ratio: frame.aspectRatio }),
    resolution: frame.resolution,
    ...(url !== undefined && { image: { url } }),
  };
  return { json, below: '/generations', dropped: Object.keys(restOf(extra, ownWords) ?? {}), adjusted };
}

/** It wants the video's address, and keeps its length and size. */
function renderEdit({ prompt, remixOf, extra }: VideoRequest, model: string): RenderedMedia {
  const url = remixOf?.results[0]?.url;
  if (url === undefined) throw unsupported('video_id', model);
  return {
    json: { ...pick(extra, ['user']), model, prompt, video: { url } },
    below: '/edits',
    dropped: Object.keys(restOf(extra, ['user']) ?? {}),
  };
}

function parseStatus(answer: MediaAnswer): JobReport {
  // 202 may come with nothing in it.
  if (answer.body.length === 0) return { state: 'running' };
  const { status, error, video, progress } = readObject(answer);
  const word = stringOf(status);
  const made = fieldsOf(video);
  const url = wordOf(made.url) ?? wordOf(fieldsOf(made.file_output).public_url);
  const state = word === undefined && url !== undefined ? 'succeeded' : readState(word ?? '');
  if (state === 'failed') {
    const end = codeOfEnd(word ?? '');
    return readFailure(
      error,
      end,
      end === 'expired' ? 'the upstream has forgotten it' : 'the upstream could not make the video',
    );
  }
  // `pending` is what it says of one that is being made.
  if (state !== 'succeeded') return { state: 'running', ...optional('progress', readProgress(progress)) };
  if (made.respect_moderation === false) return blocked('the upstream has filtered the video');
  return url === undefined ? nothingMade() : { state, progress: 100, results: [resultOf(url, made)] };
}

function resultOf(url: string, { duration }: JsonObject): { url: string; type: string; seconds?: number } {
  return { url, type: 'video/mp4', ...optional('seconds', numberOf(duration)) };
}
