import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';

/** What is to be known of a request, HTTP/2's included. */
type ReadRequest = Pick<IncomingMessage, 'headers' | 'readableDidRead' | 'readableEnded'>;

/**
 * What a body parser of the host has left of a body that it has read: the raw bytes where it kept them (as
 * koa-bodyparser does in `rawBody`), else what it made of them, written as JSON again. Undefined while nobody has
 * read the body.
 *
 * @throws GatewayError `VE_BODY_CONSUMED` when it was read and nothing was kept.
 */
export function keptBody(request: ReadRequest, holder: object): Buffer | undefined {
  const wasRead = request.readableDidRead || request.readableEnded;
  if (!wasRead) return undefined;
  const raw = toBytes(Reflect.get(holder, 'rawBody')) ?? toBytes(Reflect.get(request, 'rawBody'));
  if (raw !== undefined) return raw;
  const body: unknown = Reflect.get(holder, 'body');
  const bytes = toBytes(body);
  if (bytes !== undefined) return bytes;
  // What is no object is JSON, too, and its sender is told what is wrong with it.
  if (typeof body === 'number' || typeof body === 'boolean') return Buffer.from(String(body));
  if (typeof body === 'object' && body !== null) return Buffer.from(JSON.stringify(body));
  if (request.readableEnded && Number(request.headers['content-length'] ?? 0) === 0) return Buffer.alloc(0);
  throw new GatewayError('VE_BODY_CONSUMED');
}

function toBytes(value: unknown): Buffer | undefined {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return undefined;
}
