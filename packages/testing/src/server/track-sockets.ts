import type { Socket } from 'node:net';

/** The sockets of one server, so that they can be counted, found and destroyed. */
export interface SocketTracker {
  /** Ever accepted. */
  readonly total: number;
  readonly open: number;
  add(socket: Socket): void;
  /** The TCP socket below a request's own socket (which may be TLS or an HTTP/2 stand-in). */
  find(socket: { readonly remotePort?: number | undefined } | undefined): Socket | undefined;
  /** One more or one less request is being answered on this socket. */
  use(socket: Socket | undefined, change: 1 | -1): void;
  destroyAll(): void;
  /** Settles when no socket is open. */
  whenNone(): Promise<void>;
  /** Destroys the sockets on which no answer is under way. */
  destroyIdle(): void;
}

export function trackSockets(): SocketTracker {
  const uses = new Map<Socket, number>();
  const byPort = new Map<number, Socket>();
  let total = 0;
  let onNone: (() => void) | undefined;

  return {
    get total() {
      return total;
    },
    get open() {
      return uses.size;
    },
    add(socket) {
      total += 1;
      const port = socket.remotePort;
      uses.set(socket, 0);
      if (port !== undefined) byPort.set(port, socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        uses.delete(socket);
        if (port !== undefined && byPort.get(port) === socket) byPort.delete(port);
        if (uses.size === 0) onNone?.();
      });
    },
    find: (socket) => (socket?.remotePort === undefined ? undefined : byPort.get(socket.remotePort)),
    use(socket, change) {
      if (socket === undefined) return;
      const count = uses.get(socket);
      if (count !== undefined) uses.set(socket, count + change);
    },
    destroyAll() {
      for (const socket of uses.keys()) socket.destroy();
    },
    whenNone() {
      return new Promise((resolve) => {
        if (uses.size === 0) resolve();
        else onNone = resolve;
      });
    },
    destroyIdle() {
      for (const [socket, count] of uses) if (count === 0) socket.destroy();
    },
  };
}
