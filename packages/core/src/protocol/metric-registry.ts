/** What a registry of prom-client is, as far as it is needed here. */
export interface MetricRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
  registerMetric(metric: RegisteredMetric): void;
  removeSingleMetric(name: string): void;
}

/** What can be registered there: the metrics of prom-client, and ours. */
export interface RegisteredMetric {
  get(): Promise<object>;
}

export function isRegistry(value: unknown): value is MetricRegistry {
  if (typeof value !== 'object' || value === null) return false;
  return ['metrics', 'registerMetric', 'removeSingleMetric'].every(
    (name) => typeof Reflect.get(value, name) === 'function',
  );
}
