import type { LedgerEntry } from '../protocol/ledger.ts';
import type { TaskRecord } from '../protocol/task.ts';
import { isOver } from '../protocol/task.ts';
import { isRefused } from './await-job.ts';

/**
 * How a job is written down when it is over: what it cost is known only then. It is one call with the request that began it,
 * and takes its entry's place.
 */
export function makeTaskEntry(
  task: TaskRecord,
  cost: number | undefined,
  priceSource: LedgerEntry['priceSource'],
): LedgerEntry {
  const { account, target, usage, results } = task;
  const isMade = task.state === 'succeeded';
  return {
    // One that an earlier version has begun does not know the entry of its request.
    id: account?.entry ?? task.id,
    requestId: account?.request,
    time: task.createdAt,
    tenant: account?.tenant,
    path: account?.path,
    principal: account?.principal,
    key: account?.key,
    model: task.model,
    served: target?.model,
    upstream: target?.upstream,
    upstreamKey: account?.upstreamKey,
    operation: task.operation,
    status: isMade || !isOver(task.state) ? 200 : 502,
    error: isMade ? undefined : (task.error?.code ?? task.state),
    attempts: account?.attempts ?? 1,
    inputTokens: usage?.inputTokens,
    cachedTokens: usage?.cachedInputTokens,
    cacheWriteTokens: usage?.cacheWriteTokens,
    outputTokens: usage?.outputTokens,
    reasoningTokens: usage?.reasoningTokens,
    units: isMade ? unitsOf(task, results.length) : undefined,
    cost,
    priceSource: cost === undefined ? undefined : priceSource,
    isEstimated: false,
    saved: undefined,
    milliseconds: (task.completedAt ?? task.updatedAt) - task.createdAt,
    firstByteMilliseconds: undefined,
    cache: undefined,
    stream: false,
    tags: account?.tags ?? [],
    dropped: task.request.dropped ?? [],
    adjusted: task.request.adjusted ?? [],
    redacted: account?.redacted,
    notes: account?.notes,
    traceless: account?.traceless === true,
    steps: undefined,
  };
}

/** Whether its request says all that there is to say: nothing was made of it. Of one that was never begun nobody else may tell. */
export function isLeftToRequest(task: TaskRecord): boolean {
  return isRefused(task) && task.account?.entry !== undefined && task.error?.code !== 'not_started';
}

export interface EndParts {
  readonly find: () => Promise<TaskRecord | undefined>;
  /** Of a task that is over. */
  readonly entryOf: (task: TaskRecord) => Promise<LedgerEntry>;
}

/**
 * How the request that began a job is written down when it ends itself: as the job, where that is over by then, since what
 * that has cost must not be written over. Undefined: nobody can tell, and the job is written down at its end in any case.
 */
export async function entryAtEnd(
  own: LedgerEntry,
  { find, entryOf }: EndParts,
): Promise<LedgerEntry | undefined> {
  try {
    const task = await find();
    if (task !== undefined) return isOver(task.state) && !isLeftToRequest(task) ? await entryOf(task) : own;
  } catch {
    // The store's trouble is told elsewhere.
  }
  return own.error === undefined ? undefined : own;
}

function unitsOf({ operation, request }: TaskRecord, count: number): LedgerEntry['units'] {
  if (operation === 'images') return { images: count };
  return request.seconds === undefined ? { videos: count } : { videos: count, seconds: request.seconds };
}
