import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { href, useQueryState } from '../router.ts';
import { Badge } from '../ui/badge.ts';
import { Button } from '../ui/button.ts';
import { type Column, DataTable } from '../ui/data-table.ts';
import { Empty } from '../ui/empty.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import { PageHead } from '../ui/page-head.ts';
import { Select } from '../ui/select.ts';
import { type QueryState, useQuery } from '../use-query.ts';
import { JobDetail } from './job-detail.ts';
import { JobProgress, JobStateBadge } from './job-state.ts';
import { type JobView, jobStates } from './job-view.ts';
import { isFiltered, isOver, jobFilters, targetOf, whoOf } from './look-at-job.ts';

/** Milliseconds between two looks: while something is in work, and while nothing is. */
const paces = { working: 2500, idle: 10_000 };

interface JobsAnswer {
  readonly data: readonly JobView[];
  readonly cursor: string | null;
}

/** Images and videos in work and done, newest first. */
export function JobsPage(): VNode {
  const { words } = useLocale();
  const said = words.jobs;
  const [query, change] = useQueryState('jobs');
  const filters = jobFilters(query);
  const asked = useJobs(filters);
  const jobs = asked.isStale ? undefined : asked.data?.data;
  const cursor = asked.isStale ? null : (asked.data?.cursor ?? null);
  const isAnyFilter = isFiltered(filters);
  const columns = useColumns();
  return html`<${PageHead} title=${words.shell.pages.jobs} note=${said.note} />
    <${Filters} query=${query} onChange=${change} />
    ${asked.error !== undefined && html`<${ErrorBox} error=${asked.error} onRetry=${asked.reload} />`}
    ${
      (jobs !== undefined || asked.error === undefined) &&
      html`<section class="card">
        <${DataTable}
          caption=${said.table}
          columns=${columns}
          rows=${jobs}
          keyOf=${({ id }: JobView) => id}
          hrefOf=${({ id }: JobView) => href('jobs', { ...query, id })}
          isMarked=${({ id }: JobView) => id === query['id']}
          empty=${html`<${Empty}
            icon=${isAnyFilter ? 'filter' : 'jobs'}
            title=${isAnyFilter ? said.noneFiltered : said.none}
          >
            <p>${isAnyFilter ? said.noneFilteredText : said.noneText}</p>
          <//>`}
        />
        <nav class="pager" aria-label=${said.table}>
          ${
            filters['cursor'] !== undefined &&
            html`<a class="button quiet" href=${href('jobs', { ...query, cursor: undefined, id: undefined })}>
              ${said.newest}
            </a>`
          }
          ${
            cursor !== null &&
            html`<a class="button quiet" href=${href('jobs', { ...query, cursor, id: undefined })}>${said.older}</a>`
          }
        </nav>
      </section>`
    }
    ${
      query['id'] !== undefined &&
      html`<${JobDetail}
        key=${query['id']}
        id=${query['id']}
        onChanged=${asked.reload}
        onClose=${() => change({ id: undefined })}
      />`
    }`;
}

/** Looks more often while something is in work. */
function useJobs(filters: Readonly<Record<string, string | undefined>>): QueryState<JobsAnswer> {
  const [pace, setPace] = useState(paces.idle);
  const asked = useQuery<JobsAnswer>('admin/jobs', filters, { every: pace });
  const isWorking = asked.data?.data.some(({ state }) => !isOver(state)) === true;
  const wanted = isWorking ? paces.working : paces.idle;
  if (wanted !== pace) setPace(wanted);
  return asked;
}

interface FiltersProps {
  readonly query: Readonly<Record<string, string>>;
  readonly onChange: ReturnType<typeof useQueryState>[1];
}

function Filters({ query, onChange }: FiltersProps): VNode {
  const { words } = useLocale();
  const said = words.jobs;
  const set = (name: string, value: string): void =>
    onChange({ [name]: value, cursor: undefined, id: undefined }, { replace: true });
  const any = { value: '', label: said.any };
  return html`<div class="filters" role="group" aria-label=${said.filters}>
    <${Select}
      label=${said.state}
      value=${query['state'] ?? ''}
      options=${[any, ...jobStates.map((state) => ({ value: state, label: said.states[state] }))]}
      onChange=${(value: string) => set('state', value)}
    />
    <${Select}
      label=${said.operation}
      value=${query['operation'] ?? ''}
      options=${[
        any,
        { value: 'video', label: said.operations.video },
        { value: 'images', label: said.operations.images },
      ]}
      onChange=${(value: string) => set('operation', value)}
    />
    <${Field}
      label=${said.model}
      type="search"
      placeholder=${said.modelHint}
      value=${query['model'] ?? ''}
      onInput=${(value: string) => set('model', value)}
    />
    ${
      isFiltered(query) &&
      html`<${Button}
        look="plain"
        icon="close"
        onClick=${() =>
          onChange({ state: undefined, operation: undefined, model: undefined, cursor: undefined })}
      >
        ${said.clear}
      <//>`
    }
  </div>`;
}

function useColumns(): readonly Column<JobView>[] {
  const { words, format } = useLocale();
  const said = words.jobs;
  return [
    {
      key: 'created',
      title: said.created,
      render: ({ createdAt }) => format.moment(createdAt, Date.now()),
    },
    {
      key: 'model',
      title: said.model,
      isElastic: true,
      render: ({ model, operation, isTraceless, error }) =>
        html`<span class="job-model">
          <code>${model}</code> <span class="hint">${said.operations[operation]}</span>
          ${isTraceless && html`<${Badge} title=${said.tracelessHint}>${said.traceless}<//>`}
          ${error !== null && html`<small class="job-error">${error.message}</small>`}
        </span>`,
    },
    {
      key: 'state',
      title: said.state,
      render: ({ state }) => html`<${JobStateBadge} state=${state} />`,
    },
    { key: 'progress', title: said.progress, render: (job) => html`<${JobProgress} job=${job} />` },
    { key: 'cost', title: said.cost, align: 'end', render: ({ cost }) => format.cost(cost) },
    { key: 'who', title: said.who, from: 'medium', render: (job) => whoOf(job) ?? '–' },
    { key: 'target', title: said.target, from: 'wide', render: (job) => targetOf(job) ?? '–' },
  ];
}
