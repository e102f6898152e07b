import { optionsError } from '../errors.ts';

/** @throws GatewayError `VE_OPTIONS_INVALID` for a prefix that no path begins with. */
export function checkPrefix(prefix: string): string {
  if (prefix === '' || prefix.startsWith('/')) return prefix;
  throw optionsError(`prefix "${prefix}" does not begin with a slash; write "/${prefix}"`);
}

/**
 * The gateway's own path of a request: what is below the mount, without the query. A mount that itself ends in `/v1` has
 * the `/v1` family directly below it. Undefined when the request is not below the mount at all.
 */
export function pathBelowMount(mount: string, path: string): string | undefined {
  const end = path.indexOf('?');
  const plain = end < 0 ? path : path.slice(0, end);
  if (mount === '' || mount === '/') return plain;
  const prefix = mount.endsWith('/') ? mount.slice(0, -1) : mount;
  if (!plain.startsWith(prefix) || (plain.length > prefix.length && plain[prefix.length] !== '/'))
    return undefined;
  const below = plain.slice(prefix.length);
  return prefix.endsWith('/v1') ? `/v1${below}` : below;
}
