import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { href } from '../router.ts';
import { Badge } from '../ui/badge.ts';
import { Button } from '../ui/button.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { useQuery } from '../use-query.ts';
import { CancelJob } from './cancel-job.ts';
import { JobFiles } from './job-files.ts';
import { JobProgress, JobStateBadge } from './job-state.ts';
import type { JobView } from './job-view.ts';
import { isOver, targetOf, timeTaken, whoOf, whyNoCancel } from './look-at-job.ts';

export interface JobDetailProps {
  readonly id: string;
  readonly onChanged: () => unknown;
  readonly onClose: () => void;
}

/** Milliseconds between two looks at a job that is in work. */
const pace = 2000;

/** All of one job, beside the list. */
export function JobDetail({ id, onChanged, onClose }: JobDetailProps): VNode {
  const { words, fill } = useLocale();
  const said = words.jobs;
  const [isWatched, watch] = useState(true);
  const asked = useQuery<JobView>(
    `admin/jobs/${encodeURIComponent(id)}`,
    {},
    isWatched ? { every: pace } : {},
  );
  const [isAsking, ask] = useState(false);
  const job = asked.data;
  if (job !== undefined && isWatched === isOver(job.state)) watch(!isOver(job.state));
  const why = job && whyNoCancel(job);
  const cancel =
    job?.canCancel === true
      ? html`<${Button} look="danger" onClick=${() => ask(true)}>${said.cancel}<//>`
      : undefined;
  return html`<${Dialog} look="panel" title=${fill(said.detail, { id: shortId(id) })} onClose=${onClose} actions=${cancel}>
    ${asked.error !== undefined && html`<${ErrorBox} error=${asked.error} onRetry=${asked.reload} />`}
    ${job === undefined && asked.error === undefined && html`<${Skeleton} width=${20} />`}
    ${
      job !== undefined &&
      html`
        <p class="job-headline"><${JobStateBadge} state=${job.state} /> <${JobProgress} job=${job} /></p>
        <p class="hint">${said.stateHints[job.state]}</p>
        ${
          job.error !== null &&
          html`<div class="notice bad">
            <strong>${said.error}</strong>
            <p>${job.error.message} <code>${job.error.code}</code></p>
          </div>`
        }
        <${JobFiles} job=${job} />
        <${Facts} job=${job} />
        ${why !== undefined && !isOver(job.state) && html`<p class="hint">${job.cannotCancel ?? said.cannot[why]}</p>`}
      `
    }
    ${
      isAsking &&
      html`<${CancelJob}
        id=${id}
        onDone=${() => {
          ask(false);
          void asked.reload();
          onChanged();
        }}
        onClose=${() => ask(false)}
      />`
    }
  <//>`;
}

/** Ids are long: the first of them tells jobs apart well enough in a title. */
function shortId(id: string): string {
  return id.length > 18 ? `${id.slice(0, 16)}…` : id;
}

function Facts({ job }: { readonly job: JobView }): VNode {
  const { words, format } = useLocale();
  const said = words.jobs;
  const facts: readonly (readonly [name: string, value: ComponentChildren])[] = [
    [said.id, html`<code class="long">${job.id}</code> <${CopyButton} text=${job.id} isCompact />`],
    [said.model, html`<code>${job.model}</code> <span class="hint">${said.operations[job.operation]}</span>`],
    [said.target, targetOf(job) ?? '–'],
    [said.who, whoOf(job) ?? '–'],
    [said.key, job.key === null ? '–' : html`<a href=${href('keys', { key: job.key })}>${job.key}</a>`],
    [said.created, format.dateTime(job.createdAt)],
    [said.updated, format.dateTime(job.updatedAt)],
    [said.completed, format.dateTime(job.completedAt)],
    [said.took, format.duration(timeTaken(job))],
    [said.cost, format.cost(job.cost)],
    [
      said.prompt,
      job.isTraceless
        ? html`<${Badge}>${said.traceless}<//> <span class="hint">${said.tracelessHint}</span>`
        : (job.prompt ?? html`<span class="hint">${said.noPrompt}</span>`),
    ],
  ];
  return html`<dl class="facts">
    ${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>
  <p><a href=${href('calls', { model: job.model })}>${said.calls}</a></p>`;
}
