import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Certificate, selfSignedCertificate } from '@vector-engine/testing';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';

/** OpenAI's SDK speaks TLS only. */
export const certificate: Certificate = selfSignedCertificate();

/** A server on the loopback interface for as long as a test needs it. */
export interface Served extends AsyncDisposable {
  readonly server: Server;
  /** Scheme, host and port of HTTP, and of WebSockets. */
  readonly origin: string;
  readonly webSockets: string;
  /** Connections that are open. */
  readonly open: number;
}

export async function serve(server: Server, scheme: 'http' | 'https' = 'http'): Promise<Served> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    origin: `${scheme}://127.0.0.1:${port}`,
    webSockets: `${scheme === 'http' ? 'ws' : 'wss'}://127.0.0.1:${port}`,
    get open() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** What listens to upgrades. */
interface Upgrading {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown;
}

/** A host with a gateway's WebSockets, and nothing else. */
export function serveUpgrades(gateway: Upgrading): Promise<Served> {
  return serve(createServer((_request, response) => response.end()).on('upgrade', gateway.upgrade));
}

/** A host with TLS, in front of an app that was made for `node:http`. */
export function serveTls(
  app: (request: IncomingMessage, response: never) => unknown,
  gateway: Upgrading,
): Promise<Served> {
  const listener = (request: IncomingMessage, response: unknown): unknown => app(request, response as never);
  return serve(createTlsServer(certificate, listener).on('upgrade', gateway.upgrade), 'https');
}

/** An upstream that does what a test says with each WebSocket. `headers`: lines beside those of the handshake. */
export interface RawUpstream extends Served {
  readonly requests: IncomingMessage[];
}

export async function rawUpstream(
  onOpen: (socket: WebSocket, connection: Duplex) => void,
  headers: readonly string[] = [],
): Promise<RawUpstream> {
  const server = createServer();
  const requests: IncomingMessage[] = [];
  const webSockets = new WebSocketServer({ server, perMessageDeflate: true });
  webSockets.on('headers', (all) => void all.push(...headers));
  webSockets.on('connection', (socket, request) => {
    requests.push(request);
    socket.on('error', () => {});
    onOpen(socket, request.socket);
  });
  const served = await serve(server);
  return Object.assign(served, { requests });
}

/** How a client's WebSocket ended. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** A client that remembers what it hears. */
export interface Talk {
  readonly socket: WebSocket;
  readonly messages: string[];
  /** Settles with the first message that the server has sent or will send for which this is true. */
  until(fits: (message: string) => boolean): Promise<string>;
  readonly closed: Promise<Ending>;
}

/** Rejects where the server refuses, with the status in the message. */
export async function openTalk(
  url: string,
  { protocols = [], ...options }: ClientOptions & { readonly protocols?: string[] } = {},
): Promise<Talk> {
  const socket = new WebSocket(url, protocols, options);
  const talk = listenTo(socket);
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return talk;
}

function listenTo(socket: WebSocket): Talk {
  const messages: string[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer, isBinary) => {
    messages.push(isBinary ? 'bytes' : data.toString());
    for (const look of waiting) look();
  });
  const closed = new Promise<Ending>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return {
    socket,
    messages,
    closed,
    until: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = messages.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** What an HTTP answer in place of a WebSocket says. */
export interface Refusal {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export function refusalOf(
  url: string,
  { protocols = [], ...options }: ClientOptions & { readonly protocols?: string[] } = {},
): Promise<Refusal> {
  const socket = new WebSocket(url, protocols, options);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => reject(new Error('the WebSocket was opened')));
    socket.on('unexpected-response', (_request, response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(pieces).toString() });
      });
    });
  });
}

/** The event of this type, once the official client has it. */
type EventOf<Type> = Extract<RealtimeServerEvent, { type: Type }>;

export interface SdkTalk {
  readonly client: OpenAIRealtimeWS;
  readonly events: RealtimeServerEvent[];
  until<Type extends RealtimeServerEvent['type']>(type: Type): Promise<EventOf<Type>>;
  close(): Promise<Ending>;
}

/** A session of OpenAI's own client. */
export function sdkTalk(client: OpenAIRealtimeWS): SdkTalk {
  const events: RealtimeServerEvent[] = [];
  let look: (() => void) | undefined;
  client.on('event', (event) => {
    events.push(event);
    look?.();
  });
  client.on('error', () => {});
  const closed = new Promise<Ending>((resolve) => {
    client.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return {
    client,
    events,
    until: (type) =>
      new Promise((resolve) => {
        look = () => {
          const found = findOf(events, type);
          if (found !== undefined) resolve(found);
        };
        look();
      }),
    close: () => {
      client.close();
      return closed;
    },
  };
}

/** OpenAI's client, which trusts the certificate of these tests. */
export function openSdk(
  baseURL: string,
  { model = 'gpt-realtime', apiKey = 'any' }: { readonly model?: string; readonly apiKey?: string } = {},
): SdkTalk {
  const openai = new OpenAI({ apiKey, baseURL });
  return sdkTalk(new OpenAIRealtimeWS({ model, options: { ca: certificate.cert } }, openai));
}

function findOf<Type extends RealtimeServerEvent['type']>(
  events: readonly RealtimeServerEvent[],
  type: Type,
): EventOf<Type> | undefined {
  return events.find((event): event is EventOf<Type> => event.type === type);
}

export function userSays(text: string): RealtimeClientEvent {
  const content = [{ type: 'input_text' as const, text }];
  return { type: 'conversation.item.create', item: { type: 'message', role: 'user', content } };
}

/** Asks for an answer in text; unasked it is sound. */
export const answerInText: RealtimeClientEvent = {
  type: 'response.create',
  response: { output_modalities: ['text'] },
};
