import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { onThemeChange } from '../theme.ts';
import type { ChartProps, ChartSeries } from './chart-shape.ts';
import { ChartTable } from './chart-table.ts';
import { type ChartCursor, type DrawnChart, drawChart } from './draw-chart.ts';
import { html } from './html.ts';

/** A plot over time: drawn for the eye, told at the pointer, and there as a table for everybody. */
export function Chart(props: ChartProps): VNode {
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<DrawnChart>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [cursor, setCursor] = useState<ChartCursor | undefined>(undefined);
  const [era, setEra] = useState(0);
  // What makes another drawing, rather than other figures in the same one.
  const shape = [
    props.kind,
    props.height,
    props.isUtc,
    era,
    ...props.series.flatMap(({ key, color }) => [key, color]),
  ];
  useEffect(() => onThemeChange(() => setEra((before) => before + 1)), []);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const chart = drawChart(element, latest.current, setCursor);
    drawn.current = chart;
    const observer = new ResizeObserver(([entry]) => chart.resize(entry?.contentRect.width ?? 0));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      drawn.current = undefined;
    };
  }, [JSON.stringify(shape)]);
  useEffect(() => drawn.current?.update(props), [props.times, props.series]);
  return html`<div class="chart">
    <div class="chart-plot" style=${{ height: `${props.height ?? 200}px` }}>
      <div ref=${host} role="img" aria-label=${props.label}></div>
      ${cursor !== undefined && html`<${Tip} cursor=${cursor} chart=${props} width=${host.current?.clientWidth ?? 0} />`}
    </div>
    <${Legend} chart=${props} />
    <${ChartTable} chart=${props} />
  </div>`;
}

const tipWidth = 200;
const axisWidth = 58;

function Tip({
  cursor: { index, left },
  chart,
  width,
}: {
  readonly cursor: ChartCursor;
  readonly chart: ChartProps;
  readonly width: number;
}): VNode | null {
  const time = chart.times[index];
  if (time === undefined) return null;
  // On the side where there is room for it.
  const at = axisWidth + left;
  const isLeft = at + tipWidth + 24 > width;
  const style = isLeft ? { left: 'auto', right: `${width - at + 14}px` } : { left: `${at + 14}px` };
  const lines = chart.series
    .map((series) => ({ series, value: series.values[index] ?? null }))
    .filter(({ value }) => chart.kind === 'lines' || (value !== null && value !== 0));
  return html`<div class="chart-tip" style=${style} aria-hidden="true">
    <span class="chart-tip-time">${chart.timeFormat(time)}</span>
    ${lines.toReversed().map(
      ({ series, value }) => html`<span key=${series.key} class="chart-tip-line">
        <span><${Swatch} series=${series} /> ${series.label}</span><b>${chart.format(value)}</b>
      </span>`,
    )}
    ${lines.length === 0 && html`<span>${chart.format(0)}</span>`}
  </div>`;
}

function Swatch({ series }: { readonly series: ChartSeries }): VNode {
  return html`<i class="swatch" style=${{ '--swatch': `var(--${series.color})` }}></i>`;
}

function Legend({ chart }: { readonly chart: ChartProps }): VNode | null {
  const { words, fill } = useLocale();
  const { series, onPick } = chart;
  if (series.length < 2) return null;
  return html`<div class="legend">
    ${series.map((one) => {
      const inside = html`<${Swatch} series=${one} /><span>${one.label}</span>`;
      if (onPick === undefined) return html`<span key=${one.key}>${inside}</span>`;
      const pick = (): void => onPick({ index: -1, time: Number.NaN, step: chart.step, key: one.key });
      const label = fill(words.ui.onlyThis, { name: one.label });
      return html`<button key=${one.key} type="button" aria-label=${label} title=${label} onClick=${pick}>${inside}</button>`;
    })}
  </div>`;
}
