import type { OverviewAnswer } from '../shapes.ts';
import type { ChartSeries } from '../ui/chart-shape.ts';
import { isSum, type Measure, measured } from './measures.ts';

/** What is drawn for those beyond the first groups. */
export const restKey = '\0rest';

export interface ChartLabels {
  /** Of a group that has no name. */
  readonly none: string;
  readonly rest: string;
}

export interface ChartData {
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
}

/** The groups over time, those that cost most first, and what is left of the whole. */
export function chartSeries(answer: OverviewAnswer, measure: Measure, labels: ChartLabels): ChartData {
  const times = answer.series.map(({ time }) => time);
  const index = new Map(times.map((time, at) => [time, at]));
  const nothing = isSum(measure) ? 0 : null;
  const series = answer.groupSeries.map(({ name, points }, at): ChartSeries => {
    const values: (number | null)[] = times.map(() => nothing);
    for (const point of points) {
      const slot = index.get(point.time);
      if (slot !== undefined) values[slot] = measured(point, measure);
    }
    return { key: name, label: name === '' ? labels.none : name, color: `series-${(at % 8) + 1}`, values };
  });
  const shown = series.filter(({ values }) => values.some((value) => value !== null && value !== 0));
  const rest = isSum(measure) ? restOf(answer, measure, series) : undefined;
  if (rest === undefined) return { times, series: shown };
  return {
    times,
    series: [...shown, { key: restKey, label: labels.rest, color: 'series-rest', values: rest }],
  };
}

/** Undefined where the groups are all there is. */
function restOf(
  { series: whole }: OverviewAnswer,
  measure: Measure,
  groups: readonly ChartSeries[],
): number[] | undefined {
  const rest = whole.map((point, at) => {
    const sum = groups.reduce((before, { values }) => before + (values[at] ?? 0), 0);
    return Math.max(0, (measured(point, measure) ?? 0) - sum);
  });
  return rest.some((value) => value > 0) ? rest : undefined;
}
