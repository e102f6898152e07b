import type { HeaderMap } from '../protocol/answer.ts';
import type { Exchange } from '../protocol/exchange.ts';
import type { ByteStream } from '../stream/byte-stream.ts';

/**
 * Hands an answer to the caller. `head`: its headers, to which what the body needs is added. Returns whether bytes are
 * still to come; a whole answer is done with here.
 */
export function writeAnswer(
  exchange: Exchange,
  { status, body }: { readonly status: number; readonly body: Uint8Array | ByteStream },
  head: HeaderMap,
): boolean {
  if (body instanceof Uint8Array) {
    if (status !== 204) head['content-length'] = String(body.byteLength);
    exchange.respond(status, head, body);
    return false;
  }
  // Nothing between us and the caller may hold events back, or compress them.
  head['cache-control'] = 'no-cache, no-transform';
  head['x-accel-buffering'] = 'no';
  exchange.respondStream(status, head, body);
  return true;
}
