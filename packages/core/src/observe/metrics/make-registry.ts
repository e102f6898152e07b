import { createRequire } from 'node:module';
import { optionsError } from '../../errors.ts';
import { isRegistry, type MetricRegistry } from '../../protocol/metric-registry.ts';

/**
 * A registry of the gateway's own. Its module is loaded here, and nowhere where there are no metrics.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` where prom-client is not there
 */
export function makeRegistry(
  load: (name: string) => unknown = createRequire(import.meta.url),
): MetricRegistry {
  const registry = newRegistry(loadClient(load));
  if (isRegistry(registry)) return registry;
  throw optionsError(
    'metrics: the prom-client that is installed has no Registry; install version 15 or later',
  );
}

function loadClient(load: (name: string) => unknown): unknown {
  try {
    return load('prom-client');
  } catch {
    throw optionsError(
      'metrics: they need the package prom-client, which is not installed: npm install prom-client. Or give a registry that your own one has made: metrics: { registry }',
    );
  }
}

function newRegistry(client: unknown): unknown {
  if (typeof client !== 'object' || client === null || !('Registry' in client)) return undefined;
  const { Registry } = client;
  return typeof Registry === 'function' ? Reflect.construct(Registry, []) : undefined;
}
