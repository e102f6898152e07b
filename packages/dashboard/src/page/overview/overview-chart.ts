import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type Locale, useLocale } from '../locale.ts';
import type { OverviewAnswer } from '../shapes.ts';
import { Chart } from '../ui/chart.ts';
import type { ChartPick } from '../ui/chart-shape.ts';
import { html } from '../ui/html.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { bucketLengths } from './bucket-lengths.ts';
import { chartSeries } from './chart-series.ts';
import { barLength, coarsen } from './coarsen.ts';
import { isSum, type Measure } from './measures.ts';
import { timeLabels } from './time-labels.ts';

export interface OverviewChartProps {
  readonly title: string;
  /** Undefined while it is loading. */
  readonly answer: OverviewAnswer | undefined;
  /** One of them is shown; the first is at first. */
  readonly measures: readonly Measure[];
  readonly onPick: (pick: ChartPick) => void;
}

/** One figure of the groups over time; where there are several figures to choose from, the choice. */
export function OverviewChart({ title, answer, measures, onPick }: OverviewChartProps): VNode {
  const { words } = useLocale();
  const [measure, setMeasure] = useState<Measure>(measures[0] ?? 'calls');
  return html`<section class="card" aria-label=${title}>
    <header class="card-head">
      <h2>${title}</h2>
      ${
        measures.length > 1 &&
        html`<div class="segments" role="group" aria-label=${title}>
        ${measures.map(
          (one) =>
            html`<button key=${one} type="button" aria-pressed=${String(one === measure)} onClick=${() => setMeasure(one)}>${words.overview.measures[one]}</button>`,
        )}
      </div>`
      }
    </header>
    <div class="card-body">
      ${
        answer === undefined
          ? html`<div class="chart-outline"><${Skeleton} width=${200} /></div>`
          : html`<${Plot} label=${`${title}: ${words.overview.measures[measure]}`} answer=${answer} measure=${measure} onPick=${onPick} />`
      }
    </div>
  </section>`;
}

function Plot({
  label,
  answer,
  measure,
  onPick,
}: {
  readonly label: string;
  readonly answer: OverviewAnswer;
  readonly measure: Measure;
  readonly onPick: (pick: ChartPick) => void;
}): VNode {
  const locale = useLocale();
  const { words } = locale;
  const { times, series, step } = useMemo(() => {
    const fine = chartSeries(answer, measure, { none: words.ui.none, rest: words.ui.other });
    if (!isSum(measure)) return { ...fine, step: bucketLengths[answer.bucket] };
    const length = barLength(answer.bucket, fine.times.length);
    const offset = answer.bucket === 'day' ? 0 : new Date(answer.to).getTimezoneOffset() * 60_000;
    return { ...coarsen(fine, length, offset), step: length };
  }, [answer, measure, words]);
  const labels = timeLabels(answer.bucket, locale);
  if (series.length === 0)
    return html`<div class="chart-empty" style=${{ height: '230px' }}>${words.overview.nothingToDraw}</div>`;
  return html`<${Chart}
    label=${label}
    times=${times}
    series=${series}
    step=${step}
    kind=${isSum(measure) ? 'bars' : 'lines'}
    isUtc=${answer.bucket === 'day'}
    ...${formatsOf(measure, locale)}
    timeFormat=${labels.full}
    axisTimeFormat=${labels.axis}
    onPick=${onPick}
  />`;
}

function formatsOf(
  measure: Measure,
  { format }: Locale,
): { readonly format: (value: number | null) => string; readonly axisFormat: (value: number) => string } {
  if (measure === 'cost' || measure === 'saved')
    return { format: format.cost, axisFormat: (value) => format.compactMoney(value / 1e9) };
  if (isSum(measure))
    return {
      format: (value) => format.number(value === null ? null : Math.round(value)),
      axisFormat: format.compact,
    };
  return { format: format.duration, axisFormat: format.duration };
}
