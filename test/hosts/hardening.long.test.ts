import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  createGateway,
  type Fetch,
  type Gateway,
  openaiCompatible,
  toNodeListener,
} from '@vector-engine/core';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import type { Fault } from '@vector-engine/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../reliability/support.ts';
import { startExpressApp } from './express-app.ts';
import { expressVersions, frameworks, hostNames, koaVersions, startHost } from './hosts.ts';
import { startKoaApp } from './koa-app.ts';
import { readUntil } from './read-until.ts';
import { ask, contentOf, open, readAll, send } from './send.ts';
import { type Served, serve } from './serve.ts';
import { startStack } from './stack.ts';

const path = '/v1/chat/completions';
const json = { 'content-type': 'application/json' };

/** What nobody caught. */
const accidents: unknown[] = [];
const note = (accident: unknown): void => void accidents.push(accident);
const ignore = (): void => {};

beforeEach(() => {
  accidents.length = 0;
  process.on('uncaughtExceptionMonitor', note);
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('uncaughtExceptionMonitor', note);
  process.off('unhandledRejection', note);
});

/** The response to the next request, as other middleware of the host has it. */
function nextResponse({ server }: Served): { response?: ServerResponse } {
  const next: { response?: ServerResponse } = {};
  server.prependOnceListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    next.response = response;
  });
  return next;
}

/** Requests that are under way, wherever they are counted. */
function underWay(gateway: Gateway): number {
  const { active, targets } = gateway.stats();
  return targets.reduce((sum, target) => sum + target.active + target.waiting, active);
}

const endings: readonly { readonly when: string; readonly fault: Fault; readonly stream: boolean }[] = [
  { when: 'while the model thinks', fault: { type: 'hang' }, stream: false },
  { when: 'before a stream begins', fault: { type: 'hang' }, stream: true },
  { when: 'in mid-stream', fault: { type: 'hang-mid-stream', afterEvents: 3 }, stream: true },
];

describe.each(hostNames)('%s', (name) => {
  test.each(endings)('a response that the host ends $when frees the upstream', async (ending) => {
    const { fault, stream, when } = ending;
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const held = nextResponse(host);
    stack.upstream.fail(fault, { times: 1 });
    const opening = open(host, { path, body: ask({ stream }) });
    if (when === 'in mid-stream') await readUntil(await opening, 'You');
    const [request] = await stack.upstream.waitForRequests(1);
    held.response?.end();
    await readAll(await opening);
    await request?.closed;
    expect(request?.aborted).toBe(true);
    await expect.poll(() => underWay(stack.gateway)).toBe(0);
    expect(contentOf(await send(host, { path, body: ask() }))).toBe('You said: hello');
    expect(accidents).toEqual([]);
  });
});

/** A request as it is on the wire, to be sent with others in one piece. */
function written(body: object): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}

/** A second answer on a connection waits for the first: its response can be ended, and not be finished. */
describe.each([...frameworks, 'node:http'] as const)('%s', (name) => {
  test.each([
    { when: 'at the moment of the answer', stream: false },
    { when: 'between two pieces of a stream', stream: true },
  ])(
    'a response that waits for its turn and that the host ends $when is not written to',
    async ({ stream }) => {
      await using stack = await startStack({ upstream: { pace: 2 } });
      await using host = await startHost(name, stack.gateway);
      stack.upstream.fail(({ body }) => (isFor(body, 'gpt-4o-mini') ? { type: 'hang' } : undefined));
      const responses: ServerResponse[] = [];
      host.server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
        responses.push(response);
      });
      // The upstream has said all: what follows at once is the answer.
      stack.gateway.on('attempt', () => {
        if (!stream) setImmediate(() => responses[1]?.end());
      });
      const caller = connect(host.port, '127.0.0.1');
      caller.write(written(ask({ model: 'gpt-4o-mini' })) + written(ask({ stream })));
      if (stream) {
        await until(() => responses[1]?.headersSent === true, 'the stream has begun');
        responses[1]?.end();
      }
      const requests = await stack.upstream.waitForRequests(2);
      const answered = requests.find(({ body }) => isFor(body, 'gpt-4o'));
      await answered?.closed;
      expect(answered?.aborted).toBe(stream);
      await expect.poll(() => responses[1]?.writableEnded).toBe(true);
      expect(responses[1]?.writableFinished).toBe(false);
      caller.destroy();
      await expect.poll(() => underWay(stack.gateway)).toBe(0);
      expect(accidents).toEqual([]);
    },
  );
});

