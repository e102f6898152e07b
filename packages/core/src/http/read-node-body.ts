import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { GatewayError } from '../errors.ts';

/** The whole body; `onCancel` is handed the way to give the reading up. @throws GatewayError `VE_BODY_TOO_LARGE` */
export function readNodeBody(
  request: IncomingMessage | Http2ServerRequest,
  limit: number,
  onCancel: (cancel: (error: GatewayError) => void) => void,
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit)
    return Promise.reject(new GatewayError('VE_BODY_TOO_LARGE', { limit }));
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let isOver = false;
    const cancel = (error: GatewayError): void => {
      // What else comes is read and thrown away, so that the answer can be read.
      isOver = true;
      chunks = [];
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      if (isOver) return;
      bytes += chunk.length;
      if (bytes > limit) cancel(new GatewayError('VE_BODY_TOO_LARGE', { limit }));
      else chunks.push(chunk);
    };
    request.on('data', onData);
    request.once('end', () => {
      request.off('data', onData);
      if (isOver) return;
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, bytes));
    });
    // That the caller has gone is told by the response; HTTP/2 would throw what nobody listens for.
    request.on('error', ignore);
    onCancel(cancel);
  });
}

const ignore = (): void => {};
