/** The values of one metric, as Prometheus has them: what `registry.registerMetric` of prom-client takes gives the same. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** As they are now. */
  read(): readonly Sample[] | Promise<readonly Sample[]>;
}

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** Where it is another than the family's: a histogram has three. */
  readonly metricName?: string;
}

export type Labels = Readonly<Record<string, string>>;

/** A family whose values are known at once. */
export interface OwnFamily extends Family {
  read(): readonly Sample[];
}

export function counter(name: string, help: string, read: () => readonly Sample[]): OwnFamily {
  return { name, help, type: 'counter', read };
}

export function gauge(name: string, help: string, read: () => readonly Sample[]): OwnFamily {
  return { name, help, type: 'gauge', read };
}

/** One value without labels. */
export function single(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}
