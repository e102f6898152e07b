import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { ApiError, urlOf } from '../api.ts';
import { FilterChips } from '../filter/filter-chips.ts';
import { SpanChoice } from '../filter/span-choice.ts';
import { useLocale } from '../locale.ts';
import { href, useQueryState } from '../router.ts';
import type { CallEntry } from '../shapes.ts';
import { Button } from '../ui/button.ts';
import { classNames } from '../ui/class-names.ts';
import { DataTable } from '../ui/data-table.ts';
import { Empty } from '../ui/empty.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { Icon } from '../ui/icon.ts';
import { LiveSign } from '../ui/live-sign.ts';
import { PageHead } from '../ui/page-head.ts';
import { callColumns } from './call-columns.ts';
import { CallPanel } from './call-panel.ts';
import { FilterForm } from './filter-form.ts';
import { Pager } from './pager.ts';
import { useCalls } from './use-calls.ts';

/** Pixels that somebody may have scrolled and still be looking at the newest. */
const top = 160;

const statuses = [undefined, '2', '4', '5'] as const;

/** The audit log: who called what, what became of it, and what it cost. */
export function CallsPage(): VNode {
  const locale = useLocale();
  const { words, fill } = locale;
  const text = words.calls;
  const [query, change] = useQueryState('calls');
  const [isFiltering, setFiltering] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const isReading = (): boolean =>
    query['id'] !== undefined ||
    window.scrollY > top ||
    list.current?.matches(':hover, :focus-within') === true;
  const { asked, live, waiting, showNew, params } = useCalls(query, isReading);
  const { data, error } = asked;
  const columns = useMemo(() => callColumns(locale, Date.now()), [locale, data]);
  const { id } = query;
  const isUnkept = error instanceof ApiError && error.code === 'unknown_url' && data === undefined;
  const isFiltered = Object.keys(params).length > 0;
  const empty = isUnkept
    ? html`<${Empty} icon="calls" title=${words.overview.unkept}>${words.overview.unkeptText}<//>`
    : isFiltered
      ? html`<${Empty} icon="filter" title=${text.noneFound}>${text.noneFoundText}<//>`
      : html`<${Empty} icon="calls" title=${words.overview.noCalls}>${words.overview.noCallsText}<//>`;
  return html`
    <${PageHead} title=${words.shell.pages.calls} note=${html`<${LiveSign} state=${live} />`}>
      <${SpanChoice} page="calls" standard=${undefined} />
    <//>
    <div class="toolbar">
      <div class="segments" role="group" aria-label=${words.filter.names.status}>
        ${statuses.map(
          (status) =>
            html`<button key=${status} type="button" aria-pressed=${String(query['status'] === status)} onClick=${() => change({ status, cursor: undefined })}>${status === undefined ? text.anyStatus : `${status}xx`}</button>`,
        )}
      </div>
      <${Button} icon="filter" onClick=${() => setFiltering(true)}>${text.filters}<//>
      <a class="button" href=${urlOf('admin/calls', { ...params, format: 'csv' })} download="calls.csv"><${Icon} name="download" /><span>${text.exportCsv}</span></a>
    </div>
    <${FilterChips} page="calls" />
    ${error !== undefined && !isUnkept && html`<${ErrorBox} error=${error} onRetry=${asked.reload} />`}
    <div class=${classNames('calls-list', asked.isStale && 'is-stale')} ref=${list}>
      ${waiting > 0 && html`<div class="new-calls" role="status"><${Button} look="primary" icon="arrow-up" onClick=${showNew}>${fill(text.newCalls, { count: waiting })}<//></div>`}
      ${
        // What could not be told is not awaited any more.
        (isUnkept || data !== undefined || error === undefined) &&
        html`<${DataTable}
        caption=${words.shell.pages.calls}
        columns=${columns}
        rows=${isUnkept ? [] : data?.data}
        outlines=${12}
        keyOf=${(entry: CallEntry) => entry.id}
        hrefOf=${(entry: CallEntry) => href('calls', { ...query, id: entry.id })}
        isMarked=${(entry: CallEntry) => entry.id === id}
        empty=${empty}
      />`
      }
    </div>
    <${Pager} query=${query} change=${change} next=${data?.cursor ?? undefined} isLoading=${asked.isLoading} />
    ${isFiltering && html`<${FilterForm} entries=${data?.data ?? []} onClose=${() => setFiltering(false)} />`}
    ${id !== undefined && html`<${CallPanel} key=${id} id=${id} known=${data?.data.find((entry) => entry.id === id)} onClose=${() => change({ id: undefined })} />`}
  `;
}
