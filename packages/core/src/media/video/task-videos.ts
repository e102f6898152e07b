import {
  countOf,
  fieldsOf,
  isObject,
  listOf,
  numberOf,
  objectOf,
  optional,
  present,
  protocolError,
  wordOf,
} from '../../dialects/shared/read.ts';
import type { JobFormat, JobReport, JobResult, VideoRequest } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer, RenderedMedia } from '../../protocol/media.ts';
import type { Usage } from '../../protocol/usage.ts';
import { readObject } from '../shared/read-json.ts';
import { unsupported } from '../shared/refuse.ts';
import { dropHooks } from './drop-hooks.ts';
import { planAsAsked, sizeOf } from './fit-video.ts';
import {
  codeOfEnd,
  nothingMade,
  readFailure,
  readId,
  readProgress,
  readState,
  segment,
} from './job-words.ts';
import { addressOf } from './render-picture.ts';

/**
 * What aggregators have agreed on, more or less: POST /video/generations, then GET /video/generations/{id}. Limits are
 * theirs to know. https://docs.newapi.pro/en/docs/api/ai-model/videos/createvideogeneration.
 */
export const taskVideos: JobFormat<VideoRequest> = {
  createPath: '/video/generations',
  takesAddresses: true,
  renderRequest,
  plan: planAsAsked,
  parseCreated: (answer) => {
    const task = taskIn(answer);
    return { id: readId(task.id ?? task.task_id), ...parseTask(task) };
  },
  status: ({ id }) => ({ method: 'GET', path: `/video/generations/${segment(id)}` }),
  parseStatus: (answer) => parseTask(taskIn(answer)),
  content: ({ results }, variant, index = 0) => {
    const result = variant === 'video' ? results[index] : undefined;
    return result === undefined ? undefined : { result };
  },
};

function renderRequest(request: VideoRequest, model: string): RenderedMedia {
  const { prompt, seconds, width, height, aspectRatio, resolution, n, image, remixOf, extra } = request;
  if (remixOf !== undefined) throw unsupported('video_id', model);
  const address = image === undefined ? undefined : addressOf(image);
  if (image !== undefined && address === undefined) throw unsupported('input_reference.file_id', model);
  const { kept, dropped } = dropHooks(extra);
  const json = {
    ...kept,
    model,
    prompt,
    ...optional('duration', seconds),
    ...(width !== undefined && height !== undefined && { size: sizeOf({ width, height }) }),
    ...optional('aspect_ratio', aspectRatio),
    ...optional('resolution', resolution),
    ...optional('n', n),
    ...optional('image', address),
  };
  return { json, dropped };
}

/** Some put it into an envelope: `{code, message, data: {task_id, status}}`. */
function taskIn(answer: MediaAnswer): JsonObject {
  const body = readObject(answer);
  const inner = body.status === undefined ? objectOf(body.data) : undefined;
  return inner ?? body;
}

function parseTask(task: JsonObject): JobReport {
  const word = wordOf(task.status) ?? wordOf(task.state);
  if (word === undefined && task.id === undefined && task.task_id === undefined)
    throw protocolError('it says nothing of the job');
  const state = word === undefined ? 'queued' : readState(word);
  const progress = readProgress(task.progress);
  if (state === 'failed') {
    const problem = task.error ?? task.fail_reason ?? task.message;
    return readFailure(problem, codeOfEnd(word ?? ''), 'the upstream could not make the video');
  }
  if (state !== 'succeeded') return { state, ...optional('progress', progress) };
  const results = resultsOf(task);
  if (results.length === 0) return nothingMade();
  const [first] = listOf(task.data);
  return {
    state,
    progress: 100,
    results,
    ...optional('revisedPrompt', wordOf(fieldsOf(first).revised_prompt)),
    ...optional('usage', usageOf(task.usage)),
  };
}

/** In a list of its own, or in one of the places where only one of them is told. */
function resultsOf(task: JsonObject): readonly JobResult[] {
  const listed = present(listOf(task.data).map((item) => resultOf(fieldsOf(item), task)));
  if (listed.length > 0) return listed;
  const places = [task, fieldsOf(task.data), fieldsOf(task.content), fieldsOf(task.result)];
  return present(places.map((place) => resultOf(place, task))).slice(0, 1);
}

function resultOf(item: JsonObject, { metadata }: JsonObject): JobResult | undefined {
  const url = wordOf(item.url) ?? wordOf(item.video_url) ?? wordOf(item.result_url);
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined;
  const facts = { ...fieldsOf(metadata), ...item };
  const [width, height] = [countOf(facts.width), countOf(facts.height)];
  const seconds = numberOf(facts.duration);
  return {
    url,
    type: 'video/mp4',
    ...optional('seconds', seconds !== undefined && seconds > 0 ? seconds : undefined),
    ...(width !== undefined && height !== undefined && { width, height }),
  };
}

function usageOf(value: JsonObject[string]): Usage | undefined {
  if (!isObject(value)) return undefined;
  const [inputTokens, outputTokens] = [countOf(value.prompt_tokens), countOf(value.completion_tokens)];
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
  };
}
