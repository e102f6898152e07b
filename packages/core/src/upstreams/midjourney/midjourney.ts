import { midjourneyModels } from '../../catalog/midjourney-models.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';

/** What `midjourney` takes. */
export interface MidjourneyOptions extends UpstreamOptions {
  /** Of the proxy, without `/mj`: there is no vendor's own. */
  readonly baseURL: string;
  /** Sent as `mj-api-secret`; leave it out for a proxy that wants none. */
  readonly apiKey?: ApiKey | undefined;
}

const optionNames = [...commonNames, 'apiKey', 'baseURL'];

/**
 * Midjourney, by the proxy that many host themselves (https://github.com/novicezk/midjourney-proxy): pictures, in jobs that
 * take a minute.
 */
export function midjourney(options: MidjourneyOptions): Upstream<(typeof midjourneyModels)[number]> {
  checkNames('midjourney', options, optionNames);
  return defineUpstream({
    ...options,
    vendor: 'midjourney',
    authorize: (key) => ['mj-api-secret', key],
    path: (operation) => (operation === 'images' ? '/mj/submit/imagine' : undefined),
    jobs: (operation) => (operation === 'images' ? 'midjourney' : undefined),
    models: midjourneyModels,
  });
}
