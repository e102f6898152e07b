import type { LedgerEntry } from '../protocol/ledger.ts';
import type { TaskRecord } from '../protocol/task.ts';
import { isOver } from '../protocol/task.ts';

/** How a job is written down when it is over: what it cost is known only then. The request that began it has an entry of its own. */
export function makeTaskEntry(
  task: TaskRecord,
  cost: number | undefined,
  priceSource: LedgerEntry['priceSource'],
): LedgerEntry {
  const { account, target, usage, results } = task;
  const isMade = task.state === 'succeeded';
  return {
    id: task.id,
    requestId: undefined,
    time: task.createdAt,
    tenant: account?.tenant,
    path: account?.path,
    principal: account?.principal,
    key: account?.key,
    model: task.model,
    served: target?.model,
    upstream: target?.upstream,
    upstreamKey: undefined,
    operation: task.operation,
    status: isMade || !isOver(task.state) ? 200 : 502,
    error: isMade ? undefined : (task.error?.code ?? task.state),
    attempts: 1,
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
    redacted: undefined,
    notes: undefined,
    traceless: account?.traceless === true,
  };
}

function unitsOf({ operation, request }: TaskRecord, count: number): LedgerEntry['units'] {
  if (operation === 'images') return { images: count };
  return request.seconds === undefined ? { videos: count } : { videos: count, seconds: request.seconds };
}
