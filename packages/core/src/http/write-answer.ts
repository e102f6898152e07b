import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Exchange } from '../protocol/exchange.ts';

const nothing = Buffer.alloc(0);

/**
 * Hands an answer to the caller; what the body needs is added to its headers. Returns whether bytes are still to come;
 * a whole answer is done with here. `patience`: milliseconds that the caller may take nothing of it.
 */
export function writeAnswer(
  exchange: Exchange,
  { status, headers, body }: Omit<Answer, 'kind'>,
  patience: number,
): boolean {
  if (exchange.method === 'HEAD' && !(body instanceof Uint8Array)) {
    // What nobody reads is not fetched; how long it would be is in the headers, if it is known.
    body.abort(new GatewayError('VE_CLIENT_CLOSED'));
    exchange.respond(status, headers, nothing, patience);
    return false;
  }
  if (body instanceof Uint8Array) {
    if (status !== 204) headers['content-length'] = String(body.byteLength);
    exchange.respond(status, headers, body, patience);
    return false;
  }
  // Nothing between us and the caller may hold events back, or compress them.
  headers['cache-control'] =
    `${headers['cache-control'] === 'no-store' ? 'no-store' : 'no-cache'}, no-transform`;
  headers['x-accel-buffering'] = 'no';
  exchange.respondStream(status, headers, body);
  return true;
}
