import { GatewayError } from '../errors.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';
import type { Principal } from '../protocol/principal.ts';

/** Whose requests leave no trace, beside those that ask for it: everybody's, or some tenants'. */
export type TracelessRule = boolean | { readonly tenants: ReadonlySet<string> };

const header = 'x-vector-traceless';

/**
 * Whether nothing of what is said may be kept anywhere: because the operator says so, because the caller's key or the host
 * does, or because the request asks for it (`x-vector-traceless: 1`).
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` for a wish that could be meant either way
 */
export function isTraceless(
  rule: TracelessRule,
  principal: Principal | undefined,
  headers: RequestHeaders,
): boolean {
  const wish = headers[header];
  const isWished = wish !== undefined && readWish(wish);
  if (rule === true || principal?.traceless === true || isWished) return true;
  return rule !== false && principal?.tenant !== undefined && rule.tenants.has(principal.tenant);
}

function readWish(value: string | readonly string[]): boolean {
  const wish = String(value).trim().toLowerCase();
  if (wish === '1' || wish === 'true') return true;
  if (wish === '0' || wish === 'false') return false;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: header, reason: 'it is "1", or left out' });
}
