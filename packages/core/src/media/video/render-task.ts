import { optional } from '../../dialects/shared/read.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { TaskState } from '../../protocol/task.ts';
import { renderError, toSeconds } from './render-video.ts';
import type { VideoTask } from './video-task.ts';

const statuses: Readonly<Record<TaskState, string>> = {
  creating: 'queued',
  queued: 'queued',
  running: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
  unknown: 'failed',
};

/** The task that aggregators' clients poll. `links`: where each result is, for anybody who is told. */
export function renderTask(task: VideoTask, links: readonly string[]): JsonObject {
  const { state, progress } = task;
  const isMade = state === 'succeeded';
  return {
    id: task.id,
    object: 'video.generation',
    created: toSeconds(task.createdAt),
    model: task.model,
    status: statuses[state],
    progress: isMade ? 100 : progress,
    ...(isMade && { data: renderData(task, links), usage: renderUsage(task) }),
    ...(statuses[state] === 'failed' && { error: renderError(task) }),
  };
}

/** A video in the form of an image, for clients that read `data[0].url`. */
export function renderLegacyImages(task: VideoTask, links: readonly string[]): JsonObject {
  return { created: toSeconds(task.createdAt), data: renderData(task, links), usage: renderUsage(task) };
}

function renderData(task: VideoTask, links: readonly string[]): readonly JsonObject[] {
  return links.map((url, index) => {
    const { seconds, width, height } = { ...task.request, ...task.results[index] };
    return {
      url,
      revised_prompt: task.revisedPrompt ?? task.prompt,
      ...optional('duration', seconds),
      ...optional('width', width),
      ...optional('height', height),
    };
  });
}

/** Tokens, where it was paid for in tokens. */
function renderUsage({ usage }: VideoTask): JsonObject {
  const { inputTokens = 0, outputTokens = 0 } = usage ?? {};
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
