import { randomBytes } from 'node:crypto';
import { Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { acceptOf } from './handshake.ts';
import type { Upgrade } from './http-proxy.ts';
import { Leg } from './leg.ts';

/** Bytes of a refusal that are kept. */
const longestRefusal = 262_144;

/** What an upstream answers to an upgrade. */
export type Dialed = Opened | Refused;

export interface Opened {
  readonly leg: Leg;
  /** The subprotocol that it has chosen. */
  readonly protocol: string | undefined;
}

export interface Refused {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Dialing {
  /** To the upstream. Whoever gives up destroys it. */
  readonly connection: Duplex;
  readonly path: string;
  /** Without those of the handshake. */
  readonly headers: Readonly<Record<string, string>>;
  /** The upstream has answered something that is no answer. */
  readonly broken: (reason: string) => Error;
}

/** The only connection that there is, wherever the request believes to go. */
class OneConnection extends Agent {
  readonly #connection: Duplex;

  constructor(connection: Duplex) {
    super({ keepAlive: false });
    this.#connection = connection;
  }

  override createConnection(): Duplex {
    return this.#connection;
  }
}

/** Asks an upstream for a WebSocket. Rejects where the connection breaks. */
export function dial(proxy: (upgrade: Upgrade) => void, dialing: Dialing): Promise<Dialed> {
  const { connection, path, headers, broken } = dialing;
  const key = randomBytes(16).toString('base64');
  const leg = new Leg();
  return new Promise<Dialed>((resolve, reject) => {
    connection.on('error', reject);
    connection.on('close', () => reject(hungUp()));
    const onSending = (request: ClientRequest): void => {
      request.on('response', (response) => {
        // Nothing of it is for the caller yet: another upstream may do better.
        leg.destroy();
        readRefusal(response).then(resolve, reject);
      });
      request.on('upgrade', ({ headers: answered }: IncomingMessage) => {
        if (answered['sec-websocket-accept'] !== acceptOf(key))
          return reject(broken('Sec-WebSocket-Accept is not of this request'));
        if (answered['sec-websocket-extensions'] !== undefined)
          return reject(broken('an extension that was not offered'));
        resolve({ leg, protocol: answered['sec-websocket-protocol'] });
      });
    };
    proxy({
      path,
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
      },
      agent: new OneConnection(connection),
      caller: leg,
      onSending,
      onError: reject,
    });
  });
}

function readRefusal(response: IncomingMessage): Promise<Refused> {
  const { statusCode: status = 0, headers } = response;
  const pieces: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const finish = (): void => resolve({ status, headers, body: Buffer.concat(pieces) });
    response.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size <= longestRefusal) pieces.push(piece);
      else finish();
    });
    response.on('end', finish);
    response.on('error', reject);
  });
}

function hungUp(): Error {
  return Object.assign(new Error('the upstream hung up'), { code: 'ECONNRESET' });
}
