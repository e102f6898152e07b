// oxlint-disable vitest/expect-expect -- expectNoCanary does
import { inspect } from 'node:util';
import {
  azureOpenAI,
  bedrock,
  createGateway,
  defineUpstream,
  type Gateway,
  GatewayError,
  groq,
  type Logger,
  openai,
  type Upstream,
  vertex,
} from '@vector-engine/core';
import { type Fault, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, question } from '../reliability/support.ts';

const canary = 'CANARY/7f3a+secret"\\x';
const inHeader = 'CANARY-in-a-header-of-the-operator';

/** Everything that somebody outside could see, or an operator could write down. */
const seen: string[] = [];
const see = (...things: unknown[]): void => {
  for (const thing of things)
    seen.push(
      typeof thing === 'string'
        ? thing
        : inspect(thing, {
            depth: 20,
            showHidden: true,
            getters: true,
            maxStringLength: 1e6,
            maxArrayLength: 1e5,
          }),
    );
};
const log = (fields: object, message: string): void => see(fields, message);
const logger: Logger = { debug: log, info: log, warn: log, error: log };

let server: SimulatedUpstream;
let dead: SimulatedUpstream;
beforeAll(async () => {
  [server, dead] = await Promise.all([simulatedOpenAI({ keepRequests: 1 }), simulatedOpenAI()]);
  await dead.close();
});
afterAll(() => server.close());

/** The same secret wherever a vendor takes one. */
function vendors(baseURL: string): Record<string, Upstream> {
  const headers = { 'x-private': inHeader };
  return {
    string: openai({ apiKey: canary, baseURL, headers, organization: 'CANARY-organization' }),
    list: groq({ apiKey: [canary, `${canary}2`], baseURL, headers }),
    function: defineUpstream({ vendor: 'custom', apiKey: () => canary, baseURL, headers }),
    promise: defineUpstream({ vendor: 'custom', apiKey: () => Promise.resolve(canary), baseURL }),
    basic: defineUpstream({
      vendor: 'custom',
      apiKey: canary,
      baseURL,
      authorize: (key) => ['x-key', `Basic ${Buffer.from(key).toString('base64')}`],
    }),
    azure: azureOpenAI({ endpoint: new URL(baseURL).origin, apiKey: canary, headers }),
    token: azureOpenAI({ endpoint: new URL(baseURL).origin, token: canary }),
    signed: bedrock({
      region: 'eu-central-1',
      credentials: () => ({
        accessKeyId: `${canary}/id`,
        secretAccessKey: canary,
        sessionToken: `${canary}/t`,
      }),
      baseURL,
      headers,
    }),
    vertex: vertex({ project: 'acme', token: () => canary, baseURL, headers }),
    throwing: defineUpstream({
      vendor: 'custom',
      baseURL,
      apiKey: () => {
        throw new Error('no key today');
      },
    }),
  };
}

const faults: readonly (Fault | undefined)[] = [
  undefined,
  { type: 'echo-headers' },
  { type: 'reset-on-connect' },
  { type: 'reset-before-headers' },
  { type: 'reset-after-headers' },
  { type: 'garbage', content: 'html' },
  { type: 'garbage', content: 'json' },
  { type: 'redirect', to: 'http://127.0.0.1:9/' },
  { type: 'error-event' },
  { type: 'error-event', afterEvents: 3 },
  { type: 'cut', afterEvents: 3, how: 'reset' },
  { type: 'wrong-content-length' },
  ...[400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529].map(
    (status): Fault => ({ type: 'status', status }),
  ),
];

/** Every upstream, whole and streamed; everything that comes back is looked at. */
async function callAll(gateway: Gateway, names: readonly string[]): Promise<void> {
  for (const name of names) {
    for (const stream of [false, true]) {
      const response = await ask(gateway, { ...question, model: `${name}/gpt-4o`, stream });
      see([...response.headers], await response.text().catch((error: unknown) => inspect(error)));
    }
  }
}

function thrownBy(mistake: () => unknown): unknown {
  try {
    return mistake();
  } catch (error) {
    return error;
  }
}

function listen(gateway: Gateway): void {
  for (const event of ['request', 'attempt', 'end', 'breaker'] as const)
    gateway.on(event, (payload) => see(payload));
}

function expectNoCanary(): void {
  const base64 = Buffer.from(canary).toString('base64');
  const json = JSON.stringify(canary).slice(1, -1);
  for (const text of seen) {
    for (const form of [canary, json, json.replaceAll('/', '\\/'), base64, 'CANARY']) {
      const at = text.indexOf(form);
      expect(at < 0 ? undefined : text.slice(Math.max(0, at - 200), at + 60)).toBeUndefined();
    }
  }
  // The scan must have had something to scan.
  expect(seen.join('').length).toBeGreaterThan(1000);
  seen.length = 0;
}

