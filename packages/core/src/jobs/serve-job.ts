import type { Asking, Brought } from '../asking.ts';
import { loadCodecs } from '../dialects/load-codecs.ts';
import { GatewayError } from '../errors.ts';
import { expandPrompt } from '../expand-prompt.ts';
import { loadMedia } from '../media/load-media.ts';
import { jobFormatOf } from '../media/pick-media.ts';
import type { RequestRecord } from '../observe/request-record.ts';
import type { Plan } from '../plan-call.ts';
import type { Answer } from '../protocol/answer.ts';
import type { TargetName } from '../protocol/call.ts';
import { ownerOf, type Principal, pathOf } from '../protocol/principal.ts';
import type { TaskAccount, TaskRecord } from '../protocol/task.ts';
import type { Upstreams } from '../settings/options.ts';
import type { Beginning } from '../tasks/task-runner.ts';
import { bodyOf } from '../upstreams/plan-media.ts';
import { answerTask } from './answer-task.ts';
import type { JobCall } from './as-job.ts';
import { isRefused, patienceOf, whenBegun, whenOver } from './await-job.ts';
import { createJob, plannedAt } from './create-job.ts';
import type { JobRoom, JobRooms } from './job-room.ts';
import { type AskedJob, digestJob, type Remix, readJob } from './read-job.ts';

/** Milliseconds in which a request that is sent again means the one before. */
const sameRequest = 900_000;

/**
 * Has a job made, and answers through the face that it was asked for at: at once, or when it is made. However often a caller
 * asks with one idempotency key, one is made.
 *
 * @throws GatewayError what it was refused with; `VE_IDEMPOTENCY_CONFLICT`, `VE_TASK_FAILED`, `VE_TASK_FILTERED`
 */
export async function serveJob(call: JobCall, asking: Brought, rooms: JobRooms): Promise<Answer> {
  const loading = [loadMedia(), loadCodecs()].filter((one) => one !== undefined);
  if (loading.length > 0) await Promise.all(loading);
  const asked = await readJob(call, bodyOf(call));
  call.media = asked.request;
  return serveRead(call, asked, asking, rooms);
}

/** Of a job that was read. */
export async function serveRead(
  call: JobCall,
  asked: AskedJob,
  asking: Brought,
  rooms: JobRooms,
): Promise<Answer> {
  const { scope, asker } = asking;
  const { jobs } = rooms;
  const owner = ownerOf(asker.principal);
  const digest = digestJob(call, asked.request);
  const patience = patienceOf(asking, call.face, jobs);
  const since = scope.watch.remaining;
  const again = await scope.outlast(() => findAgain(call, asking, { owner, digest }, jobs));
  const task = again ?? (await begin(call, asked, asking, { rooms, owner, digest }));
  const begun = await whenBegun(task, patience.begun, asking, jobs);
  const waited = since - scope.watch.remaining;
  const last = await whenOver(begun, patience.over - waited, asking, jobs);
  const encode = asked.wantsBytes ? jobs.encode : undefined;
  return answerTask(last, call.face, { files: jobs.files, base: call.base, encode });
}

/** A client that has not heard asks again, and does not say by a key that it does. */
async function findAgain(
  call: JobCall,
  { asker: { headers, principal }, record, priority }: Asking,
  { owner, digest }: { readonly owner: string; readonly digest: string },
  { runner }: JobRoom,
): Promise<TaskRecord | undefined> {
  const isRetry = Number(headers['x-stainless-retry-count'] ?? 0) > 0;
  if (!isRetry || headers['idempotency-key'] !== undefined) return undefined;
  const task = await runner.findSame(owner, digest, sameRequest);
  if (task === undefined || isRefused(task)) return undefined;
  record.understood(principal, call, priority);
  return task;
}

interface Begun {
  readonly rooms: JobRooms;
  readonly owner: string;
  readonly digest: string;
}

