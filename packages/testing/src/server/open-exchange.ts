import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants, Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock } from '@vector-engine/core';
import { parseJson } from '../wire/read-json.ts';
import { type OpenRecord, openRecord } from './record-request.ts';

/** One request and the means to answer or ill-treat it, the same for HTTP/1.1 and HTTP/2. */
export interface Exchange {
  readonly record: OpenRecord;
  readonly closed: Promise<void>;
  isClosed(): boolean;
  /** Reads the whole body into the record. False when the client left before its end. */
  readBody(): Promise<boolean>;
  sendHead(status: number, headers: OutgoingHttpHeaders): void;
  /** Settles when the client can take more, or is gone. */
  write(piece: Buffer): Promise<void>;
  /** Settles when the operating system has all that was written, or the client is gone. */
  flushed(): Promise<void>;
  end(): void;
  /** RST of the connection; over HTTP/2 of the stream. */
  reset(): void;
  /** FIN of the connection, whatever is still missing. */
  hangUp(): void;
}

/** What HTTP/1 and HTTP/2 responses have in common. */
interface Sink {
  writeHead(status: number, headers: OutgoingHttpHeaders): unknown;
  /** Missing in the types of HTTP/2 responses, not in Node. */
  flushHeaders?(): void;
  write(piece: Uint8Array, callback: () => void): boolean;
  end(): unknown;
  on(event: 'close' | 'finish' | 'error' | 'drain', listener: () => void): unknown;
}

/** Bytes written in one go before everything else gets its turn. */
const turnEvery = 1_048_576;

export function openExchange(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  context: {
    readonly clock: Clock;
    readonly origin: string;
    readonly rawSocket: Socket | undefined;
    isShuttingDown(): boolean;
  },
): Exchange {
  const sink: Sink = response;
  const { clock, rawSocket } = context;
  const stream = request instanceof Http2ServerRequest ? request.stream : undefined;
  const state = { isOver: false, spoiled: false, ended: false, finished: false, unflushed: 0, sinceTurn: 0 };
  let wake: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    sink.on('close', resolve);
  });
  const record = openRecord(request, { origin: context.origin, receivedAt: clock.now(), closed });

  const wakeUp = (): void => {
    wake?.();
    wake = undefined;
  };
  const woken = (): Promise<void> =>
    new Promise((resolve) => {
      if (state.isOver) resolve();
      else wake = resolve;
    });
  const onFlushed = (): void => {
    state.unflushed -= 1;
    if (state.unflushed === 0) wakeUp();
  };

  request.on('error', () => undefined);
  sink.on('error', () => undefined);
  sink.on('drain', wakeUp);
  sink.on('finish', () => {
    // An HTTP/2 response "finishes" whenever its stream closes, even when the client reset it.
    state.finished = stream === undefined || (state.ended && stream.rstCode === constants.NGHTTP2_NO_ERROR);
  });
  sink.on('close', () => {
    state.isOver = true;
    if (!state.finished && !state.spoiled && !context.isShuttingDown()) {
      record.aborted = true;
      record.abortedAt = clock.now();
    }
    wakeUp();
  });

  return {
    record,
    closed,
    isClosed: () => state.isOver,
    async readBody() {
      const pieces: Buffer[] = [];
      const complete = new Promise<boolean>((resolve) => {
        request.on('data', (piece: Buffer) => pieces.push(piece));
        request.on('end', () => resolve(true));
        sink.on('close', () => resolve(false));
      });
      const isComplete = await complete;
      record.rawBody = Buffer.concat(pieces);
      record.body = parseJson(record.rawBody);
      return isComplete;
    },
    sendHead(status, headers) {
      record.status = status;
      sink.writeHead(status, headers);
      sink.flushHeaders?.();
    },
    async write(piece) {
      state.unflushed += 1;
      if (!sink.write(piece, onFlushed)) await woken();
      // A flood must let the event loop see that the client has gone: Node 26 drains a dead connection for ever.
      state.sinceTurn += piece.length;
      if (state.sinceTurn < turnEvery) return;
      state.sinceTurn = 0;
      await new Promise((resolve) => setImmediate(resolve));
    },
    async flushed() {
      while (state.unflushed > 0 && !state.isOver) await woken();
      await new Promise((resolve) => setImmediate(resolve));
    },
    end() {
      state.ended = true;
      sink.end();
    },
    reset() {
      state.spoiled = true;
      if (stream !== undefined) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else rawSocket?.resetAndDestroy();
    },
    hangUp() {
      state.spoiled = true;
      rawSocket?.end();
      rawSocket?.destroySoon();
    },
  };
}
