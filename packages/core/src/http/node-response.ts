import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import { atTurnEnd, type TurnTask } from '../stream/at-turn-end.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';

/** The caller has gone. An HTTP/2 response tells it by its stream only. */
export function isGone(response: ServerResponse): boolean {
  if (response.destroyed) return true;
  const stream: unknown = isHttp2(response) ? response.stream : undefined;
  return typeof stream === 'object' && stream !== null && 'destroyed' in stream && stream.destroyed === true;
}

/** Its time-outs are its stream's, and end with it. */
function isHttp2(response: ServerResponse): response is ServerResponse & { readonly stream: unknown } {
  return 'stream' in response;
}

/** Nothing can be written any more: the caller has gone, or the host has ended the response by itself. */
export function isClosed(response: ServerResponse): boolean {
  return response.writableEnded || isGone(response);
}

/** A whole answer. */
export interface WholeAnswer {
  /** Undefined where the framework has set status and headers. */
  readonly head?: { readonly status: number; readonly headers: HeaderMap };
  readonly body: Uint8Array;
  /** Milliseconds that the caller may take nothing of it. */
  readonly patience: number;
}

/** Ends a response with this answer, once this turn of the event loop is over. */
export function endResponse(response: ServerResponse, answer: WholeAnswer): void {
  atTurnEnd(new Ending(response, answer));
}

/** Bytes up to which an answer fits into the buffers of the connection, whether it is read or not. */
const buffered = 65_536;
/** Node refuses time-outs that are longer: 24.8 days. */
const longestTimeout = 2_147_483_647;

class Ending implements TurnTask {
  readonly #response: ServerResponse;
  readonly #answer: WholeAnswer;

  constructor(response: ServerResponse, answer: WholeAnswer) {
    this.#response = response;
    this.#answer = answer;
  }

  turnEnded(): void {
    const response = this.#response;
    const { head, body, patience } = this.#answer;
    // The host may have ended it in the meantime, or begun to.
    if (isClosed(response) || (head !== undefined && response.headersSent)) return;
    try {
      if (head !== undefined) response.writeHead(head.status, head.headers);
      if (body.byteLength > buffered) limitSilence(response, patience);
      response.end(body);
    } catch (error) {
      // A function of the host's around its response. The caller must not wait for what will not come.
      response.destroy();
      throw error;
    }
  }
}

/** Closes a response of which nothing is taken for so long. Node watches the writing itself. */
function limitSilence(response: ServerResponse, milliseconds: number): void {
  const { socket } = response;
  const before = socket?.timeout ?? 0;
  response.setTimeout(Math.min(milliseconds, longestTimeout), () => response.destroy());
  // The connection is the host's: its own time-out comes back before Node sees to what is next on it.
  response.prependOnceListener('finish', () => {
    if (!isHttp2(response)) socket?.setTimeout(before);
  });
}

/** Writes a stream to a response, obeying its back-pressure. `end` runs when everything was handed over; by default it ends the response. */
export function pipeToResponse(stream: ByteStream, response: ServerResponse, end?: () => void): void {
  sendAtOnce(response);
  stream.pipe(new ResponseSink(stream, response, end));
}

/**
 * `node:http` has it so by itself. A server of HTTP/2 that answers callers of HTTP/1.1, too, does not: there a small piece
 * waits until the one before has been acknowledged, which takes 40 ms.
 */
function sendAtOnce(response: ServerResponse): void {
  // Of HTTP/2 the socket is not to be touched, and nothing waits in it.
  const socket = isHttp2(response) ? null : response.socket;
  if (socket instanceof Socket) socket.setNoDelay(true);
}

/** An object rather than closures: there is one for every open stream. */
class ResponseSink implements ByteSink {
  readonly #stream: ByteStream;
  readonly #response: ServerResponse;
  readonly #end: (() => void) | undefined;
  #isFull = false;

  constructor(stream: ByteStream, response: ServerResponse, end: (() => void) | undefined) {
    this.#stream = stream;
    this.#response = response;
    this.#end = end;
  }

  write(chunk: Uint8Array): boolean {
    const response = this.#response;
    if (isClosed(response)) {
      // The host has ended it; Node would throw what is written now at the whole process.
      this.#stream.abort(new GatewayError('VE_CLIENT_CLOSED'));
      return false;
    }
    const hasRoom = response.write(chunk);
    if (!hasRoom && !this.#isFull) {
      this.#isFull = true;
      response.once('drain', () => {
        this.#isFull = false;
        this.#stream.resume();
      });
    }
    return hasRoom;
  }

  end(taken?: () => void): void {
    const response = this.#response;
    if (isClosed(response)) return taken?.();
    // Not the callback of `end`, which compression and others who put theirs in its place leave out.
    if (taken !== undefined) response.once('finish', taken);
    if (this.#end === undefined) response.end();
    else this.#end();
  }

  destroy(): void {
    this.#response.destroy();
  }
}
