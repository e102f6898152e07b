import type { JsonObject } from '../../wire/read-json.ts';
import type { Job } from './job-book.ts';

export interface VideoDetails {
  readonly size: string;
  readonly remixOf: string | null;
}

/** Milliseconds for which files are kept. */
const keptFor = 24 * 60 * 60 * 1000;

/** A job as the Videos API shows it: node_modules/openai/resources/videos.d.ts. It has no address of the file. */
export function renderVideo(job: Job<VideoDetails>): JsonObject {
  const { state, details } = job;
  const isDone = state === 'succeeded';
  const expires = job.endsAt + (job.plan.file?.expiresAfter ?? keptFor);
  return {
    id: job.id,
    object: 'video',
    created_at: toSeconds(job.createdAt),
    status: statusOf(state),
    completed_at: isDone ? toSeconds(job.endsAt) : null,
    error: errorOf(job),
    expires_at: isDone ? toSeconds(expires) : null,
    model: job.model,
    progress: state === 'failed' || state === 'filtered' ? 0 : job.progress,
    prompt: job.prompt,
    remixed_from_video_id: details.remixOf,
    seconds: String(job.seconds),
    size: details.size,
  };
}

function statusOf(state: Job<VideoDetails>['state']): string {
  switch (state) {
    case 'queued':
      return 'queued';
    case 'running':
      return 'in_progress';
    case 'succeeded':
      return 'completed';
    default:
      return 'failed';
  }
}

function errorOf({ state, end }: Job<VideoDetails>): JsonObject | null {
  if (state === 'filtered') {
    return { code: 'moderation_blocked', message: 'Your request was blocked by our moderation system.' };
  }
  if (state !== 'failed' || end.type !== 'failure') return null;
  return { code: end.code ?? 'server_error', message: end.message ?? 'The video could not be generated.' };
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** A page: newest first unless `order=asc`, behind the id that `after` names. */
export function listVideos(jobs: readonly Job<VideoDetails>[], query: URLSearchParams): JsonObject {
  const ordered = query.get('order') === 'asc' ? jobs : jobs.toReversed();
  const after = query.get('after');
  const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const limit = Number(query.get('limit') ?? 20);
  const data = ordered.slice(start, start + limit).map(renderVideo);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + limit < ordered.length,
  };
}
