import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Fault, type SimulatedUpstream, simulatedOpenAI } from '../src/index.ts';
import { hello } from './ask-with-sdk.ts';

/** What a client has when an answer ends, however it ends. */
export interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** How the exchange failed; undefined when the answer was complete. */
  readonly error: string | undefined;
  readonly pieces: number;
}

/** Asks with Node's own client, which hides nothing and never retries. */
export function receive(upstream: SimulatedUpstream, extra: object = {}): Promise<Received> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let head: IncomingMessage | undefined;
    const finish = (error?: Error & { code?: string }): void =>
      resolve({
        status: head?.statusCode,
        headers: head?.headers ?? {},
        body: Buffer.concat(pieces),
        error: error === undefined ? undefined : (error.code ?? error.message),
        pieces: pieces.length,
      });
    const sent: ClientRequest = httpRequest(
      `${upstream.baseURL}/chat/completions`,
      { method: 'POST', agent: false, headers: { 'x-secret': 'canary' } },
      (response) => {
        head = response;
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', finish);
        response.on('end', () => finish());
      },
    );
    sent.on('error', finish);
    sent.end(JSON.stringify({ ...hello, ...extra }));
  });
}

/** The answer of a server of its own that has this fault. */
export async function receiveWith(fault: Fault, extra: object = {}): Promise<Received> {
  await using upstream = await simulatedOpenAI();
  upstream.fail(fault);
  return await receive(upstream, extra);
}
