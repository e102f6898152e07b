import type { Clock } from '@vector-engine/core';
import { makePng } from '../../media-files/make-png.ts';
import { jsonAnswer, type PlannedAnswer, wholeAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readNumber, readString } from '../../wire/read-json.ts';
import { countRequests } from '../count-requests.ts';
import type { Vendor } from '../vendor.ts';
import { createJobBook, isRefusal, type Job, type JobBook } from './job-book.ts';
import { frameOf } from './read-frame.ts';
import { type MidjourneyDetails, renderMidjourneyTask } from './render-midjourney-task.ts';
import { serveFile } from './serve-file.ts';
import type { JobOptions, SimulatedJobs } from './simulated-jobs.ts';

export interface MidjourneyOptions extends JobOptions {
  /** The secrets that are accepted, as `mj-api-secret` or Bearer; default any, even none. */
  readonly apiKeys?: readonly string[];
  /** Prompts with one of these words are refused. */
  readonly bannedWords?: readonly string[];
  /** Tasks that run side by side; the next wait. Default 3. */
  readonly concurrency?: number;
  /** Tasks that wait; the next are refused. Default 10. */
  readonly queueSize?: number;
}

interface Wish {
  readonly prompt: string;
  readonly action: MidjourneyDetails['action'];
  readonly description: string;
}

const actions: Readonly<Record<string, MidjourneyDetails['action']>> = {
  upsample: 'UPSCALE',
  variation: 'VARIATION',
  reroll: 'REROLL',
};

