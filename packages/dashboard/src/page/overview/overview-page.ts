import type { VNode } from 'preact';
import { ApiError } from '../api.ts';
import { FilterChips } from '../filter/filter-chips.ts';
import { SpanChoice } from '../filter/span-choice.ts';
import { filtersOf } from '../filters.ts';
import { useLocale } from '../locale.ts';
import { href, navigate, useQueryState } from '../router.ts';
import type { OverviewAnswer } from '../shapes.ts';
import type { ChartPick } from '../ui/chart-shape.ts';
import { classNames } from '../ui/class-names.ts';
import { Empty } from '../ui/empty.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { LiveSign } from '../ui/live-sign.ts';
import { PageHead } from '../ui/page-head.ts';
import { Select } from '../ui/select.ts';
import { bucketLengths } from './bucket-lengths.ts';
import { restKey } from './chart-series.ts';
import { GroupsTable } from './groups-table.ts';
import { OverviewChart } from './overview-chart.ts';
import { OverviewTiles } from './overview-tiles.ts';
import { type Dimension, dimensions, useOverview } from './use-overview.ts';

/** Who used what, what it cost, what was slow and what failed, over a span; everything on it leads closer. */
export function OverviewPage(): VNode {
  const { words, fill } = useLocale();
  const text = words.overview;
  const [query, change] = useQueryState('overview');
  const { by, asked, live, active } = useOverview(query);
  const { data, error } = asked;
  const answer = asked.isStale && error === undefined && data?.by !== by ? undefined : data;
  const pick = ({ time, step, key }: ChartPick): void => {
    if (key !== undefined && key !== '' && key !== restKey && query[by] !== key) return change({ [by]: key });
    if (answer === undefined || Number.isNaN(time)) return;
    const span = { span: undefined, from: String(time), to: String(time + step) };
    // There is nothing closer than a minute but the calls themselves.
    if (step <= bucketLengths.minute) navigate('calls', { ...filtersOf(query, 'overview'), ...span });
    else change(span);
  };
  const { span, from, to } = query;
  const toCalls = href('calls', {
    ...filtersOf(query, 'overview'),
    from,
    to,
    span: from === undefined && to === undefined ? (span ?? 'day') : undefined,
  });
  const groupTitle = words.filter.names[by];
  return html`
    <${PageHead} title=${words.shell.pages.overview} note=${html`<${LiveSign} state=${live} text=${active === undefined ? undefined : fill(text.active, { count: active })} />`}>
      <${Select} label=${text.by} isLabelHidden value=${by} onChange=${(next: Dimension) => change({ by: next === 'model' ? undefined : next })}
        options=${dimensions.map((value) => ({ value, label: text.byName[value] }))} />
      <${SpanChoice} page="overview" standard="day" />
    <//>
    <${FilterChips} page="overview" />
    ${error !== undefined && !isUnkept(error) && html`<${ErrorBox} error=${error} onRetry=${asked.reload} />`}
    ${
      isUnkept(error)
        ? html`<div class="card"><${Empty} icon="overview" title=${text.unkept}>${text.unkeptText}<//></div>`
        : isUntouched(data, query)
          ? html`<div class="card"><${Empty} icon="overview" title=${text.noCalls}>
          ${text.noCallsText}<br /><a class="button" href=${href('playground')}>${words.shell.pages.playground}</a>
        <//></div>`
          : (answer !== undefined || error === undefined) &&
            html`<div class=${classNames('overview-figures', asked.isStale && 'is-stale')} aria-busy=${asked.isStale && asked.isLoading ? 'true' : undefined}>
          <${OverviewTiles} answer=${answer} />
          <div class="grid-two">
            <${OverviewChart} title=${text.calls} answer=${answer} measures=${['calls', 'failed', 'cacheHits']} onPick=${pick} />
            <${OverviewChart} title=${text.cost} answer=${answer} measures=${['cost', 'saved']} onPick=${pick} />
            <${OverviewChart} title=${text.tokens} answer=${answer} measures=${['inputTokens', 'outputTokens']} onPick=${pick} />
            <${OverviewChart} title=${text.firstByte} answer=${answer} measures=${['firstByteP50', 'firstByteP95']} onPick=${pick} />
          </div>
          <section class="card">
            <header class="card-head"><h2>${text.byName[by]}</h2><a href=${toCalls}>${text.toCalls}</a></header>
            <${GroupsTable} answer=${answer} query=${query} groupTitle=${groupTitle} caption=${text.byName[by]} />
          </section>
        </div>`
    }
  `;
}

/** The gateway writes nothing down: there is no such route. */
function isUnkept(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'unknown_url';
}

/** Nothing was called, now or in the span before, by anybody. */
function isUntouched(
  data: OverviewAnswer | undefined,
  query: Readonly<Record<string, string | undefined>>,
): boolean {
  return (
    data !== undefined &&
    data.total.calls === 0 &&
    data.before.calls === 0 &&
    Object.keys(filtersOf(query, 'overview')).length === 0 &&
    query['from'] === undefined
  );
}
