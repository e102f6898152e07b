import { GatewayError } from '../errors.ts';
import type { FileDesk } from '../files/file-desk.ts';
import { answerJson } from '../http/local-answers.ts';
import { renderLegacyImages, renderTask } from '../media/video/render-task.ts';
import { renderVideo } from '../media/video/render-video.ts';
import type { Answer } from '../protocol/answer.ts';
import type { JobFace } from '../protocol/job.ts';
import { isOver, type TaskRecord } from '../protocol/task.ts';
import { toHeaderList } from '../upstreams/response-headers.ts';

export interface RenderParts {
  readonly files: FileDesk;
  /** See `Call.base`. */
  readonly base: string;
  /** Gives the picture of a task in Base64, where that is what is wanted; undefined: its address. */
  readonly encode: ((task: TaskRecord, index: number) => Promise<string>) | undefined;
}

/** Seconds after which a caller who was told to ask again may do so. */
const soon = 5;

/** A task as its caller sees it: as it is, in the words of the face that it is asked about at. */
export function answerTask(task: TaskRecord, face: JobFace, parts: RenderParts): Answer | Promise<Answer> {
  if (face === 'videos') return withChanges(answerJson(renderVideo(task)), task);
  if (face === 'tasks') return withChanges(answerJson(renderTask(task, linksOf(task, parts))), task);
  return answerImages(task, parts);
}

/** Addresses of what was made, which need no key, and are good as long as it is kept. */
function linksOf(task: TaskRecord, { files, base }: RenderParts): readonly string[] {
  return task.results.map((_result, index) => files.linkTask(task, index, base));
}

/** For clients that wait, and read `data[0]`. @throws GatewayError what became of it, where it was not made */
async function answerImages(task: TaskRecord, parts: RenderParts): Promise<Answer> {
  if (!isOver(task.state)) return answerLater(task, parts);
  if (task.state !== 'succeeded') throw failureOf(task);
  const links = linksOf(task, parts);
  if (task.operation === 'video') return withChanges(answerJson(renderLegacyImages(task, links)), task);
  const { encode } = parts;
  const data =
    encode === undefined
      ? links.map((url) => ({ url }))
      : await Promise.all(task.results.map(async (_, index) => ({ b64_json: await encode(task, index) })));
  const revised = { revised_prompt: task.revisedPrompt ?? task.prompt };
  const created = Math.floor(task.createdAt / 1000);
  return withChanges(answerJson({ created, data: data.map((one) => ({ ...one, ...revised })) }), task);
}

/** It is not made yet. A client that sends its request again would buy another. */
function answerLater(task: TaskRecord, { files, base }: RenderParts): Answer {
  const answer = withChanges(answerJson(renderTask(task, [])), task);
  const headers = {
    ...answer.headers,
    location: files.address(`/v1/video/generations/${task.id}`, base),
    'retry-after': String(soon),
    'x-should-retry': 'false',
  };
  return { ...answer, status: 202, headers };
}

/** Why there is nothing to show. */
export function failureOf({ state, error, id }: TaskRecord): GatewayError {
  const reason = error?.message;
  const details = { id, ...(reason === undefined ? {} : { reason }) };
  if (state === 'unknown') return new GatewayError('VE_OUTCOME_UNKNOWN', details);
  return new GatewayError(error?.filtered === true ? 'VE_TASK_FILTERED' : 'VE_TASK_FAILED', details);
}

/** With what was made otherwise than asked for, and what was left out. */
function withChanges(answer: Answer, { request: { adjusted = [], dropped = [] } }: TaskRecord): Answer {
  const headers = { ...answer.headers };
  if (adjusted.length > 0) headers['x-vector-adjusted'] = toHeaderList(adjusted);
  if (dropped.length > 0) headers['x-vector-dropped'] = toHeaderList(dropped);
  return { ...answer, headers };
}
