import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a stream dies: RST, FIN without the last chunk, or an HTTP message that ends properly, only too early. */
export type Death = 'reset' | 'close' | 'clean';
export const deaths: readonly Death[] = ['reset', 'close', 'clean'];

export interface Cut {
  /** Bytes of the body that are sent. */
  readonly at: number;
  readonly how: Death;
  /** Bytes in one write. */
  readonly pieces: number;
}

export interface DyingUpstream extends AsyncDisposable {
  readonly baseURL: string;
  /** What happens to the next answers. */
  cut: Cut;
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Answers every request with the same event stream, and dies at the given byte of it. */
export async function startDyingUpstream(body: Buffer): Promise<DyingUpstream> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => void die(response, body.subarray(0, upstream.cut.at), upstream.cut));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const upstream: DyingUpstream = {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    cut: { at: body.length, how: 'clean', pieces: body.length },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return upstream;
}

async function die(response: ServerResponse, bytes: Buffer, { how, pieces }: Cut): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for (let from = 0; from < bytes.length && !response.destroyed; from += pieces) {
    await new Promise((resolve) => {
      response.write(bytes.subarray(from, from + pieces), resolve);
    });
    if (pieces < bytes.length) await nextTurn();
  }
  await nextTurn();
  const { socket } = response;
  if (how === 'clean') response.end();
  else if (how === 'reset') socket?.resetAndDestroy();
  else socket?.destroySoon();
}

/** What the caller must see of a stream that was cut there; undefined where the second target answers in its place. */
export interface Expected {
  readonly events: string;
  /** The stream had come to its proper end. */
  readonly isComplete: boolean;
}

/** Read off the rules: committed at the first content, whole events only, complete with the finish or `[DONE]`. */
export function expectAfterCut(stream: string, { at, how }: Pick<Cut, 'at' | 'how'>): Expected | undefined {
  const received = Buffer.from(stream).subarray(0, at).toString('latin1');
  const whole = received.slice(0, received.lastIndexOf('\n\n') + 2);
  const events = Buffer.from(whole, 'latin1').toString('utf8');
  if (!/"content":"[^"]|"finish_reason":"|\[DONE\]/.test(events)) return undefined;
  // Some servers leave out the empty line at the end: a whole event is given on without it, half an event is not. Once the
  // answer is finished, it does not matter how the connection ends.
  const rest = Buffer.from(received.slice(whole.length), 'latin1').toString('utf8');
  const isWhole = (how === 'clean' || isComplete(events)) && isEvent(rest);
  const shown = isWhole && isComplete(events + rest) ? events + rest : events;
  return { events: shown, isComplete: isComplete(shown) };
}

function isComplete(text: string): boolean {
  return /"finish_reason":"|\[DONE\]/.test(text);
}

function isEvent(text: string): boolean {
  const [, data] = /^data: (.*)\n?$/.exec(text) ?? [];
  if (data === undefined || data === '[DONE]') return data !== undefined;
  try {
    return typeof JSON.parse(data) === 'object';
  } catch {
    return false;
  }
}
