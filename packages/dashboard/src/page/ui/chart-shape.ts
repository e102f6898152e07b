export interface ChartSeries {
  /** What a click on it is told by. */
  readonly key: string;
  readonly label: string;
  /** A colour of tokens.css: `series-1` to `series-8`, `series-rest`, `good`, `bad-fill`. */
  readonly color: string;
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

/** What was clicked on: always a time, and a series where one was met. */
export interface ChartPick {
  readonly index: number;
  readonly time: number;
  /** Milliseconds that are drawn as one. */
  readonly step: number;
  readonly key: string | undefined;
}

export interface ChartProps {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** Starts of the buckets, in milliseconds since the epoch. */
  readonly times: readonly number[];
  /** Milliseconds from one to the next. */
  readonly step: number;
  readonly series: readonly ChartSeries[];
  /** `bars` stand on each other; `lines` do not. */
  readonly kind: 'bars' | 'lines';
  /** Of one value, in full; and short, for the axis. */
  readonly format: (value: number | null) => string;
  readonly axisFormat: (value: number) => string;
  readonly timeFormat: (time: number) => string;
  readonly axisTimeFormat: (time: number) => string;
  /** The buckets are days of UTC: so are the marks on the axis. */
  readonly isUtc?: boolean;
  readonly onPick?: ((pick: ChartPick) => void) | undefined;
  /** In pixels, of the plot itself. Default 200. */
  readonly height?: number;
}
