import { loadCodecs } from '../dialects/load-codecs.ts';
import { GatewayError } from '../errors.ts';
import { anyone, type FileDesk, preview } from '../files/file-desk.ts';
import { answerJson } from '../http/local-answers.ts';
import type { JobOperation } from '../http/route-table.ts';
import { loadMedia } from '../media/load-media.ts';
import { jobFormatOf } from '../media/pick-media.ts';
import { renderDeletedVideo, renderVideoList } from '../media/video/render-video.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, TargetName } from '../protocol/call.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';
import type { JobVariant } from '../protocol/job.ts';
import type { Logger } from '../protocol/logger.ts';
import { isOver, type TaskRecord } from '../protocol/task.ts';
import type { Upstreams } from '../settings/options.ts';
import type { TaskRunner } from '../tasks/task-runner.ts';
import { answerContent, answerPreview } from './answer-content.ts';
import { answerTask, failureOf } from './answer-task.ts';
import type { UpstreamAsker } from './ask-upstream.ts';
import { jobOf, nativeOf } from './poll-job.ts';

export interface JobDeskParts {
  readonly runner: TaskRunner;
  readonly files: FileDesk;
  readonly asker: UpstreamAsker;
  readonly upstreams: Upstreams;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** About a job that was asked for. */
export interface JobQuestion {
  readonly operation: JobOperation;
  /** As it stands in the path, decoded; empty for a list. */
  readonly id: string;
  readonly owner: string;
  readonly query: string;
  readonly headers: RequestHeaders;
  /** Reads the body of a request that has one. */
  readonly read: () => Promise<Buffer>;
  /** See `Call.base`. */
  readonly base: string;
  readonly send: (call: Call, target: TargetName) => Promise<Answer>;
}

const variants: readonly JobVariant[] = ['video', 'thumbnail', 'spritesheet'];
const mostListed = 100;
const usuallyListed = 20;

/** What callers ask about jobs, each about its own. */
export class JobDesk {
  readonly #parts: JobDeskParts;

  constructor(parts: JobDeskParts) {
    this.#parts = parts;
  }

  /** @throws GatewayError `VE_TASK_NOT_FOUND`, `VE_TASK_UNFINISHED`, `VE_PARAMETER_INVALID`, `VE_STORE_FAILED` */
  answer(question: JobQuestion): Promise<Answer> {
    switch (question.operation) {
      case 'list-videos':
        return this.#list(question);
      case 'get-video':
        return this.#get(question, 'videos');
      case 'get-task':
        return this.#get(question, 'tasks');
      case 'delete-video':
        return this.#remove(question);
      case 'get-video-content':
        return this.content(question);
      case 'webhook':
        return this.#hear(question);
      default:
        return Promise.reject(new GatewayError('VE_ROUTE_NOT_FOUND'));
    }
  }

  /** A finished task of an owner's. @throws GatewayError `VE_TASK_NOT_FOUND`, `VE_TASK_UNFINISHED` */
  async finished(id: string, owner: string): Promise<TaskRecord> {
    const task = await this.#find(id, owner);
    if (!isOver(task.state))
      throw new GatewayError('VE_TASK_UNFINISHED', {
        id,
        reason: task.state === 'running' ? 'in progress' : 'queued',
      });
    if (task.state !== 'succeeded') throw failureOf(task);
    return task;
  }

  /** `id`: also `video_…~2`, of the third of several results, and `video_…~preview`. */
  async content({
    id: name,
    owner,
    query,
    headers,
    send,
  }: Omit<JobQuestion, 'operation' | 'read'>): Promise<Answer> {
    const [id = '', place = '0'] = name.split('~');
    const asked = new URLSearchParams(query).get('variant') ?? 'video';
    const variant = variants.find((one) => one === asked);
    if (variant === undefined)
      throw new GatewayError('VE_PARAMETER_INVALID', {
        parameter: 'variant',
        reason: `it must be one of ${variants.join(', ')}`,
      });
    if (place === preview) return answerPreview(await this.#find(id, owner), this.#parts.files);
    const task = await this.finished(id, owner);
    const wanted = { task, index: Number(place), variant, range: headers['range'] };
    return answerContent(wanted, send, this.#parts);
  }

  async #get({ id, owner, base }: JobQuestion, face: 'tasks' | 'videos'): Promise<Answer> {
    const task = await this.#find(id, owner);
    // A picture that takes its time is a task, and no video.
    if (face === 'videos' && task.operation !== 'video') throw new GatewayError('VE_TASK_NOT_FOUND', { id });
    return answerTask(task, face, { files: this.#parts.files, base, encode: undefined });
  }

  async #list({ owner, query }: JobQuestion): Promise<Answer> {
    const asked = new URLSearchParams(query);
    const limit = readLimit(asked.get('limit'));
    const order = asked.get('order') ?? 'desc';
    if (order !== 'asc' && order !== 'desc')
      throw new GatewayError('VE_PARAMETER_INVALID', {
        parameter: 'order',
        reason: 'it must be asc or desc',
      });
    const after = asked.get('after') ?? undefined;
    const found = await this.#parts.runner.list({
      owner,
      operation: 'video',
      limit: limit + 1,
      order,
      ...(after === undefined ? {} : { after }),
    });
    return answerJson(renderVideoList(found.slice(0, limit), found.length > limit));
  }

  async #remove({ id, owner }: JobQuestion): Promise<Answer> {
    const task = await this.#parts.runner.remove(id, owner);
    if (task === undefined) throw new GatewayError('VE_TASK_NOT_FOUND', { id });
    void this.#removeThere(task);
    return answerJson(renderDeletedVideo(id));
  }

  /** As far as that goes: the caller's video is gone here, whatever the upstream does. */
  async #removeThere(task: TaskRecord): Promise<void> {
    const { asker, upstreams, logger } = this.#parts;
    try {
      const { format, handle, target } = await jobOf(task, upstreams);
      const call = format.remove?.(handle);
      if (call !== undefined) await asker.ask({ target, key: task.key }, nativeOf(call));
    } catch (error) {
      logger.warn({ error, task: task.id }, 'a video could not be deleted at its upstream');
    }
  }

  /** What a vendor tells of a job: the news itself is asked for, with our own key. @throws GatewayError `VE_UNAUTHENTICATED` */
  async #hear({ id: name, headers, read }: JobQuestion): Promise<Answer> {
    const { upstreams, runner, clock } = this.#parts;
    const upstream = Object.hasOwn(upstreams, name) ? upstreams[name] : undefined;
    const speech = upstream?.jobs('video', '');
    if (upstream === undefined || speech === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    const body = await read();
    await Promise.all([loadMedia(), loadCodecs()]);
    const format = jobFormatOf('video', speech);
    if (format.parseWebhook === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    const told = Object.entries(headers).map(([key, value]) => [key, String(value ?? '')] as const);
    const secret = upstream.webhookSecret;
    const news = format.parseWebhook({
      headers: Object.fromEntries(told),
      body,
      secret,
      now: wallTime(clock),
    });
    if (news !== undefined) await runner.hurry(name, news.id);
    return answerJson({ received: true });
  }

  async #find(id: string, owner: string): Promise<TaskRecord> {
    const task = await this.#parts.runner.find(id, owner === anyone ? undefined : owner);
    if (task === undefined) throw new GatewayError('VE_TASK_NOT_FOUND', { id });
    return task;
  }
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return usuallyListed;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostListed) return limit;
  const reason = `it must be a whole number from 1 to ${mostListed}`;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'limit', reason });
}
