import { GatewayError } from '../errors.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';

/**
 * A page of any site can open a WebSocket or send a form anywhere, with the user's cookies, and no preflight asks whether it
 * may: RFC 6455, 10.2; https://fetch.spec.whatwg.org/#cors-safelisted-request-header. Browsers say where the page is from;
 * only this host's own pages may call. Programs say nothing, and may. `base`: where the gateway was reached, see `Call.base`.
 *
 * The name by which a proxy was asked counts as the host's: pages cannot set headers.
 *
 * @throws GatewayError `VE_ORIGIN_REFUSED`
 */
export function checkOrigin(headers: RequestHeaders, base?: string): void {
  const { origin } = headers;
  if (origin === undefined || headers['sec-fetch-site'] === 'same-origin') return;
  const reached = base !== undefined && URL.canParse(base) ? new URL(base).host : undefined;
  const names = [headers['host'], headers['x-forwarded-host'], reached].flatMap((name) =>
    String(name ?? '').split(','),
  );
  if (!names.some((name) => isSameHost(String(origin), name.trim())))
    throw new GatewayError('VE_ORIGIN_REFUSED');
}

function isSameHost(origin: string, host: string): boolean {
  if (host === '' || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  // The port that the scheme has anyway is left out of an origin, and may stand in a host.
  const address = `${page.protocol}//${host}`;
  return URL.canParse(address) && new URL(address).host === page.host;
}