async function begin(
  call: JobCall,
  asked: AskedJob,
  asking: Brought,
  { rooms, owner, digest }: Begun,
): Promise<TaskRecord> {
  const { asker, scope, record, priority } = asking;
  const { runner, creating } = rooms.jobs;
  // A model that is not there is told before anything is kept.
  const plan =
    asked.remix === undefined
      ? await planNearest(call, asking, rooms)
      : planRemix(call, asked.remix, asking, rooms);
  const facts = record.understood(asker.principal, call, priority);
  const idempotencyKey = readKey(asker.headers['idempotency-key']);
  const request = { remixedFrom: asked.remix?.from };
  const beginning: Beginning = await scope.outlast(() =>
    runner.begin({
      kind: call.operation === 'video' ? 'video' : 'task',
      owner,
      operation: call.operation === 'video' ? 'video' : 'images',
      model: call.model,
      // What is kept of one that may leave no trace says nothing of what was asked.
      prompt: record.isTraceless ? '' : asked.prompt,
      ...(asked.revisedPrompt === undefined || record.isTraceless
        ? {}
        : { revisedPrompt: asked.revisedPrompt }),
      request,
      digest,
      account: accountOf(asker.principal, record),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    }),
  );
  if (beginning.outcome === 'conflict') throw new GatewayError('VE_IDEMPOTENCY_CONFLICT');
  if (beginning.outcome !== 'new') return beginning.task;
  const { creation, task } = beginning;
  record.carriedBy((own) => rooms.jobs.entryAtEnd(own, task.id));
  const { expansion } = plan;
  const wish = asked.revisedPrompt ?? asked.prompt;
  const kind = call.operation === 'video' ? 'video' : 'image';
  const expand = expansion && (() => expandPrompt(wish, kind, { ...asking, expansion }));
  const job = { creation, call, plan, asker, facts, record, request, expand };
  // It goes on when the caller has left, and nobody hears of it then.
  const made = createJob(job, { ...rooms, upstreams: rooms.jobs.upstreams });
  creating.set(task.id, made);
  const forget = (): void => void creating.delete(task.id);
  made.then(forget, forget);
  return task;
}

function accountOf(principal: Principal | undefined, record: RequestRecord): TaskAccount {
  const { tenant, id, key } = principal ?? {};
  const path = pathOf(principal);
  return {
    ...(tenant === undefined ? {} : { tenant }),
    ...(path === '' ? {} : { path }),
    ...(id === undefined ? {} : { principal: id }),
    ...(key === undefined ? {} : { key }),
    ...(record.tags.length === 0 ? {} : { tags: record.tags }),
    ...(record.isTraceless ? { traceless: true } : {}),
    entry: record.entryId,
    ...(record.id === record.entryId ? {} : { request: record.id }),
  };
}

/** The account that has the video is the one that can change it. */
function planRemix(call: JobCall, { target, keyDigest }: Remix, { asker }: Asking, rooms: JobRooms): Plan {
  call.keyDigest = keyDigest;
  return rooms.planner.only(call, asker, target);
}

/** Those targets are asked first that make what is nearest to what is asked for. */
async function planNearest(call: JobCall, { asker, scope }: Asking, rooms: JobRooms): Promise<Plan> {
  const { upstreams } = rooms.jobs;
  let nearest: ReadonlySet<string> | undefined;
  call.prefers = (target) => nearest?.has(nameOf(target)) ?? true;
  const planned = rooms.planner.plan(call, asker);
  const plan = planned instanceof Promise ? await scope.outlast(() => planned) : planned;
  const distances = plan.candidates
    .list()
    .map(({ target }) => [nameOf(target), distanceAt(target, call, upstreams)] as const);
  const least = Math.min(...distances.map(([, distance]) => distance));
  nearest = new Set(distances.flatMap(([name, distance]) => (distance === least ? [name] : [])));
  return plan;
}

/** `Infinity` where it cannot be made there. */
function distanceAt({ upstream, model }: TargetName, call: JobCall, upstreams: Upstreams): number {
  const speech = upstreams[upstream]?.jobs(call.operation, model);
  if (speech === undefined) return Number.POSITIVE_INFINITY;
  try {
    plannedAt({ upstream, model }, call, upstreams);
    return jobFormatOf(call.operation, speech).distance?.(call.media, model) ?? 0;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function nameOf({ upstream, model }: TargetName): string {
  return `${upstream}/${model}`;
}

/** Characters of a key that are kept. */
const longestKey = 255;

function readKey(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= longestKey) return value;
  const reason = `it is a text of 1 to ${longestKey} characters`;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'idempotency-key', reason });
}
