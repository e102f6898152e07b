import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an upstream answers, piece by piece. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  /** Each is written in a turn of the event loop of its own. */
  readonly pieces: readonly Buffer[];
  /** Whether the connection is reset in place of a proper end. */
  readonly isReset: boolean;
}

/** What was asked of an upstream. */
export interface Asked {
  readonly path: string;
  readonly body: Buffer;
}

export interface Answerer extends AsyncDisposable {
  readonly baseURL: string;
  /** What the next requests are answered with. */
  answer: (asked: Asked) => Reply;
}

/** An upstream on the loopback interface that says what it is told to say, whatever it is asked. */
export async function startAnswerer(): Promise<Answerer> {
  const server = createServer((request, response) => {
    response.on('error', ignore);
    void readAll(request).then(
      (body) => respond(response, answerer.answer({ path: request.url ?? '', body })),
      ignore,
    );
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const answerer: Answerer = {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: () => ({ status: 500, type: 'application/json', pieces: [], isReset: false }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return answerer;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function respond(response: ServerResponse, { status, type, pieces, isReset }: Reply): Promise<void> {
  response.writeHead(status, { 'content-type': type });
  for (const [index, piece] of pieces.entries()) {
    if (response.destroyed) return;
    response.write(piece);
    if (index < pieces.length - 1 || isReset) await nextTurn();
  }
  if (isReset) response.socket?.resetAndDestroy();
  else response.end();
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const ignore = (): void => {};