function isFor(body: unknown, model: string): boolean {
  return typeof body === 'object' && body !== null && 'model' in body && body.model === model;
}

/** Differs with every call, and not with every run. */
function makeRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

interface Caller {
  readonly body: object;
  readonly signal: AbortSignal;
  readonly onFirstPiece: () => void;
}

/** What the model said to a caller, until it left. */
async function converse(call: Fetch, url: string, { body, signal, onFirstPiece }: Caller): Promise<string> {
  const pieces: Uint8Array[] = [];
  try {
    const response = await call(url, { method: 'POST', headers: json, body: JSON.stringify(body), signal });
    for await (const piece of response.body ?? []) {
      if (pieces.push(piece) === 1) onFirstPiece();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const text = Buffer.concat(pieces).toString('utf8');
  return [...text.matchAll(/"content": ?"([^"]*)"/g)].map(([, said]) => said).join('');
}

const doors = ['gateway.fetch', ...frameworks, 'node:http'] as const;

test.each(doors)(
  '%s: of fifty callers at once half leave at some time, and each hears only what it is told',
  async (name) => {
    await using stack = await startStack({ upstream: { pace: 2 } });
    await using host = await startHost(name === 'gateway.fetch' ? 'node:http' : name, stack.gateway);
    const call = name === 'gateway.fetch' ? stack.gateway.fetch : fetch;
    const random = makeRandom(42);
    const callers = Array.from({ length: 50 }, async (_, index) => {
      // Long enough that nobody who leaves a stream has heard all of it.
      const content = `caller ${index} ${'goes on and '.repeat(20)}`;
      const isStream = index % 2 === 0;
      const leaves = index % 4 < 2;
      const leaving = new AbortController();
      const leave = (): void => {
        if (leaves) setTimeout(() => leaving.abort(), random(30));
      };
      if (!isStream) leave();
      const body = ask({ stream: isStream, messages: [{ role: 'user', content }] });
      const onFirstPiece = isStream ? leave : ignore;
      const said = await converse(call, host.origin + path, { body, signal: leaving.signal, onFirstPiece });
      return { said, whole: `You said: ${content}`, leaves };
    });
    for (const { said, whole, leaves } of await Promise.all(callers))
      expect(leaves ? whole.slice(0, said.length) : whole).toBe(said);
    await expect.poll(() => underWay(stack.gateway)).toBe(0);
    expect(stack.upstream.requests.filter(({ aborted }) => aborted).length).toBeGreaterThanOrEqual(13);
    expect(accidents).toEqual([]);
  },
);

describe('gateway.fetch', () => {
  test.each([0, 3])(
    'a body that fails after %i pieces rejects with its own reason, and that is all',
    async (pieces) => {
      await using stack = await startStack();
      const reason = new Error('the disk is gone');
      const url = `http://gateway${path}`;
      const answer = stack.gateway.fetch(url, {
        method: 'POST',
        headers: json,
        body: failingBody(pieces, reason),
        duplex: 'half',
      });
      await expect(answer).rejects.toBe(reason);
      await expect.poll(() => underWay(stack.gateway)).toBe(0);
      await nextTurn();
      expect(stack.upstream.requests).toHaveLength(0);
      expect(accidents).toEqual([]);
    },
  );

  test('a body that fails after its request was refused is nobody’s concern', async () => {
    await using stack = await startStack();
    const body = failingBody(0, new Error('the disk is gone'));
    const headers = { 'content-type': 'text/plain' };
    const url = `http://gateway${path}`;
    const response = await stack.gateway.fetch(url, { method: 'POST', headers, body, duplex: 'half' });
    expect(response.status).toBe(415);
    await nextTurn();
    expect(underWay(stack.gateway)).toBe(0);
    expect(accidents).toEqual([]);
  });
});

/** Breaks off after some pieces of a body that is good so far. */
function failingBody(pieces: number, reason: Error): ReadableStream<Uint8Array> {
  const left = (JSON.stringify(ask()).match(/.{1,9}/g) ?? []).slice(0, pieces);
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece === undefined) controller.error(reason);
      else controller.enqueue(Buffer.from(piece));
    },
  });
}

