import { GatewayError } from '../errors.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import { isLocal, type Route, type RouteMatch } from './route-table.ts';

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
  const { method } = exchange;
  if (method === 'OPTIONS') return undefined;
  const asked = method === 'HEAD' ? 'GET' : method;
  const route = match.routes.find((one) => one.method === asked);
  if (route === undefined) throw new GatewayError('VE_METHOD_NOT_ALLOWED', { allow: allowedMethods(match) });
  // Nothing is read of a body that comes with a cancellation.
  if (route.method === 'POST' && !isLocal(route)) checkBodyHeaders(exchange, mustSayType);
  return route;
}

export function allowedMethods({ routes }: RouteMatch): readonly string[] {
  return routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
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
