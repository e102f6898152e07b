import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Badge, type Tone } from '../ui/badge.ts';
import { html } from '../ui/html.ts';
import type { JobState, JobView } from './job-view.ts';
import { isOver, timeTaken } from './look-at-job.ts';

const tones: Readonly<Record<JobState, Tone>> = {
  creating: 'accent',
  queued: 'accent',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  expired: 'neutral',
  unknown: 'warning',
};

export function JobStateBadge({ state }: { readonly state: JobState }): VNode {
  const { words } = useLocale();
  return html`<${Badge} tone=${tones[state]} title=${words.jobs.stateHints[state]}>${words.jobs.states[state]}<//>`;
}

/** How far a job is; of one that came to its end, how long it took. */
export function JobProgress({
  job,
}: {
  readonly job: Pick<JobView, 'state' | 'progress' | 'createdAt' | 'completedAt'>;
}): VNode {
  const { words, format, fill } = useLocale();
  const { state, progress } = job;
  if (isOver(state))
    return html`<span class="soft">
      ${state === 'succeeded' ? fill(words.jobs.tookTime, { time: format.duration(timeTaken(job)) }) : '–'}
    </span>`;
  const share = Math.min(Math.max(progress / 100, 0), 1);
  const percent = format.percent(share);
  return html`<span class="job-progress">
    <progress max="1" value=${share} aria-label=${words.jobs.progress}>
      ${fill(words.jobs.progressOf, { percent })}
    </progress>
    <span class="number">${percent}</span>
  </span>`;
}
