import type { Clock } from '@vector-engine/core';
import { makeMp4 } from '../../media-files/make-mp4.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { countRequests } from '../count-requests.ts';
import type { Complaint } from '../dialect.ts';
import { wordOpenAIError } from '../openai-errors.ts';
import { complain } from '../responses/word-problem.ts';
import type { Vendor } from '../vendor.ts';
import { createJobBook, isRefusal, type Job } from './job-book.ts';
import { readLength, readSize } from './read-frame.ts';
import { padVideo, serveFile } from './serve-file.ts';
import type { JobOptions, SimulatedJobs } from './simulated-jobs.ts';

export interface VideoTasksOptions extends JobOptions {
  /** The models that exist; default any. */
  readonly models?: readonly string[];
  /** The keys that are accepted; default any, even none. */
  readonly apiKeys?: readonly string[];
}

const longest = 60;

/** The tasks by which aggregators sell videos of many makers: created at one address, asked about below it. */
export function createVideoTasksVendor(
  options: VideoTasksOptions & { readonly clock?: Clock },
): Vendor & { readonly jobs: SimulatedJobs } {
  const requests = countRequests(options.clock);
  const book = createJobBook<JsonObject>(options);

  function create(request: RecordedRequest): PlannedAnswer | Complaint {
    const { body } = request;
    if (!isJsonObject(body)) return { type: 'json-invalid' };
    const [model, prompt] = [readString(body.model) ?? '', readString(body.prompt) ?? ''];
    if (model === '') return { type: 'model-missing' };
    if (options.models?.includes(model) === false) {
      return { type: 'model-unknown', model, operation: 'videos' };
    }
    if (prompt === '') return complain("Missing required parameter: 'prompt'.", 'prompt');
    const size = readSize(body.size ?? '1280x720');
    if (size === undefined) return complain(`Invalid size: ${String(body.size)}.`, 'size', 'invalid_value');
    const seconds = readLength(body.duration ?? body.seconds ?? 5);
    if (seconds === undefined || seconds <= 0 || seconds > longest) {
      const message = `Invalid duration: it must be from 1 to ${longest} seconds.`;
      return complain(message, 'duration', 'invalid_value');
    }
    const id = `task_${hexOf(requests.next().seed, 24)}`;
    const order = { ...size, id, model, prompt, seconds, details: body };
    const outcome = book.create(request, order, (job) => jsonAnswer(200, renderTask(job, request.origin)));
    return isRefusal(outcome) ? { ...outcome, model } : outcome;
  }

  function look({ origin }: RecordedRequest, id: string): PlannedAnswer | Complaint {
    const found = book.poll(id);
    if (found === undefined) return unknown(id);
    if (isRefusal(found)) return found.status === 404 ? unknown(id) : { ...found, model: 'default' };
    return jsonAnswer(200, renderTask(found, origin));
  }

  function download(request: RecordedRequest, id: string): PlannedAnswer | Complaint {
    const found = book.download(id);
    if (found === undefined) return unknown(id);
    if (isRefusal(found)) return { ...found, model: 'default' };
    if (found.state !== 'succeeded') return unknown(id);
    const { width, height, seconds, plan } = found;
    return serveFile(request, padVideo(makeMp4({ width, height, seconds, seed: id }), plan.file?.bytes ?? 0));
  }

  function route(request: RecordedRequest): PlannedAnswer | Complaint {
    const { method } = request;
    const path = request.path.split('?')[0] ?? '';
    const file = /^\/files\/(task_\w+)\.mp4$/.exec(path)?.[1];
    if (file !== undefined) return download(request, file);
    const [place, id] = /^\/v1\/video\/generations(?:\/([^/]+))?$/.exec(path) ?? [];
    const complaint = checkKey(options.apiKeys, request);
    if (complaint !== undefined) return complaint;
    if (place === undefined) return { type: 'url-unknown', method, path };
    if (method !== (id === undefined ? 'POST' : 'GET')) return { type: 'method-wrong', method, path };
    return id === undefined ? create(request) : look(request, id);
  }

  return {
    basePath: '/v1',
    jobs: book.view,
    answer(request) {
      const outcome = route(request);
      return 'type' in outcome ? refuse(outcome) : outcome;
    },
    refuse: (status) => refuse({ type: 'status', status, model: 'default' }),
    writeStreamError: () => '',
  };
}

function refuse(complaint: Complaint): PlannedAnswer {
  const { status, body, headers = {} } = wordOpenAIError(complaint);
  return jsonAnswer(status, body, { headers });
}

function checkKey(
  accepted: readonly string[] | undefined,
  { headers }: RecordedRequest,
): Complaint | undefined {
  if (accepted === undefined) return undefined;
  const key = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (key === undefined) return { type: 'key-missing' };
  return accepted.includes(key) ? undefined : { type: 'key-wrong', key };
}

function unknown(id: string): Complaint {
  return { type: 'not-found', message: `Task '${id}' not found.`, param: null };
}

/** The file's address is for everybody who has it. */
function renderTask(job: Job<JsonObject>, origin: string): JsonObject {
  const { id, model, prompt, state, width, height, seconds, end } = job;
  const head = { id, object: 'video.generation', created: Math.floor(job.createdAt / 1000), model };
  if (state === 'queued') return { ...head, status: 'queued' };
  if (state === 'running') return { ...head, status: 'processing', progress: job.progress };
  if (state === 'succeeded') {
    const video = {
      url: `${origin}/files/${id}.mp4`,
      revised_prompt: prompt,
      duration: seconds,
      width,
      height,
    };
    const tokens = { prompt_tokens: prompt.split(/\s+/).length, completion_tokens: Math.ceil(seconds * 600) };
    const total = tokens.prompt_tokens + tokens.completion_tokens;
    return { ...head, status: 'succeeded', data: [video], usage: { ...tokens, total_tokens: total } };
  }
  const error =
    end.type === 'failure'
      ? { code: end.code ?? 'generation_failed', message: end.message ?? 'The video could not be generated.' }
      : { code: 'content_policy_violation', message: 'The video was rejected by the safety system.' };
  return { ...head, status: 'failed', error };
}
