import { GatewayError } from '../errors.ts';
import type { Exchange, RequestHeaders } from '../protocol/exchange.ts';
import { checkOrigin } from './check-origin.ts';
import { type BodyKind, isAdmin, isLocal, isNative, type Route, type RouteMatch } from './route-table.ts';

/** What the pages of other sites could do. */
export interface PageRules {
  readonly knowsCookies: boolean;
  readonly isDoor: boolean;
}

const noPages: PageRules = { knowsCookies: false, isDoor: false };

/**
 * Everything that can be refused before anything is read. Undefined for OPTIONS, which is answered at once.
 *
 * `knowsCookies`: callers may be known by a cookie, which a page of another site can make a browser send. `isDoor`: only
 * pages of this host may ask at all, whatever they show, and whatever the host's own rules for other sites are.
 *
 * @throws GatewayError `VE_PATH_INVALID`, `VE_METHOD_NOT_ALLOWED`, `VE_CONTENT_TYPE_UNSUPPORTED`, `VE_ORIGIN_REFUSED`
 */
export function checkHead(
  exchange: Exchange,
  match: RouteMatch | undefined,
  { knowsCookies, isDoor }: PageRules = noPages,
): Route | undefined {
  if (match === undefined) throw new GatewayError('VE_PATH_INVALID');
  const { method } = exchange;
  if (method === 'OPTIONS') return undefined;
  const asked = method === 'HEAD' ? 'GET' : method;
  const route = match.routes.find((one) => one.method === asked);
  if (route === undefined) throw new GatewayError('VE_METHOD_NOT_ALLOWED', { allow: allowedMethods(match) });
  if (isDoor) checkPage(exchange);
  if (isAdmin(route.operation)) {
    if (!isDoor) checkAdmin(exchange);
    return route;
  }
  if (route.method !== 'POST') return route;
  if (isNative(route)) {
    if (knowsCookies) checkNativeType(exchange.headers);
  } else if (!isLocal(route)) {
    checkBodyHeaders(exchange, route.takes ?? onlyJson, knowsCookies);
  }
  // What vendors send is signed.
  if (knowsCookies && route.operation !== 'webhook' && isUnasked(exchange.headers))
    checkOrigin(exchange.headers, exchange.base);
  return route;
}

/**
 * What an operator changes is said in JSON; and a page of another site cannot say it with what the operator's browser sends by
 * itself, whatever the host's own rules for such pages are.
 */
function checkAdmin({ method, headers, base }: Exchange): void {
  if (method === 'GET' || method === 'HEAD') return;
  const isShown = shown.some((name) => name in headers) || /^bearer /i.test(String(headers['authorization']));
  // Where nothing is to be said, a program that shows a key need not say that it is JSON.
  const isSilent = method === 'DELETE' || (isShown && isEmpty(headers));
  if (!isSilent && bodyKind(headers, true) !== 'json')
    throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED', { accept: [types.json] });
  if (!isShown) checkOrigin(headers, base);
}

/** No page of another site reads or changes anything; what a program changes, which sends no origin, is said in JSON. */
function checkPage({ method, headers, base }: Exchange): void {
  checkOrigin(headers, base);
  if (method === 'GET' || method === 'HEAD') return;
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined && (site === 'cross-site' || site === 'same-site'))
    throw new GatewayError('VE_ORIGIN_REFUSED');
  const isOurPage = origin !== undefined || site === 'same-origin';
  const isSilent = isEmpty(headers) && (method === 'DELETE' || isOurPage);
  if (!isSilent && bodyKind(headers, true) !== 'json')
    throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED', { accept: [types.json] });
}

function isEmpty({ 'content-length': size = '0', 'transfer-encoding': coding }: RequestHeaders): boolean {
  return size === '0' && coding === undefined;
}

/** Whether a browser would send it from a page of another site without asking first. */
function isUnasked(headers: RequestHeaders): boolean {
  return bodyKind(headers, true) !== 'json' && !telling.some((name) => name in headers);
}

export function allowedMethods({ routes }: RouteMatch): readonly string[] {
  return routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

const onlyJson: readonly BodyKind[] = ['json'];
const form = /^multipart\/form-data\s*;/i;
const json = /^application\/(?:json|[\w.-]+\+json)\s*(?:;|$)/i;

/** `mustSayType`: a page of another site can send a body without a type, with the user's cookies and no preflight. */
function checkBodyHeaders({ headers }: Exchange, takes: readonly BodyKind[], mustSayType: boolean): void {
  const kind = bodyKind(headers, mustSayType);
  if (kind === undefined || !takes.includes(kind))
    throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED', { accept: takes.map((one) => types[one]) });
}

/** No browser sends them from a page of another site without asking first. */
const shown = ['x-api-key', 'x-goog-api-key', 'api-key'];
const telling = [...shown, 'authorization', 'x-goog-upload-command', 'x-requested-with'];

/** As above, for a body that an upstream reads: whatever it is, it is not what such a page can send. */
function checkNativeType(headers: RequestHeaders): void {
  const { 'content-type': type, 'content-length': size, 'transfer-encoding': coding } = headers;
  const hasBody = size === undefined ? coding !== undefined || type !== undefined : size !== '0';
  const isSimple =
    type === undefined || /^(?:text\/plain|application\/x-www-form-urlencoded)/i.test(String(type));
  if (hasBody && isSimple && !telling.some((name) => name in headers))
    throw new GatewayError('VE_CONTENT_TYPE_UNSUPPORTED', { accept: Object.values(types) });
}

const types: Readonly<Record<BodyKind, string>> = { form: 'multipart/form-data', json: 'application/json' };

/** Undefined where it is neither. What says nothing of itself is JSON, unless it must say so. */
export function bodyKind(headers: RequestHeaders, mustSayType = false): BodyKind | undefined {
  const type = headers['content-type'];
  if (type === undefined) return mustSayType ? undefined : 'json';
  if (typeof type !== 'string') return undefined;
  if (json.test(type)) return 'json';
  return form.test(type) ? 'form' : undefined;
}

/** Of a body that is still to be read: what a body parser of the host has read, it has also decoded. @throws GatewayError `VE_CONTENT_ENCODING_UNSUPPORTED` */
export function checkEncoding(headers: RequestHeaders): void {
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity')
    throw new GatewayError('VE_CONTENT_ENCODING_UNSUPPORTED');
}
