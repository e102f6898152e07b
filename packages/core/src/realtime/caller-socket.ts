import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HeaderMap } from '../protocol/answer.ts';
import type { ByteSink } from '../stream/byte-stream.ts';
import type { Tunnel } from './tunnel.ts';

/** Bytes that a caller may send before it has an answer. */
const mostEarly = 65_536;
/** Milliseconds of silence after which the system finds out whether the other side is still there. */
const keepAlive = 30_000;

/** The socket of a caller that wants a WebSocket. */
export class CallerSocket implements ByteSink {
  readonly request: IncomingMessage;
  readonly #socket: Duplex;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #tunnel: Tunnel | undefined;
  #onGone: (() => void) | undefined;

  /** `head`: what has come behind the request already. */
  constructor(request: IncomingMessage, socket: Duplex, head: Buffer) {
    this.request = request;
    this.#socket = socket;
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay(true).setKeepAlive(true, keepAlive);
    // A reset is followed by `close`.
    socket.on('error', () => {});
    socket.on('close', () => this.#closed());
    socket.on('end', () => (this.#tunnel === undefined ? socket.destroy() : this.#tunnel.hangUp()));
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => this.#tunnel?.resume());
    if (head.length > 0) this.#take(head);
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  /** Runs when it has gone; at once if it has. Until a tunnel is joined. */
  onGone(listener: () => void): void {
    this.#onGone = listener;
    if (this.isGone) listener();
  }

  /** A whole answer in place of a WebSocket. */
  refuse(status: number, headers: HeaderMap, body: Uint8Array): void {
    const length = String(body.byteLength);
    const head = renderHead(status, { ...headers, 'content-length': length, connection: 'close' });
    this.#socket.end(Buffer.concat([head, body]), () => this.#socket.destroy());
  }

  /** The WebSocket is open, and goes on to `tunnel`. */
  join(tunnel: Tunnel, headers: HeaderMap): void {
    this.#socket.write(renderHead(101, { upgrade: 'websocket', connection: 'Upgrade', ...headers }));
    this.#tunnel = tunnel;
    tunnel.pipe(this, () => this.#socket.resume());
    const early = this.#early;
    this.#early = [];
    this.#socket.resume();
    for (const chunk of early) this.#take(chunk);
  }

  write(chunk: Uint8Array): boolean {
    return this.isGone || this.#socket.write(chunk);
  }

  end(taken?: () => void): void {
    if (this.isGone) return taken?.();
    // Not before the caller has gone, too: what it still sends would make the system take back what it has not yet read.
    if (taken !== undefined) this.#socket.once('close', taken);
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#tunnel !== undefined) {
      if (!this.#tunnel.send(chunk)) this.#socket.pause();
      return;
    }
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > mostEarly) this.#socket.pause();
  }

  #closed(): void {
    if (this.#tunnel === undefined) this.#onGone?.();
    else this.#tunnel.abort();
  }
}

function renderHead(status: number, headers: HeaderMap): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, 'latin1');
}
