import { GatewayError } from '../errors.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import type { Route, RouteMatch } from './route-table.ts';

/**
 * Everything that can be refused before anything is read. Undefined for OPTIONS, which is answered at once.
 *
 * @throws GatewayError `VE_PATH_INVALID`, `VE_METHOD_NOT_ALLOWED`, `VE_CONTENT_TYPE_UNSUPPORTED`
 */
export function checkHead(
  exchange: Exchange,
  match: RouteMatch | undefined,
  mustSayType = false,
): Route | undefined {
  if (match === undefined) throw new GatewayError('VE_PATH_INVALID');
  const { route } = match;
  const { method } = exchange;
  if (method === 'OPTIONS') return undefined;
  if (method !== route.method && !(method === 'HEAD' && route.method === 'GET')) {
    throw new GatewayError('VE_METHOD_NOT_ALLOWED', { allow: allowedMethods(route) });
  }
  if (route.method === 'POST') checkBodyHeaders(exchange, mustSayType);
  return route;
}

export function allowedMethods(route: Route): readonly string[] {
  return route.method === 'GET' ? ['GET', 'HEAD'] : ['POST'];
}

const json = /^application\/(?:json|[\w.-]+\+json)\s*(?:;|$)/i;

/** `mustSayType`: a page of another site can send a body without a type, with the user's cookies and no preflight. */
function checkBodyHeaders({ headers }: Exchange, mustSayType: boolean): void {
  const type = headers['content-type'];
  if (type === undefined ? mustSayType : !(typeof type === 'string' && json.test(type)))
    throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED');
}

/** Of a body that is still to be read: what a body parser of the host has read, it has also decoded. @throws GatewayError `VE_CONTENT_ENCODING_UNSUPPORTED` */
export function checkEncoding(headers: RequestHeaders): void {
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity')
    throw new GatewayError('VE_CONTENT_ENCODING_UNSUPPORTED');
}
