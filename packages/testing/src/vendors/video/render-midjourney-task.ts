import { uuidOf } from '../../wire/hash-text.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { Job } from './job-book.ts';

export interface MidjourneyDetails {
  readonly action: 'IMAGINE' | 'UPSCALE' | 'VARIATION' | 'REROLL';
  /** Given back to the caller as it came. */
  readonly state: string | null;
  /** Others were before it when it came. */
  readonly waits: boolean;
  /** What was typed at Midjourney. */
  readonly description: string;
}

/** A task of the proxy: https://github.com/novicezk/midjourney-proxy/blob/main/docs/api.md. Times are milliseconds. */
export function renderMidjourneyTask(job: Job<MidjourneyDetails>, origin: string): JsonObject {
  const { id, prompt, state, details } = job;
  const isOver = state === 'succeeded' || state === 'failed' || state === 'filtered';
  return {
    id,
    action: details.action,
    prompt,
    promptEn: prompt,
    description: details.description,
    state: details.state,
    submitTime: Math.floor(job.createdAt),
    startTime: state === 'queued' ? null : Math.floor(job.startsAt),
    finishTime: isOver ? Math.floor(job.endsAt) : null,
    status: statusOf(job),
    progress: state === 'failed' || state === 'filtered' ? '' : `${job.progress}%`,
    imageUrl: imageOf(job, origin),
    failReason: reasonOf(job),
    properties: { finalPrompt: prompt },
    buttons: state === 'succeeded' && details.action !== 'UPSCALE' ? listButtons(id) : [],
  };
}

function statusOf({ state, details }: Job<MidjourneyDetails>): string {
  switch (state) {
    case 'queued':
      return details.waits ? 'NOT_START' : 'SUBMITTED';
    case 'running':
      return 'IN_PROGRESS';
    case 'succeeded':
      return 'SUCCESS';
    default:
      return 'FAILURE';
  }
}

/** A sketch while it is under way; its name tells how far it had come. */
function imageOf({ id, state, progress }: Job<MidjourneyDetails>, origin: string): string | null {
  if (state === 'succeeded') return `${origin}/attachments/${id}.png`;
  return state === 'running' && progress > 0 ? `${origin}/attachments/${id}_${progress}.png` : null;
}

function reasonOf({ state, end }: Job<MidjourneyDetails>): string | null {
  if (state === 'filtered') {
    return '[Banned prompt detected] Sorry! Our AI moderator thinks this prompt is probably against our community standards.';
  }
  return end.type === 'failure' && state === 'failed' ? (end.message ?? 'The task failed.') : null;
}

/** Four images, each to be enlarged or varied, and all of them again. */
function listButtons(id: string): readonly JsonObject[] {
  const message = uuidOf(id);
  const numbered = (action: string, letter: string): readonly JsonObject[] =>
    [1, 2, 3, 4].map((index) => ({
      customId: `MJ::JOB::${action}::${index}::${message}`,
      emoji: '',
      label: `${letter}${index}`,
      type: 2,
      style: 2,
    }));
  const again = {
    customId: `MJ::JOB::reroll::0::${message}::SOLO`,
    emoji: '🔄',
    label: '',
    type: 2,
    style: 2,
  };
  return [...numbered('upsample', 'U'), again, ...numbered('variation', 'V')];
}
