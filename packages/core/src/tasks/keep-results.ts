import type { JobReport, JobResult } from '../protocol/job.ts';
import type { TaskResult } from '../protocol/task.ts';
import type { BlobStore } from '../protocol/task-store.ts';
import type { TaskNews } from './change-record.ts';

/** What an upstream answers that is asked how far it is. */
export interface PollReport extends JobReport {
  /** Milliseconds in which it does not want to be asked again. */
  readonly retryAfter?: number | undefined;
}

export interface ResultKeeping {
  readonly blobs: BlobStore;
  readonly now: number;
  /** Milliseconds since the epoch until which they are kept. */
  readonly expiresAt: number;
}

/** Media are large, and records are read often: bytes that came with a report go where bytes are kept. */
export async function keepResults(id: string, report: PollReport, keeping: ResultKeeping): Promise<TaskNews> {
  const { results, ...news } = report;
  if (results === undefined) return news;
  const kept: TaskResult[] = [];
  for (const [index, result] of results.entries()) {
    const one = await keepResult(`${id}-${index}`, result, keeping);
    if (one === undefined) {
      for (const { blob } of kept) if (blob !== undefined) await keeping.blobs.delete(blob);
      return { state: 'failed', error: tooLarge };
    }
    kept.push(one);
  }
  return { ...news, results: kept };
}

const tooLarge = {
  code: 'result_not_kept',
  message: 'It was made, and is larger than there is room to keep.',
};

/** Under the same name whoever keeps it, and however often. */
async function keepResult(
  blob: string,
  { data, ...result }: JobResult,
  { blobs, now, expiresAt }: ResultKeeping,
): Promise<TaskResult | undefined> {
  if (data === undefined) return result;
  const type = result.type ?? 'application/octet-stream';
  const isKept = await blobs.put(blob, Buffer.from(data, 'base64'), { type, now, expiresAt });
  return isKept ? { ...result, type, blob } : undefined;
}