/** The common proxy in front of Midjourney: https://github.com/novicezk/midjourney-proxy. Its refusals are 200 with a code. */
export function createMidjourneyVendor(
  options: MidjourneyOptions & { readonly clock?: Clock },
): Vendor & { readonly jobs: SimulatedJobs } {
  const requests = countRequests(options.clock);
  const book = createJobBook<MidjourneyDetails>(options);
  const { bannedWords = ['nude', 'bloodbath'], concurrency = 3, queueSize = 10 } = options;

  function submit(request: RecordedRequest, body: JsonObject, wish: Wish): PlannedAnswer {
    const { prompt, action, description } = wish;
    const word = bannedWords.find((banned) => prompt.toLowerCase().includes(banned));
    if (word !== undefined) {
      return result(24, '可能包含敏感词', { properties: { promptEn: prompt, bannedWord: word } });
    }
    const before = book.all().filter(({ state }) => state === 'queued' || state === 'running').length;
    if (before >= concurrency + queueSize) return queueFull;
    const waits = before >= concurrency;
    const id = (BigInt(`0x${hexOf(requests.next().seed, 16)}`) % 10n ** 16n).toString().padStart(16, '1');
    const shape = /--ar (\d+:\d+)/.exec(prompt)?.[1] ?? '1:1';
    const frame = frameOf(shape, action === 'UPSCALE' ? 1024 : 2048) ?? { width: 2048, height: 2048 };
    const details = { action, state: readString(body.state) ?? null, waits, description };
    const order = { ...frame, id, model: 'midjourney', prompt, seconds: 0, details };
    const outcome = book.create(request, order, () => {
      tellOf(book, { id, hook: readString(body.notifyHook), origin: request.origin });
      if (!waits) return result(1, '提交成功', { result: id });
      const place = before - concurrency;
      return result(22, `排队中，前面还有${place}个任务`, {
        result: id,
        properties: { numberOfQueues: place },
      });
    });
    if (!isRefusal(outcome)) return outcome;
    return outcome.status === 429 ? queueFull : fail(outcome.status, request);
  }

  /** What a button, or its older spelling, makes of a finished task. */
  function change(request: RecordedRequest, body: JsonObject): PlannedAnswer {
    const [, name = '', position = ''] =
      /^MJ::JOB::(\w+)::(\d)::/.exec(readString(body.customId) ?? '') ?? [];
    const action = actions[name] ?? Object.values(actions).find((known) => known === body.action);
    const index = position === '' ? readNumber(body.index) : Number(position);
    const source = book.find(readString(body.taskId) ?? '');
    if (action === undefined) return result(4, 'action参数错误');
    if (source === undefined) return result(3, '关联任务不存在或已失效');
    if (source.state !== 'succeeded') return result(4, '关联任务状态错误');
    if (action !== 'REROLL' && !(index !== undefined && index >= 1 && index <= 4)) {
      return result(4, 'index参数错误');
    }
    const letter = action === 'REROLL' ? 'R' : `${action.charAt(0)}${index}`;
    return submit(request, body, {
      prompt: source.prompt,
      action,
      description: `/up ${source.id} ${letter}`,
    });
  }

  function imagine(request: RecordedRequest, body: JsonObject): PlannedAnswer {
    const prompt = readString(body.prompt) ?? '';
    if (prompt === '') return result(4, 'prompt不能为空');
    return submit(request, body, { prompt, action: 'IMAGINE', description: `/imagine ${prompt}` });
  }

  function post(request: RecordedRequest, path: string): PlannedAnswer {
    const { body } = request;
    if (!isJsonObject(body)) return fail(400, request);
    if (path === '/mj/submit/imagine') return imagine(request, body);
    if (path === '/mj/submit/action' || path === '/mj/submit/change') return change(request, body);
    return fail(404, request);
  }

  /** A task that is unknown, or was forgotten, is nothing at all with status 200. */
  function look(request: RecordedRequest, id: string): PlannedAnswer {
    const found = book.poll(id);
    if (found === undefined) return wholeAnswer(200, '', {});
    if (isRefusal(found)) return fail(found.status, request);
    return jsonAnswer(200, renderMidjourneyTask(found, request.origin));
  }

  /** As some of the proxies have it. */
  function cancel(id: string): PlannedAnswer {
    const job = book.find(id);
    if (job === undefined) return result(3, '任务不存在或已失效');
    if (job.state !== 'queued' && job.state !== 'running') return result(4, '任务状态错误');
    book.remove(id);
    return result(1, '取消成功', { result: id });
  }

  /** The address of an image is for everybody who has it. */
  function showImage(request: RecordedRequest, id: string, progress: string | undefined): PlannedAnswer {
    const found = progress === undefined ? book.download(id) : book.find(id);
    if (found === undefined) return fail(404, request);
    if (isRefusal(found)) return fail(found.status, request);
    if (progress === undefined && found.state !== 'succeeded') return fail(404, request);
    const part = progress === undefined ? 1 : 4;
    const [width, height] = [Math.ceil(found.width / part), Math.ceil(found.height / part)];
    const head = makePng({ width, height, seed: `${id} ${progress ?? ''}` });
    return serveFile(request, { head, zeros: 0, type: 'image/png' });
  }

  function route(request: RecordedRequest): PlannedAnswer {
    const path = request.path.split('?')[0] ?? '';
    const [, image, progress] = /^\/attachments\/(\d+)(?:_(\d+))?\.png$/.exec(path) ?? [];
    if (image !== undefined && request.method === 'GET') return showImage(request, image, progress);
    if (!isAccepted(options.apiKeys, request)) return wholeAnswer(401, '', {});
    const cancelled = /^\/mj\/task\/([^/]+)\/cancel$/.exec(path)?.[1];
    if (cancelled !== undefined && request.method === 'POST') return cancel(cancelled);
    if (request.method === 'POST') return post(request, path);
    const id = /^\/mj\/task\/([^/]+)\/fetch$/.exec(path)?.[1];
    return id === undefined || request.method !== 'GET' ? fail(404, request) : look(request, id);
  }

  return { basePath: '', jobs: book.view, answer: route, refuse: fail, writeStreamError: () => '' };
}

function tellOf(
  book: JobBook<MidjourneyDetails>,
  { id, hook, origin }: { readonly id: string; readonly hook: string | undefined; readonly origin: string },
): void {
  if (hook === undefined || hook === '') return;
  book.watchOne(id, (job: Job<MidjourneyDetails>) => {
    book.notify({ url: hook, jobId: id, body: JSON.stringify(renderMidjourneyTask(job, origin)) });
  });
}

function isAccepted(accepted: readonly string[] | undefined, { headers }: RecordedRequest): boolean {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = readString(headers['mj-api-secret']) ?? bearer ?? '';
  return accepted === undefined || accepted.includes(key);
}

/** The proxy's answer to a wish; its words are its own. */
function result(
  code: number,
  description: string,
  more: { readonly result?: string; readonly properties?: JsonObject } = {},
): PlannedAnswer {
  return jsonAnswer(200, { code, description, result: null, properties: {}, ...more });
}

const queueFull = result(23, '队列已满，请稍后尝试');

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** As Spring, on which the proxy stands, words a status: https://docs.spring.io/spring-boot/reference/web/servlet.html. */
function fail(status: number, { path, receivedAt }: RecordedRequest): PlannedAnswer {
  const timestamp = new Date(receivedAt).toISOString();
  return jsonAnswer(status, { timestamp, status, error: reasons[status] ?? 'Error', path });
}
