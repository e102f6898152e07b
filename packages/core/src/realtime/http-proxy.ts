import { type Agent, type ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** An upgrade as it goes out. */
export interface Upgrade {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the connection; whatever address the proxy has in mind, it goes where this goes. */
  readonly agent: Agent;
  /** Stands for the caller's socket: what the upstream says is written to it, and what it says goes to the upstream. */
  readonly caller: Duplex;
  /** The request is about to leave. Listeners that are added now come before the proxy's own. */
  readonly onSending: (request: ClientRequest) => void;
  readonly onError: (error: Error) => void;
}

const nothing = Buffer.alloc(0);

/**
 * http-proxy-middleware for one upgrade. It sees no request of the host's and none of its servers, so that it has nothing
 * to pass on that was not put into `headers`, and no listeners to leave anywhere. Loaded when somebody wants it.
 */
export async function loadProxy(): Promise<(upgrade: Upgrade) => void> {
  const { createProxyMiddleware } = await import('http-proxy-middleware');
  return ({ path, headers, agent, caller, onSending, onError }) => {
    const proxy = createProxyMiddleware({
      // Encryption is the connection's own affair: what is written to it is HTTP either way.
      target: 'http://upstream.invalid',
      agent,
      // No answers and no lines in a log of its own.
      ejectPlugins: true,
      plugins: [(server) => void server.on('proxyReqWs', onSending).on('error', onError)],
    });
    proxy.upgrade(requestOf(path, headers), asSocket(caller), nothing);
  };
}

function requestOf(path: string, headers: Readonly<Record<string, string>>): IncomingMessage {
  // It takes part only where there is a server behind the socket.
  const request = new IncomingMessage(Object.assign(new Socket(), { server: {} }));
  request.method = 'GET';
  request.url = path;
  request.headers = { ...headers };
  return request;
}

/** It is typed for Node's own sockets, and uses nothing of them that others have not. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const asSocket = (caller: Duplex): Socket => caller as Socket;
