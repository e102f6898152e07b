import uPlot from 'uplot';
import type { ChartPick, ChartProps } from './chart-shape.ts';
import { nearestRow, rowAtHeight, stack } from './stack.ts';

/** Where the pointer is: at which time, and how far from the left, in pixels. */
export interface ChartCursor {
  readonly index: number;
  readonly left: number;
}

export interface DrawnChart {
  /** Other figures for the same series. */
  readonly update: (props: ChartProps) => void;
  readonly resize: (width: number) => void;
  readonly destroy: () => void;
}

/** Draws on a canvas in `host`; its colours are those of the page at this moment. */
export function drawChart(
  host: HTMLElement,
  first: ChartProps,
  onCursor: (cursor: ChartCursor | undefined) => void,
): DrawnChart {
  let props = first;
  const colour = colourOf(host);
  const half = (): number => props.step / 2000;
  const axis: uPlot.Axis = {
    stroke: colour('text-faint'),
    font: `11.5px ${getComputedStyle(host).fontFamily}`,
    grid: { show: false },
    ticks: { show: false },
  };
  const plot = new uPlot(
    {
      width: Math.max(host.clientWidth, 80),
      height: first.height ?? 200,
      padding: [10, 20, 0, 0],
      legend: { show: false },
      ...(first.isUtc === true ? { tzDate: (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC') } : {}),
      cursor: { y: false, drag: { x: false, y: false }, points: { show: first.kind === 'lines', size: 7 } },
      scales: {
        x: { time: true, range: (_plot, from, to) => [from - half(), to + half()] },
        y: { range: (_plot, _from, to) => [0, to > 0 ? to * 1.08 : 1] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 6,
          space: 64,
          values: (_plot, splits) => splits.map((seconds) => props.axisTimeFormat(seconds * 1000)),
        },
        {
          ...axis,
          size: 58,
          gap: 8,
          space: 44,
          grid: { show: true, stroke: colour('line'), width: 1 },
          values: (_plot, splits) => splits.map((value) => props.axisFormat(value)),
        },
      ],
      series: [{}, ...seriesOf(first, colour)],
      hooks: {
        setCursor: [
          ({ cursor: { idx, left = -1 } }) =>
            onCursor(typeof idx === 'number' && left >= 0 ? { index: idx, left } : undefined),
        ],
      },
    },
    dataOf(first),
    host,
  );
  const click = (): void => {
    const pick = pickAt(plot, props);
    if (pick !== undefined) props.onPick?.(pick);
  };
  plot.over.addEventListener('click', click);
  return {
    update: (next) => {
      props = next;
      plot.setData(dataOf(next));
    },
    resize: (width) => plot.setSize({ width: Math.max(width, 80), height: props.height ?? 200 }),
    destroy: () => plot.destroy(),
  };
}

/** What is at the top is drawn first: the bars below are drawn over it. */
function seriesOf({ series, kind }: ChartProps, colour: (name: string) => string): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.72, 46], radius: 0.08 });
  const drawn = series.map(({ label, color }): uPlot.Series => {
    const stroke = colour(color);
    if (kind === 'lines' || bars === undefined)
      return { label, stroke, width: 2, points: { show: series.every(isSparse), size: 5, fill: stroke } };
    return { label, stroke, width: 0, fill: stroke, paths: bars, points: { show: false } };
  });
  return kind === 'bars' ? drawn.toReversed() : drawn;
}

/** Lines through a few points would not be seen. */
function isSparse({ values }: ChartProps['series'][number]): boolean {
  return values.filter((value) => value !== null).length < 4;
}

function dataOf({ times, series, kind }: ChartProps): uPlot.AlignedData {
  const rows = series.map(({ values }) => values);
  const seconds = times.map((time) => time / 1000);
  return kind === 'bars' ? [seconds, ...stack(rows).toReversed()] : [seconds, ...rows.map((row) => [...row])];
}

function pickAt(plot: uPlot, { series, times, kind, step }: ChartProps): ChartPick | undefined {
  const { idx: index, top } = plot.cursor;
  const time = typeof index === 'number' ? times[index] : undefined;
  if (typeof index !== 'number' || time === undefined) return undefined;
  const values = series.map((one) => one.values[index] ?? null);
  const height = plot.posToVal(top ?? 0, 'y');
  const row = (kind === 'bars' ? rowAtHeight : nearestRow)(values, height);
  return { index, time, step, key: row === undefined ? undefined : series[row]?.key };
}

/** A canvas knows nothing of the page's colours: the browser is asked what they are here. */
function colourOf(host: HTMLElement): (name: string) => string {
  return (name) => {
    const probe = document.createElement('span');
    probe.style.color = `var(--${name})`;
    host.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