describe('a prefix without a slash at its beginning is refused where it is given', () => {
  const sim = openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' });

  test.each(['ai', 'v1', 'ai/v1', ' /ai', 'http://localhost/ai'])('%j', async (prefix) => {
    await using gateway = createGateway({ upstreams: { sim }, models: { chat: 'sim' }, open: true });
    const cure = expect.objectContaining({
      code: 'VE_OPTIONS_INVALID',
      message: `prefix "${prefix}" does not begin with a slash; write "/${prefix}"`,
    });
    expect(() => toNodeListener(gateway, { prefix })).toThrow(cure);
    expect(() => koaEngine(gateway, { prefix })).toThrow(cure);
  });
});

/** Told by listeners of the host: of whom it was asked, what happened, and whose store they saw. */
type Sighting = readonly [caller: string, event: string, seen: string | undefined];

const stores = new AsyncLocalStorage<string>();

function watchEnd(response: ServerResponse, caller: string, seen: Sighting[]): void {
  for (const event of ['finish', 'close'] as const)
    response.on(event, () => seen.push([caller, event, stores.getStore()]));
}

const bodies = [ask(), ask({ stream: true }), ask({ model: 'none' })];

/** Twenty callers at once, three times over, so that connections are used again. */
async function callInTurns({ origin }: Served): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const calls = Array.from({ length: 20 }, async (_, index) => {
      const headers = { ...json, 'x-caller': `caller ${turn}.${index}` };
      const body = JSON.stringify(bodies[index % bodies.length]);
      const response = await fetch(origin + path, { method: 'POST', headers, body });
      await response.arrayBuffer();
    });
    await Promise.all(calls);
  }
}

describe.each(expressVersions)('$name', ({ express }) => {
  test('listeners of the host hear of the end of a response in the store of its own request', async () => {
    const seen: Sighting[] = [];
    await using app = await startExpressApp(express, (request, response, next) => {
      const caller = request.get('x-caller') ?? '';
      stores.run(caller, () => {
        watchEnd(response, caller, seen);
        next();
      });
    });
    await callInTurns(app.host);
    await expect.poll(() => seen.length).toBe(120);
    expect(seen.filter(([caller, , store]) => store !== caller)).toEqual([]);
  });
});

describe.each(koaVersions)('$name', ({ Koa }) => {
  test('middleware goes on, and hears of the end of a response, in the store of its own request', async () => {
    const seen: Sighting[] = [];
    await using app = await startKoaApp(Koa, async (context, next) => {
      const caller = context.get('x-caller');
      watchEnd(context.res, caller, seen);
      await next();
      seen.push([caller, 'next', stores.getStore()]);
    });
    const callback = app.app.callback();
    // Koa answers when it is out of all middleware: a store that begins there ends before.
    await using host = await serve((request: IncomingMessage, response: ServerResponse) =>
      stores.run(String(request.headers['x-caller']), () => callback(request, response)),
    );
    await callInTurns(host);
    await expect.poll(() => seen.length).toBe(180);
    expect(seen.filter(([caller, , store]) => store !== caller)).toEqual([]);
  });
});
