import { optionsError } from '../errors.ts';
import { checkNames } from './check-options.ts';
import type { ProbeOptions, Upstream, UpstreamOptions } from './upstream.ts';

/** Milliseconds: more often is no probe, but load. The usual mistake is to count in seconds. */
const shortest = 1000;

/** Where a vendor has its list of models, for probes that do not say otherwise. */
export function probeAt(path: string, probe: ProbeOptions | undefined): Pick<UpstreamOptions, 'probe'> {
  return typeof probe === 'object' && probe !== null && probe.path === undefined
    ? { probe: { ...probe, path } }
    : {};
}

interface Probed extends Pick<UpstreamOptions, 'probe'> {
  readonly vendor: string;
  readonly dialect?: Upstream['dialect'] | undefined;
}

/**
 * The probe with its address below the origin; `base`: what stands before it there.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function checkProbe({ vendor, probe, dialect }: Probed, base: string): Upstream['probe'] {
  if (probe === undefined) return undefined;
  checkNames(`${vendor}: probe`, probe, ['every', 'path']);
  const { every, path = usualPath(vendor, dialect) } = probe;
  if (typeof every !== 'number' || !(every >= shortest) || every === Number.POSITIVE_INFINITY)
    throw optionsError(
      `${vendor}: probe.every is ${String(every)}; it must be a number of milliseconds, ${shortest} or more`,
    );
  // Below the base URL, and with nothing in it that a request line cannot carry.
  if (typeof path !== 'string' || !/^\/[\x21\x24-\x7e]*$/.test(path) || path.split(/[/?]/).includes('..'))
    throw optionsError(
      `${vendor}: probe.path must be an address below the base URL that begins with "/", like "/models"`,
    );
  return { every, path: base + path };
}

/** Where OpenAI has its models: https://platform.openai.com/docs/api-reference/models/list. */
function usualPath(vendor: string, dialect: Upstream['dialect'] = 'openai-chat'): string {
  if (dialect === 'openai-chat' || dialect === 'openai-responses') return '/models';
  throw optionsError(
    `${vendor}: probe needs a path: no list of models can be had here with this key; give probe: { every, path } with an address that costs nothing`,
  );
}
