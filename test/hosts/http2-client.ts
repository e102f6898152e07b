import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { type RequestParts, readAll, type Target } from './send.ts';

/** One HTTP/2 connection, for any number of requests at once. */
export interface Http2Client extends AsyncDisposable {
  open(
    parts: RequestParts,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; stream: ClientHttp2Stream }>;
  send(parts: RequestParts): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>;
}

export function http2Client({ port, ca }: Target): Http2Client {
  const session = connect(`https://127.0.0.1:${port}`, ca === undefined ? {} : { ca });

  async function open({ method, path, headers, body }: RequestParts): ReturnType<Http2Client['open']> {
    const stream = session.request({
      ':method': method ?? (body === undefined ? 'GET' : 'POST'),
      ':path': path,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    });
    const answered = new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve, reject) => {
      stream.on('response', resolve);
      stream.on('error', reject);
    });
    stream.end(
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    );
    const answer = await answered;
    return { status: Number(answer[':status']), headers: answer, stream };
  }

  return {
    open,
    async send(parts) {
      const { status, headers, stream } = await open(parts);
      return { status, headers, text: (await readAll(stream)).toString('utf8') };
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        session.on('close', resolve);
        session.destroy();
      }),
  };
}
