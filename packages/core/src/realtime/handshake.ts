import { createHash } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';

/** RFC 6455, 1.3. */
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What an endpoint answers to a `Sec-WebSocket-Key`. */
export function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + magic)
    .digest('base64');
}

/**
 * Returns the caller's `Sec-WebSocket-Key`.
 *
 * @throws GatewayError `VE_METHOD_NOT_ALLOWED`, `VE_PARAMETER_INVALID` that names the header: RFC 6455, 4.2.1
 */
export function checkHandshake(method: string | undefined, headers: RequestHeaders): string {
  if (method !== 'GET') throw new GatewayError('VE_METHOD_NOT_ALLOWED', { allow: ['GET'] });
  if (String(headers['upgrade']).toLowerCase() !== 'websocket')
    throw invalid('upgrade', 'only "websocket" is spoken here');
  if (headers['sec-websocket-version'] !== '13')
    throw invalid('sec-websocket-version', 'only version 13 is spoken here');
  const key = headers['sec-websocket-key'];
  if (typeof key === 'string' && /^[+/0-9A-Za-z]{22}==$/.test(key)) return key;
  throw invalid('sec-websocket-key', 'it is 16 bytes in base64');
}

export function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}

/** How OpenAI's clients for browsers, which cannot set headers, begin the entry that is a key: openai/realtime/websocket.js. */
const keyEntry = 'openai-insecure-api-key.';

/** What a caller offers in `Sec-WebSocket-Protocol`. */
export interface Offer {
  /** Those of the entries that an upstream may see: no key, and no organization. */
  readonly protocols: readonly string[];
  /** The key among them. */
  readonly key: string | undefined;
}

export function readOffer(headers: RequestHeaders): Offer {
  const offered = headers['sec-websocket-protocol'];
  const entries = typeof offered === 'string' ? offered.split(',').map((entry) => entry.trim()) : [];
  return {
    protocols: entries.filter((entry) => entry === 'realtime' || /^openai-beta\.[\w.-]+$/.test(entry)),
    key: entries.find((entry) => entry.startsWith(keyEntry))?.slice(keyEntry.length),
  };
}

/**
 * The protocol that the caller is told: the upstream's choice, if it is one of those offered. Browsers want one where
 * they have offered some.
 */
export function chooseProtocol({ protocols }: Offer, chosen: string | undefined): HeaderMap {
  const protocol = protocols.find((one) => one === chosen) ?? protocols[0];
  return protocol === undefined ? {} : { 'sec-websocket-protocol': protocol };
}

/**
 * The caller's host request, as `identify` sees it: a key that a browser's client has put where it can stands where all
 * others put it. The host's own object stays as it is.
 */
export function showKey<HostRequest extends { readonly headers: RequestHeaders }>(
  request: HostRequest,
  { key }: Offer,
): HostRequest {
  if (key === undefined || key === '' || request.headers['authorization'] !== undefined) return request;
  const headers = { ...request.headers, authorization: `Bearer ${key}` };
  return Object.create(request, { headers: { value: headers, enumerable: true } });
}
