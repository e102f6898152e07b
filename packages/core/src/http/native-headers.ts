import { createHash } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';

/** What an upstream may see of a request that it gets as it is. No credential of the host's is among them, and none can be added. */
const passed =
  /^(?:range|traceparent|tracestate|x-client-request-id|openai-beta|anthropic-(?:beta|version)|x-goog-upload-(?:command|offset|protocol|file-name|header-content-(?:length|type)))$/;

/** `owner`: two who use one key for a request that must not be made twice must not be given each other's answer. */
export function nativeHeaders(headers: RequestHeaders, owner: string): HeaderMap {
  const picked: HeaderMap = {};
  for (const [name, value] of Object.entries(headers))
    if (passed.test(name) && isPrintable(value)) picked[name] = value;
  const once = headers['idempotency-key'];
  if (typeof once === 'string')
    picked['idempotency-key'] = createHash('sha256').update(`${owner}\n${once}`).digest('base64url');
  return picked;
}

/** What a caller accepts, as far as it says so in a form that can be sent on. */
export function acceptOf({ accept }: RequestHeaders): string {
  return isPrintable(accept) ? accept : '*/*';
}

function isPrintable(value: unknown): value is string {
  return typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value);
}

/** As vendors and their libraries name what shows who asks. */
const credentials: ReadonlySet<string> = new Set([
  'key',
  'api_key',
  'api-key',
  'apikey',
  'access_token',
  'oauth_token',
  'authorization',
  'x-api-key',
  'x-goog-api-key',
]);

/**
 * The query as it came, but for credentials, with the question mark; empty where nothing is left.
 *
 * @throws GatewayError `VE_PATH_INVALID` for what cannot stand in an address
 */
export function nativeQuery(query: string): string {
  if (!/^[\x21\x24-\x7e]*$/.test(query)) throw new GatewayError('VE_PATH_INVALID');
  const kept = query.split('&').filter((pair) => !credentials.has(nameOf(pair)));
  const rest = kept.join('&');
  return rest === '' ? '' : `?${rest}`;
}

/** @throws GatewayError `VE_PATH_INVALID` */
function nameOf(pair: string): string {
  const [name = ''] = pair.split('=');
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim().toLowerCase();
  } catch {
    throw new GatewayError('VE_PATH_INVALID');
  }
}

/** Characters whose escapes say what could be said without them, or cut a path where another server does not. */
const needless = /[\w.~\-/\\%;?#]/;

/** Whether a path is written in the one way in which no two servers read it differently. */
export function isWrittenOneWay(path: string): boolean {
  if (!/^(?:\/(?:[\w.~:@!$&'()*+,=-]|%[\da-f]{2})+)+$/i.test(path)) return false;
  if (/\/\.{1,2}(?:\/|$)/.test(path)) return false;
  for (const [escape] of path.matchAll(/%../g)) {
    const code = Number.parseInt(escape.slice(1), 16);
    if (code < 0x20 || code === 0x7f || needless.test(String.fromCharCode(code))) return false;
  }
  return true;
}
