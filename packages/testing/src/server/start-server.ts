import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock } from '../clock/system-clock.ts';
import { answerWithFault } from '../faults/answer-with-fault.ts';
import type { RequestFault } from '../faults/fault.ts';
import { scheduleFaults } from '../faults/schedule-faults.ts';
import type { Vendor } from '../vendors/vendor.ts';
import { createListener } from './create-listener.ts';
import { type Exchange, openExchange } from './open-exchange.ts';
import type { RecordedRequest } from './record-request.ts';
import { respondTo, serveUpgrade } from './serve-upgrade.ts';
import type { ServerOptions, SimulatedUpstream } from './simulated-upstream.ts';
import { trackSockets } from './track-sockets.ts';

const host = '127.0.0.1';

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address;
}

/** Turns of the event loop after which clients in this process have noticed that their idle connections are closed. */
async function noticed(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Starts a server on a free port of the loopback interface that answers as the vendor would. */
export async function startServer(vendor: Vendor, options: ServerOptions): Promise<SimulatedUpstream> {
  const clock = options.clock ?? systemClock;
  const sockets = trackSockets();
  const faults = scheduleFaults();
  const requests: RecordedRequest[] = [];
  const waiting = new Set<{ readonly count: number; resolve(): void }>();
  let received = 0;
  let open = 0;
  let isListening = false;
  let listening = Promise.resolve();
  let isShuttingDown = false;
  let origin = '';

  const server = createListener(
    options,
    (request, response) => void converse(admit(request, response)),
    (socket) => {
      sockets.add(socket);
      if (faults.takeForConnection()) socket.resetAndDestroy();
    },
  );

  if (vendor.talk !== undefined)
    server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      const response = respondTo(request, socket);
      const exchange = admit(request, response);
      const fault = noteReceived(exchange);
      const answer = (): Promise<void> => reply(exchange, fault);
      void serveUpgrade(request, response, { exchange, clock, fault, vendor, answer });
    });

  function admit(...[request, response]: Parameters<Parameters<typeof createListener>[1]>): Exchange {
    const socket = sockets.find(request.socket);
    const exchange = openExchange(request, response, {
      clock,
      origin,
      rawSocket: socket,
      isShuttingDown: () => isShuttingDown,
    });
    requests.push(exchange.record);
    if (requests.length > (options.keepRequests ?? Number.POSITIVE_INFINITY)) requests.shift();
    void keepCount(exchange, socket);
    return exchange;
  }

  async function keepCount(exchange: Exchange, socket: Socket | undefined): Promise<void> {
    open += 1;
    sockets.use(socket, 1);
    await exchange.closed;
    open -= 1;
    sockets.use(socket, -1);
    if (!isListening) sockets.destroyIdle();
  }

  async function converse(exchange: Exchange): Promise<void> {
    if (await exchange.readBody()) await reply(exchange, noteReceived(exchange));
  }

  /** The fault that this request is to have. */
  function noteReceived(exchange: Exchange): RequestFault | undefined {
    received += 1;
    for (const waiter of waiting) if (received >= waiter.count) waiter.resolve();
    return faults.takeForRequest(exchange.record);
  }

  async function reply(exchange: Exchange, fault: RequestFault | undefined): Promise<void> {
    try {
      await answerWithFault(exchange, fault, { vendor, clock, pace: options.pace ?? 0 });
    } catch (error) {
      // A script of the test threw. The client must not wait for ever, and the test must hear of it: it stays unhandled.
      exchange.reset();
      throw error;
    }
  }

  function listen(port: number): Promise<void> {
    isListening = true;
    listening = new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return listening;
  }

  function stopListening(): void {
    if (!isListening) return;
    isListening = false;
    server.close();
    sockets.destroyIdle();
  }

  await listen(0);
  const { port } = addressOf(server);
  origin = `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}`;

  return {
    origin,
    port,
    baseURL: `${origin}${vendor.basePath}`,
    requests,
    get connections() {
      return sockets.total;
    },
    get openConnections() {
      return sockets.open;
    },
    get openRequests() {
      return open;
    },
    waitForRequests(count) {
      return new Promise((resolve) => {
        if (received >= count) return resolve(requests);
        const waiter = {
          count,
          resolve() {
            waiting.delete(waiter);
            resolve(requests);
          },
        };
        waiting.add(waiter);
      });
    },
    fail(fault, { times = Number.POSITIVE_INFINITY } = {}) {
      faults.set(fault, times);
      if (typeof fault === 'object' && fault.type === 'refuse') stopListening();
    },
    heal() {
      faults.clear();
      if (!isListening && !isShuttingDown) void listen(port);
    },
    async stop() {
      stopListening();
      await noticed();
    },
    async start() {
      await (isListening ? listening : listen(port));
    },
    close,
    [Symbol.asyncDispose]: close,
  };

  async function close(): Promise<void> {
    isShuttingDown = true;
    stopListening();
    const drained = sockets.whenNone();
    sockets.destroyAll();
    await drained;
  }
}
