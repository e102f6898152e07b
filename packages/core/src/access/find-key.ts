import { GatewayError } from '../errors.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';
import { isMeantAsKey } from './key-format.ts';

/** Where a request may carry a key. */
export interface KeyPlaces {
  readonly headers: RequestHeaders;
  /** Behind the question mark, as it came. */
  readonly query: string;
  /** What a browser's WebSocket brought in its protocols, which is all that it can set. */
  readonly offered?: string | undefined;
}

/** As Anthropic's, Google's and Azure's clients send it. */
const names = ['x-api-key', 'x-goog-api-key', 'api-key'] as const;
const bearer = 'bearer ';

/**
 * The virtual key of a request, good or not; undefined where it has none, whatever other credentials it has.
 *
 * @throws GatewayError `VE_UNAUTHENTICATED` for two that differ: one of them is not the caller's own, say
 */
export function findKey({ headers, query, offered }: KeyPlaces): string | undefined {
  const shown = [...bearersOf(headers['authorization']), ...(offered === undefined ? [] : [offered])];
  for (const name of names) shown.push(...valuesOf(headers[name]));
  if (query.includes('key=')) shown.push(...new URLSearchParams(query).getAll('key'));
  let found: string | undefined;
  for (const key of shown) {
    if (!isMeantAsKey(key)) continue;
    if (found !== undefined && found !== key)
      throw new GatewayError('VE_UNAUTHENTICATED', { reason: 'two different keys were sent' });
    found = key;
  }
  return found;
}

/** With the word before it, and without. */
function bearersOf(value: string | readonly string[] | undefined): readonly string[] {
  return valuesOf(value).map((one) =>
    one.slice(0, bearer.length).toLowerCase() === bearer ? one.slice(bearer.length).trim() : one,
  );
}

function valuesOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
