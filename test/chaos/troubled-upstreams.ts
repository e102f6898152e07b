import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { seededChance } from '../simulation/chance.ts';
import { deltas, saidBy } from './wording.ts';

/** What goes wrong, how often, and when. */
export interface Trouble {
  readonly seed: number;
  /** Names of the upstreams; each has the keys `{name}-1` and `{name}-2`. */
  readonly names: readonly string[];
  /** Share of the requests that fail, a quarter of them in each way. */
  readonly failing: number;
  /** Milliseconds: of every `every`, each key is over its limit for `limited`. */
  readonly every: number;
  readonly limited: number;
  /** Milliseconds from a request to its answer, at least and at most. */
  readonly fastest: number;
  readonly slowest: number;
}

export interface Counts {
  requests: number;
  limited: number;
  errors: number;
  resets: number;
  hangs: number;
  /** Answers that broke off. */
  deaths: number;
}

/** All upstreams of the run. */
export interface TroubledUpstreams {
  readonly ports: readonly number[];
  readonly counts: Counts;
  /** One is gone, with its connections. */
  down(index: number): Promise<void>;
  /** It is back, at the same address. */
  up(index: number): Promise<void>;
}

const listenAt = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', 1024, () => resolve((server.address() as AddressInfo).port));
  });

function makeUpstream(name: string, trouble: Trouble, counts: Counts): Server {
  const { failing, every, limited, fastest, slowest } = trouble;
  const place = trouble.names.indexOf(name);
  const random = seededChance(trouble.seed * 100 + place);
  const startedAt = performance.now();
  // Each key's window is somewhere else, so that now and then several are closed at once.
  const offsets = new Map([1, 2].map((key) => [`Bearer ${name}-${key}`, random() * every]));

  const restOf = (key: string): number => {
    const at = (performance.now() - startedAt + (offsets.get(key) ?? 0)) % every;
    return at < limited ? limited - at : 0;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    counts.requests++;
    let body = '';
    request.setEncoding('utf8');
    for await (const text of request) body += text;
    const { stream, messages } = JSON.parse(body) as {
      readonly stream: boolean;
      readonly messages: readonly { readonly content: string }[];
    };
    const rest = restOf(request.headers.authorization ?? '');
    if (rest > 0) {
      counts.limited++;
      // In whole seconds, as vendors say it, and never less than is true.
      const retryAfter = String(Math.max(1, Math.ceil(rest / 1000)));
      return refuse(response, 429, { 'retry-after': retryAfter });
    }
    const fault = random() < failing ? Math.floor(random() * 4) : undefined;
    const takes = fastest + random() * (slowest - fastest);
    const breaksAt = random();
    if (fault === 0) {
      counts.errors++;
      await wait(takes / 4);
      return refuse(response, random() < 0.5 ? 500 : 503);
    }
    if (fault === 1) {
      counts.resets++;
      await wait(takes / 4);
      request.socket.resetAndDestroy();
      return;
    }
    if (fault === 2) {
      counts.hangs++;
      return;
    }
    const question = messages[0]?.content ?? '';
    const dies = fault === 3 ? breaksAt : undefined;
    if (dies !== undefined) counts.deaths++;
    await (stream ? sendStream : sendWhole)(response, question, { takes, dies });
  };

  const server = createServer((request, response) => {
    response.on('error', () => {});
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 300_000;
  server.requestTimeout = 0;
  return server;
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  const body = JSON.stringify({ error: { message: `status ${status}`, type: 'chaos', code: null } });
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

interface Sending {
  /** Milliseconds. */
  readonly takes: number;
  /** How far the answer gets before its connection breaks: 0 to 1. Undefined where it does not. */
  readonly dies: number | undefined;
}

async function sendWhole(
  response: ServerResponse,
  question: string,
  { takes, dies }: Sending,
): Promise<void> {
  const startedAt = performance.now();
  await wait(takes);
  const message = { role: 'assistant', content: saidBy(question) };
  const body = JSON.stringify({
    ...envelope('chat.completion'),
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 },
    // So that what the way there and back took can be told from what the answer took.
    served_in: performance.now() - startedAt,
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  if (dies === undefined) response.end(body);
  else response.write(body.slice(0, Math.floor(dies * body.length)), () => response.destroy());
}

async function sendStream(
  response: ServerResponse,
  question: string,
  { takes, dies }: Sending,
): Promise<void> {
  const events = [
    eventOf({ role: 'assistant', content: '' }),
    ...deltas(question).map((content) => eventOf({ content })),
    eventOf({}, 'stop'),
    'data: [DONE]\n\n',
  ];
  const last = dies === undefined ? events.length : Math.floor(dies * events.length);
  await wait(takes / 2);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [index, event] of events.entries()) {
    if (index === last) {
      response.destroy();
      return;
    }
    if (response.destroyed) return;
    response.write(event);
    if (index > 0) await wait(takes / 2 / events.length);
  }
  response.end();
}

const envelope = (object: string): object => ({ id: 'chatcmpl-1', object, created: 1, model: 'gpt' });

function eventOf(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ ...envelope('chat.completion.chunk'), choices })}\n\n`;
}

export async function startUpstreams(trouble: Trouble): Promise<TroubledUpstreams> {
  const counts: Counts = { requests: 0, limited: 0, errors: 0, resets: 0, hangs: 0, deaths: 0 };
  const servers = trouble.names.map((name) => makeUpstream(name, trouble, counts));
  const ports = await Promise.all(servers.map((server) => listenAt(server, 0)));
  return {
    ports,
    counts,
    async down(index) {
      const closed = new Promise((resolve) => servers[index]?.close(resolve));
      servers[index]?.closeAllConnections();
      await closed;
    },
    async up(index) {
      const [server, port] = [servers[index], ports[index]];
      if (server !== undefined && port !== undefined) await listenAt(server, port);
    },
  };
}
