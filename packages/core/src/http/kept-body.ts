import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';
import { bufferOf } from '../protocol/buffer-of.ts';

/** What is to be known of a request, HTTP/2's included. */
type ReadRequest = Pick<IncomingMessage, 'headers' | 'readableDidRead' | 'readableEnded'>;

/**
 * The bytes of a body that the host has read, as they came. Undefined while nobody has read it. What was made of a form,
 * fields here and files there, is not put together again: only its reader knows what it left out.
 *
 * @throws GatewayError `VE_BODY_CONSUMED` when it was read and nothing was kept.
 */
export function keptBytes(request: ReadRequest, holder: object): Buffer | undefined {
  if (!wasRead(request)) return undefined;
  const bytes = rawBytes(request, holder) ?? toBytes(Reflect.get(holder, 'body'));
  if (bytes === undefined) throw new GatewayError('VE_BODY_CONSUMED');
  return bytes;
}

/**
 * What a body parser of the host has left of a body that it has read: the raw bytes where it kept them (as
 * koa-bodyparser does in `rawBody`), else what it made of them, written as JSON again. Undefined while nobody has
 * read the body.
 *
 * @throws GatewayError `VE_BODY_CONSUMED` when it was read and nothing was kept.
 */
export function keptBody(request: ReadRequest, holder: object): Buffer | undefined {
  if (!wasRead(request)) return undefined;
  const raw = rawBytes(request, holder);
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

function wasRead({ readableDidRead, readableEnded }: ReadRequest): boolean {
  return readableDidRead || readableEnded;
}

function rawBytes(request: ReadRequest, holder: object): Buffer | undefined {
  return toBytes(Reflect.get(holder, 'rawBody')) ?? toBytes(Reflect.get(request, 'rawBody'));
}

function toBytes(value: unknown): Buffer | undefined {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return bufferOf(value);
  return undefined;
}
