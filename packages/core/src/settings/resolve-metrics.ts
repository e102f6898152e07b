import { optionsError } from '../errors.ts';
import { isRegistry, type MetricRegistry } from '../protocol/metric-registry.ts';
import { suggest } from './suggest.ts';

const members = ['registry', 'allow', 'gateway', 'models', 'tenants'];
const usualModels = 200;

/** What is measured. */
export interface MetricsSettings {
  /** Undefined: one of the gateway's own. */
  readonly registry: MetricRegistry | undefined;
  /** Undefined: nobody but those whom `admin` admits. */
  readonly allow: ((request: unknown) => unknown) | undefined;
  /** Undefined: there is no label of this name. */
  readonly gateway: string | undefined;
  /** The most that have a label of their own. */
  readonly models: number;
  readonly tenants: number;
}

/**
 * What the option `metrics` says; undefined where nothing is measured.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function resolveMetrics(given: unknown): MetricsSettings | undefined {
  if (given === undefined) return undefined;
  const { registry, allow, gateway, models, tenants } = readMembers(given === true ? {} : given);
  if (registry !== undefined && !isRegistry(registry))
    throw optionsError('metrics.registry: it must be a registry of prom-client: new Registry()');
  if (allow !== undefined && !isFunction(allow))
    throw optionsError('metrics.allow: it must be a function from your request to true or false');
  if (gateway !== undefined && (typeof gateway !== 'string' || gateway === ''))
    throw optionsError('metrics.gateway: it must be a text that is not empty');
  return {
    registry,
    allow,
    gateway,
    models: readCount('models', models) ?? usualModels,
    tenants: readCount('tenants', tenants) ?? 0,
  };
}

function readMembers(given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw optionsError(`metrics: it must be true, or an object of ${members.join(', ')}`);
  const [extra] = Object.keys(given).filter((name) => !members.includes(name));
  if (extra !== undefined)
    throw optionsError(
      `metrics: there is no "${extra}"; there can be ${members.join(', ')}.${suggest(extra, members)}`,
    );
  return { ...given };
}

function readCount(name: string, given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given;
  throw optionsError(`metrics.${name}: it must be a whole number, 0 or more`);
}

function isFunction(given: unknown): given is (request: unknown) => unknown {
  return typeof given === 'function';
}
