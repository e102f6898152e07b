import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { html } from '../ui/html.ts';
import type { JobFile, JobView } from './job-view.ts';
import { kindOf, ownLink } from './look-at-job.ts';

/** What a job has made; while it is in work, how far it has come. Only the gateway's own links are loaded. */
export function JobFiles({ job }: { readonly job: JobView }): VNode | null {
  const { words, fill } = useLocale();
  const said = words.jobs;
  const preview = ownLink(job.preview, document.baseURI);
  if (job.results.length === 0 && preview !== undefined)
    return html`<figure class="job-file">
      <img src=${preview} alt=${fill(said.preview, { id: job.id })} />
      <figcaption class="hint">${said.previewTitle}</figcaption>
    </figure>`;
  if (job.results.length === 0) return null;
  return html`<section aria-label=${said.results} class="job-files">
    ${job.results.map(
      (file, at) =>
        html`<${File}
          key=${at}
          file=${file}
          operation=${job.operation}
          name=${fill(said.resultOf, { count: at + 1, id: job.id })}
        />`,
    )}
  </section>`;
}

interface FileProps {
  readonly file: JobFile;
  readonly operation: JobView['operation'];
  /** For those who cannot see it. */
  readonly name: string;
}

function File({ file, operation, name }: FileProps): VNode {
  const { words } = useLocale();
  const link = ownLink(file.url, document.baseURI);
  // A signed link is another one with each look: what is shown does not begin anew for that.
  const [shown] = useState(link);
  const [isGone, setGone] = useState(false);
  if (shown === undefined || link === undefined) return html`<p class="hint">${words.jobs.gone}</p>`;
  const onError = (): void => setGone(true);
  const kind = kindOf(file, operation);
  return html`<figure class="job-file">
    ${isGone && html`<p class="hint">${words.jobs.gone}</p>`}
    ${!isGone && kind === 'image' && html`<img src=${shown} alt=${name} onError=${onError} />`}
    ${
      !isGone &&
      kind === 'video' &&
      html`<video src=${shown} controls preload="metadata" aria-label=${name} onError=${onError}></video>`
    }
    ${!isGone && kind === 'audio' && html`<audio src=${shown} controls aria-label=${name} onError=${onError}></audio>`}
    <figcaption>
      <a href=${link} target="_blank" rel="noopener noreferrer">${words.jobs.open}</a>
      <a href=${link} download>${words.jobs.download}</a>
    </figcaption>
  </figure>`;
}
