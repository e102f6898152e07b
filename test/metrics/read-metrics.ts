import parse from 'parse-prometheus-text-format';

/** One metric of a scrape. */
export interface Metric {
  readonly help: string;
  readonly type: string;
  readonly series: readonly Series[];
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Of a histogram: how many were observed. */
  readonly value: number;
  /** Of a histogram: how many are at most each bound; undefined for others. */
  readonly buckets?: Readonly<Record<string, number>>;
  readonly sum?: number;
}

/** What a program that reads Prometheus' format makes of a text. */
export class Scrape {
  readonly metrics: ReadonlyMap<string, Metric>;

  constructor(text: string) {
    // The parser puts all histograms of a name together, whatever their labels: their lines are read one by one.
    const pieces = Map.groupBy(parse(text.replace(/^# (?:TYPE|HELP) .*$/gm, '')), ({ name }) => name);
    const lines = new Map(
      [...pieces].map(([name, parts]) => [
        name,
        parts.flatMap(({ metrics }) =>
          metrics.map(({ labels = {}, value }) => ({ labels, value: Number(value) })),
        ),
      ]),
    );
    this.metrics = new Map(
      parse(text).map(({ name, help, type }) => {
        const isHistogram = type === 'HISTOGRAM';
        const series = isHistogram ? histograms(name, lines) : (lines.get(name) ?? []);
        return [name, { help, type: type.toLowerCase(), series }];
      }),
    );
  }

  /** The series of a metric that have these labels, whatever else they have. */
  series(name: string, labels: Readonly<Record<string, string>> = {}): readonly Series[] {
    const found = this.metrics.get(name);
    if (found === undefined) throw new Error(`there is no metric ${name}`);
    return found.series.filter((one) =>
      Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
  }

  /** All of them together; 0 where there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.series(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The values that a label has, in any metric. */
  values(label: string): readonly string[] {
    const all = [...this.metrics.values()].flatMap(({ series }) => series.map(({ labels }) => labels[label]));
    return [...new Set(all.filter((value) => value !== undefined))].toSorted();
  }
}

type Lines = ReadonlyMap<string, readonly Pick<Series, 'labels' | 'value'>[]>;

function histograms(name: string, lines: Lines): readonly Series[] {
  return (lines.get(`${name}_count`) ?? []).map(({ labels, value }) => {
    const isOfIt = (one: Pick<Series, 'labels'>): boolean =>
      Object.entries(labels).every(([label, text]) => one.labels[label] === text);
    const buckets = (lines.get(`${name}_bucket`) ?? []).filter(isOfIt);
    return {
      labels,
      value,
      buckets: Object.fromEntries(buckets.map((one) => [one.labels['le'] ?? '', one.value])),
      sum: lines.get(`${name}_sum`)?.find(isOfIt)?.value ?? Number.NaN,
    };
  });
}
