import { optionsError } from '../../errors.ts';
import type { MetricRegistry, RegisteredMetric } from '../../protocol/metric-registry.ts';
import type { Family, Sample } from './family.ts';

/** What gateways have put into a registry. */
interface Exposed {
  /** The names that tell gateways apart; empty for one that is alone there. */
  readonly gateways: Set<string>;
  readonly metrics: Map<string, SharedMetric>;
}

const inRegistry = new WeakMap<MetricRegistry, Exposed>();

/**
 * Puts the metrics of a gateway into a registry: they are read whenever it is. `gateway`: the value of the label of this name,
 * in a registry that several share; undefined: there is no such label, and no other gateway. Returns the function that takes
 * them out again.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` where gateways cannot be told apart, or something else has a name of ours
 */
export function expose(
  families: readonly Family[],
  registry: MetricRegistry,
  gateway: string | undefined,
): () => void {
  const exposed = inRegistry.get(registry) ?? { gateways: new Set<string>(), metrics: new Map() };
  const name = gateway ?? '';
  const { gateways, metrics } = exposed;
  if (gateways.has(name) || gateways.has('') || (name === '' && gateways.size > 0))
    throw optionsError(
      'metrics: another gateway has its metrics in this registry; give each of them a name, metrics: { registry, gateway: "eu" } say, or each a registry',
    );
  inRegistry.set(registry, exposed);
  gateways.add(name);
  const hide = (): void => {
    gateways.delete(name);
    for (const [key, metric] of metrics) if (metric.remove(name)) drop(key);
  };
  const drop = (key: string): void => {
    metrics.delete(key);
    registry.removeSingleMetric(key);
  };
  try {
    for (const family of families) {
      const known = metrics.get(family.name);
      const metric = known ?? new SharedMetric(family);
      if (known === undefined) registry.registerMetric(metric);
      metrics.set(family.name, metric);
      metric.add(name, family);
    }
  } catch (cause) {
    hide();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw optionsError(`metrics: the registry does not take them: ${reason}`);
  }
  return hide;
}

/** One metric of all gateways that share a registry; for that, it looks as those of prom-client do. */
class SharedMetric implements RegisteredMetric {
  /** Under OpenMetrics the registry takes the `_total` off. */
  name: string;
  readonly help: string;
  readonly type: Family['type'];
  readonly aggregator = 'sum';
  readonly #families = new Map<string, Family>();

  constructor({ name, help, type }: Family) {
    this.name = name;
    this.help = help;
    this.type = type;
  }

  add(gateway: string, family: Family): void {
    this.#families.set(gateway, family);
  }

  /** Whether it was the last one. */
  remove(gateway: string): boolean {
    this.#families.delete(gateway);
    return this.#families.size === 0;
  }

  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = await Promise.all([...this.#families].map(([gateway, family]) => read(family, gateway)));
    return { name, help, type, aggregator, values: values.flat() };
  }

  /** What calls add up to is not the registry's to forget. */
  reset(): void {}
}

/** One that cannot be read is left out: the host's others are shown all the same. */
async function read(family: Family, gateway: string): Promise<readonly Sample[]> {
  try {
    const samples = await family.read();
    if (gateway === '') return samples;
    return samples.map((sample) => ({ ...sample, labels: { gateway, ...sample.labels } }));
  } catch {
    return [];
  }
}
