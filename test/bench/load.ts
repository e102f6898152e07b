/** The load generator: a process of its own that drives one subject at a time over raw sockets. */
import { serve } from './ipc.ts';
import { type ConnectionListener, LoadConnection, type RequestShape } from './load-connection.ts';
import { quantile } from './statistics.ts';

const CONNECT_AT_ONCE = 100;

/** One closed loop: every connection sends its next request when the last one was answered. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Milliseconds from the request's first byte out to the answer's last byte in. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds until the first byte of the answer's body, median. */
  readonly firstByte: number;
}

let connections: LoadConnection[] = [];
let latencies: number[] = [];
let firstBytes: number[] = [];
let inFlight = 0;
let opened = 0;
let repeating = false;
let idle = Promise.withResolvers<void>();
let allOpened = Promise.withResolvers<void>();

const listener: ConnectionListener = {
  onFirstByte(connection) {
    firstBytes.push(performance.now() - connection.startedAt);
    if (++opened === connections.length) allOpened.resolve();
  },
  onEnd(connection) {
    latencies.push(performance.now() - connection.startedAt);
    if (repeating) connection.send();
    else if (--inFlight === 0) idle.resolve();
  },
  onError(error) {
    repeating = false;
    idle.reject(error);
    allOpened.reject(error);
  },
};

function begin(): void {
  latencies = [];
  firstBytes = [];
  opened = 0;
  idle = Promise.withResolvers();
  allOpened = Promise.withResolvers();
  // Whoever waits for neither of them learns of the error from the next command.
  idle.promise.catch(() => undefined);
  allOpened.promise.catch(() => undefined);
  inFlight = connections.length;
  for (const connection of connections) connection.bytes = 0;
  for (const connection of connections) connection.send();
}

const receivedBytes = (): number => connections.reduce((sum, connection) => sum + connection.bytes, 0);

const handlers = {
  async open({ shape, count }: { shape: RequestShape; count: number }): Promise<void> {
    for (let left = count; left > 0; left -= CONNECT_AT_ONCE) {
      const batch = Array.from({ length: Math.min(left, CONNECT_AT_ONCE) }, () =>
        LoadConnection.open(shape, listener),
      );
      connections.push(...(await Promise.all(batch)));
    }
  },
  close(): void {
    for (const connection of connections) connection.close();
    connections = [];
  },
  /** Requests on all connections again and again for so many milliseconds, then until all are answered. */
  async run(milliseconds: number): Promise<LoadResult> {
    const startedAt = performance.now();
    repeating = true;
    begin();
    const timer = setTimeout(() => {
      repeating = false;
    }, milliseconds);
    await idle.promise.finally(() => clearTimeout(timer));
    const seconds = (performance.now() - startedAt) / 1_000;
    const sorted = latencies.toSorted((a, b) => a - b);
    return {
      requests: sorted.length,
      seconds,
      bytes: receivedBytes(),
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      firstByte: quantile(
        firstBytes.toSorted((a, b) => a - b),
        0.5,
      ),
    };
  },
  /** Starts one request on every connection and returns when each has its first body byte. */
  async hold(): Promise<void> {
    repeating = false;
    begin();
    await allOpened.promise;
  },
  /** Bytes of the held answers so far. */
  received: (): number => receivedBytes(),
  /** Waits until all held answers have ended; returns the bytes of their bodies. */
  async release(): Promise<number> {
    await idle.promise;
    return receivedBytes();
  },
  /** One request on a connection of its own; the raw answer, head and body. */
  async once(shape: RequestShape): Promise<string> {
    const answered = Promise.withResolvers<void>();
    const connection = await LoadConnection.open(shape, {
      onFirstByte: () => undefined,
      onEnd: () => answered.resolve(),
      onError: (error) => answered.reject(error),
    });
    const captured: Buffer[] = [];
    connection.captured = captured;
    connection.send();
    await answered.promise.finally(() => connection.close());
    return Buffer.concat(captured).toString();
  },
};
export type LoadHandlers = typeof handlers;
serve(handlers);
