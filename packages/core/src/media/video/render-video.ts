import type { JsonObject } from '../../protocol/json.ts';
import type { TaskState } from '../../protocol/task.ts';
import type { VideoTask } from './video-task.ts';

const statuses: Readonly<Record<TaskState, string>> = {
  creating: 'queued',
  queued: 'queued',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
  unknown: 'failed',
};

/** OpenAI's Video: openai/resources/videos.d.ts. It has no address. */
export function renderVideo(task: VideoTask): JsonObject {
  const { state, request, prompt } = task;
  // What was made goes before what was planned.
  const { seconds, width, height } = { ...request, ...task.results[0] };
  return {
    id: task.id,
    object: 'video',
    model: task.model,
    status: statuses[state],
    progress: state === 'succeeded' ? 100 : task.progress,
    created_at: toSeconds(task.createdAt),
    completed_at: task.completedAt === undefined ? null : toSeconds(task.completedAt),
    expires_at: task.expiresAt === undefined ? null : toSeconds(task.expiresAt),
    prompt,
    seconds: seconds === undefined ? null : String(seconds),
    size: width === undefined || height === undefined ? null : `${width}x${height}`,
    remixed_from_video_id: request.remixedFrom ?? null,
    error: statuses[state] === 'failed' ? renderError(task) : null,
  };
}

/** One page of them. `hasMore`: there are others behind the last one. */
export function renderVideoList(tasks: readonly VideoTask[], hasMore: boolean): JsonObject {
  return {
    object: 'list',
    data: tasks.map(renderVideo),
    first_id: tasks[0]?.id ?? null,
    last_id: tasks.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

export function renderDeletedVideo(id: string): JsonObject {
  return { id, object: 'video.deleted', deleted: true };
}

/** The state itself is the code of an end that has none. */
export function renderError({ error, state }: VideoTask): JsonObject {
  const code = error?.code ?? (state === 'failed' ? 'generation_failed' : state);
  return { code, message: error?.message ?? 'the video could not be made' };
}

/** Whole ones, since the epoch. */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