describe('secrets appear nowhere', () => {
  it('in answers, headers, events, statistics and logs of every kind of key and every error path', async () => {
    const upstreams = vendors(server.baseURL);
    for (const fault of faults) {
      if (fault === undefined) server.heal();
      else server.fail(fault);
      await using gateway = createGateway({
        upstreams,
        open: true,
        logger,
        retry: { rounds: 0, longestPause: 0 },
        layers: [
          (next) => async (call, context) => {
            see(context.request, context.target);
            try {
              return await next(call, context);
            } catch (error) {
              see(error);
              throw error;
            }
          },
        ],
      });
      listen(gateway);
      await callAll(gateway, Object.keys(upstreams));
      see(gateway, gateway.stats(), gateway.models());
      expectNoCanary();
    }
  });

  it('when the upstream cannot be reached, or does not answer in time', async () => {
    server.fail({ type: 'hang' });
    for (const baseURL of [server.baseURL, dead.baseURL]) {
      const upstreams = vendors(baseURL);
      await using gateway = createGateway({
        upstreams,
        open: true,
        logger,
        retry: { rounds: 0, longestPause: 0 },
        timeouts: { firstByte: 10 },
      });
      listen(gateway);
      await callAll(gateway, Object.keys(upstreams));
      see(gateway, gateway.stats());
      expectNoCanary();
    }
    server.heal();
  });

  it('an upstream that quotes it in an answer, or in the middle of a stream, is not quoted', async () => {
    await using gateway = createGateway({ upstreams: vendors(server.baseURL), open: true, logger });
    const quote = { error: { message: `${canary} is not good`, type: 'server_error' } };
    server.fail({ type: 'error-event', afterEvents: 3, body: quote });
    const streamed = await ask(gateway, { ...question, model: 'string/gpt-4o', stream: true });
    const events = await streamed.text();
    expect(events).toContain('[redacted] is not good');
    const body = JSON.stringify({
      choices: [{ message: { role: 'assistant', content: `It is ${canary}` } }],
    });
    server.fail({ type: 'status', status: 200, body, headers: { 'content-type': 'application/json' } });
    const whole = await ask(gateway, { ...question, model: 'string/gpt-4o' });
    const text = await whole.text();
    expect(text).toContain('It is [redacted]');
    expect(events + text).not.toContain('CANARY');
    server.heal();
  });

  it('an upstream that quotes what it was sent, in whatever spelling, is not quoted', async () => {
    await using gateway = createGateway({ upstreams: vendors(server.baseURL), open: true, logger });
    listen(gateway);
    const spellings = [
      (text: string): string => JSON.stringify({ error: { message: text } }),
      (text: string): string => JSON.stringify({ error: { message: text } }).replaceAll('/', '\\/'),
    ];
    for (const spell of spellings) {
      server.fail({
        type: 'status',
        status: 400,
        body: spell(`${canary} ${inHeader} ${Buffer.from(canary).toString('base64')} CANARY-organization`),
        headers: { 'content-type': 'application/json' },
      });
      const response = await ask(gateway, { ...question, model: 'string/gpt-4o' });
      const text = await response.text();
      expect(text).toContain('[redacted]');
      see(text.replace(/[A-Za-z0-9+/\\]{20,}=*/, ''));
      const basic = await ask(gateway, { ...question, model: 'basic/gpt-4o' });
      expect(await basic.text()).not.toContain(Buffer.from(canary).toString('base64'));
    }
    expect(seen.join('')).not.toContain(canary);
    seen.length = 0;
  });

  it('in the errors of construction', () => {
    const mistakes: (() => unknown)[] = [
      () => openai({ apiKey: `${canary}\n` }),
      () => openai({ apiKey: [canary, ''] }),
      () => openai({ apiKey: 'sk', baseURL: `https://user:${inHeader}@example.com/v1` }),
      () => openai({ apiKey: 'sk', baseURL: `https://example.com/v1?key=${inHeader}` }),
      () => openai({ apiKey: 'sk', headers: { 'x-private': `${inHeader}\n` } }),
      () => azureOpenAI({ resource: 'acme', apiKey: canary, token: canary }),
      () => createGateway({ upstreams: { openai: canary as never }, open: true }),
      () => createGateway({ upstreams: canary as never, open: true }),
      () => createGateway(canary as never),
    ];
    for (const mistake of mistakes) {
      const error = thrownBy(mistake);
      expect(GatewayError.isInstance(error)).toBe(true);
      see(error);
    }
    expectNoCanary();
  });
});
