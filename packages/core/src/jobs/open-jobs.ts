import type { Targets } from '../create-targets.ts';
import type { FileDesk } from '../files/file-desk.ts';
import type { Observer } from '../observe/observer.ts';
import type { Planner } from '../plan-call.ts';
import { wallTime } from '../protocol/clock.ts';
import { costOf } from '../protocol/cost-of.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import { isOver, type TaskRecord } from '../protocol/task.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import type { FailoverPolicy } from '../resilience/failover.ts';
import type { Lifecycle } from '../resilience/lifecycle.ts';
import type { RequestListener } from '../resilience/request-listener.ts';
import type { Rooms } from '../rooms.ts';
import type { Settings } from '../settings/settings.ts';
import { TaskRunner } from '../tasks/task-runner.ts';
import type { Egress } from '../upstreams/egress.ts';
import { postJson } from '../upstreams/post-json.ts';
import { encodeContent } from './answer-content.ts';
import { UpstreamAsker } from './ask-upstream.ts';
import { entryAtEnd, isLeftToRequest, makeTaskEntry } from './book-task.ts';
import { canCancel, cancelJob } from './cancel-job.ts';
import { JobDesk } from './job-desk.ts';
import type { Jobs } from './job-door.ts';
import type { JobRoom } from './job-room.ts';
import { pollJob } from './poll-job.ts';
import { serveJob } from './serve-job.ts';
import { serveRemix } from './serve-remix.ts';
import { WebhookTeller } from './tell-webhook.ts';

export interface JobWiring {
  readonly storage: TaskStorage;
  readonly files: FileDesk;
  readonly planner: Planner;
  readonly targets: Targets;
  readonly policy: FailoverPolicy;
  readonly lifecycle: Lifecycle<RequestListener>;
  readonly observer: Observer;
  readonly egress: Egress;
  /** Undefined where nothing is held. */
  readonly settleHold: ((id: string, cost: number) => Promise<void>) | undefined;
  /** What the pass has, once it is all there. */
  readonly rooms: () => Rooms;
}

/** What makes jobs, and what is asked about them. Those that an earlier process has left are gone on with. */
export function openJobs(settings: Settings, wiring: JobWiring): Jobs {
  const { upstreams, clock, random, logger, tasks } = settings;
  const { storage, files, targets, observer } = wiring;
  const asker = new UpstreamAsker(wiring);
  const teller = openWebhook(settings, wiring.egress);
  const entryOf = async (task: TaskRecord): Promise<LedgerEntry> => {
    await targets.catalog.load();
    const source = task.target && observer.priceSourceOf(task.target);
    return makeTaskEntry(task, costOfTask(task, targets), source);
  };
  const runner = new TaskRunner({
    storage,
    clock,
    random,
    logger,
    deadline: tasks.deadline,
    retention: tasks.retention,
    poll: (task, signal) => pollJob(task, signal, { asker, upstreams, now: wallTime(clock) }),
    settle: async (task) => {
      teller?.tell(task);
      const entry = await entryOf(task);
      const { cost } = entry;
      if (!isLeftToRequest(task)) observer.book(entry);
      // Whether it was made is not known: what is held for it counts as spent in the end.
      if (task.hold !== undefined && cost !== undefined) await wiring.settleHold?.(task.hold, cost);
      return cost;
    },
    onChange: (task, before) => {
      if (task.state === before?.state && task.settledAt === before.settledAt) return;
      observer.events.emit('task', () => ({
        id: task.id,
        owner: task.owner,
        operation: task.operation,
        model: task.model,
        state: task.state,
        target: task.target,
        cost: task.cost,
        isSettled: task.settledAt !== undefined,
        ...(task.error === undefined ? {} : { error: task.error.code }),
      }));
    },
  });
  const parts = { files, upstreams, asker };
  const desk = new JobDesk({ ...parts, runner, logger, clock });
  const room: JobRoom = {
    runner,
    ...parts,
    creating: new Map(),
    wait: tasks.wait,
    encode: (task, index) => encodeContent(task, index, parts),
    entryAtEnd: (own, id) => entryAtEnd(own, { find: () => storage.tasks.get(id), entryOf }),
  };
  runner.resume();
  return {
    runner,
    desk,
    serve: (call, brought) => serveJob(call, brought, { ...wiring.rooms(), jobs: room }),
    remix: (id, brought) => serveRemix(id, brought, { ...wiring.rooms(), jobs: room, desk }),
    cancel: (id) => cancelJob(id, { runner, asker, upstreams }),
    canCancel: (task) => canCancel(task, upstreams),
    close: async () => {
      teller?.close();
      await runner.close();
    },
  };
}

function openWebhook({ tasks, clock, logger }: Settings, egress: Egress): WebhookTeller | undefined {
  const { webhook } = tasks;
  return (
    webhook &&
    new WebhookTeller({
      url: new URL(webhook.url),
      secret: webhook.secret,
      post: (url, message) => postJson(url, message, { egress, clock }),
      clock,
      logger,
    })
  );
}

/** Nano-dollars; nothing where nothing was made, undefined where nobody knows what it costs, or whether it was made. */
function costOfTask(task: TaskRecord, targets: Pick<Targets, 'priceOf'>): number | undefined {
  const { state, target, request, results, operation, usage } = task;
  if (state === 'unknown' || !isOver(state)) return undefined;
  if (state !== 'succeeded') return 0;
  const price = target && targets.priceOf(target);
  if (price === undefined) return undefined;
  const none = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };
  const count = Math.max(1, results.length);
  const { seconds = 0, width, height } = { ...request, ...definedOf(results[0]) };
  const size = width === undefined || height === undefined ? {} : { size: `${width}x${height}` };
  const media = operation === 'video' ? { seconds: seconds * count, ...size } : { images: count, ...size };
  return costOf({ ...none, ...usage, media: { ...media, ...usage?.media } }, price);
}

function definedOf(result: TaskRecord['results'][number] | undefined): Partial<TaskRecord['request']> {
  const { seconds, width, height } = result ?? {};
  return {
    ...(seconds === undefined ? {} : { seconds }),
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}
