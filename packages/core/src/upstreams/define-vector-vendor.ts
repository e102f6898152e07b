import type { Operation } from '../protocol/call.ts';
import type { MediaOperation } from '../protocol/media.ts';
import { checkNames, commonNames } from './check-options.ts';
import { defineUpstream } from './define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from './upstream.ts';

/** What vendors of vectors and rankings take. */
export interface VectorVendorOptions extends UpstreamOptions {
  readonly apiKey: ApiKey | undefined;
  /** In place of the vendor's usual address: a proxy. */
  readonly baseURL?: string;
}

/** Facts about one vendor. */
export interface VectorVendor<Model extends string> {
  readonly vendor: string;
  readonly baseURL: string;
  /** Below the base URL. */
  readonly paths: Readonly<Partial<Record<Operation, string>>>;
  /** Its own formats, by their names. */
  readonly media: Readonly<Partial<Record<MediaOperation, string>>>;
  readonly models: readonly Model[];
}

const optionNames = [...commonNames, 'apiKey', 'baseURL'];

export function defineVectorVendor<const Model extends string>(
  options: VectorVendorOptions,
  { vendor, baseURL, paths, media, models }: VectorVendor<Model>,
): Upstream<Model> {
  checkNames(vendor, options, optionNames);
  return defineUpstream({
    ...options,
    vendor,
    apiKey: options.apiKey,
    baseURL: options.baseURL ?? baseURL,
    path: (operation) => paths[operation],
    media: (operation) => media[operation],
    jobs: () => undefined,
    models,
  });
}
