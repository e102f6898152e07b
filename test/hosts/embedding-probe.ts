/**
 * Runs in a process of its own: what a host has before the gateway was imported, mounted, used and closed is what it
 * has after. Prints the differences as JSON; nothing, if all is well, but that the process then ends by itself.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

interface Snapshot {
  readonly [name: string]: unknown;
}

const events = [
  'exit',
  'beforeExit',
  'uncaughtException',
  'unhandledRejection',
  'warning',
  'SIGTERM',
  'SIGINT',
];
const dispatchers = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2', 'undici.globalOrigin.1'];

function snapshot(): Snapshot {
  return {
    globals: Reflect.ownKeys(globalThis).map(String).toSorted(),
    functions: [
      'fetch',
      'Request',
      'Response',
      'Headers',
      'setTimeout',
      'queueMicrotask',
      'structuredClone',
    ].map(identityOfGlobal),
    prototypes: [Object, Array, Function, Promise, Error].map(
      ({ prototype }) => Reflect.ownKeys(prototype).length,
    ),
    dispatchers: dispatchers.map((name) => identityOf(Reflect.get(globalThis, Symbol.for(name)))),
    listeners: Object.fromEntries(events.map((name) => [name, process.listenerCount(name)])),
    resources: process.getActiveResourcesInfo().toSorted(),
    environment: Object.keys(process.env).toSorted(),
  };
}

const identities = new Map<unknown, number>();

function identityOf(value: unknown): number {
  const known = identities.get(value) ?? identities.size;
  identities.set(value, known);
  return known;
}

/** Reading a lazy global would load it, and change what is to be compared. */
function identityOfGlobal(name: string): number {
  const property = Reflect.getOwnPropertyDescriptor(globalThis, name);
  return identityOf(property?.get ?? property?.value);
}

/** Names of what differs; of lists, what was added and what is gone. */
function diff(before: Snapshot, after: Snapshot): Record<string, unknown> {
  const names = Object.keys(before).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return Object.fromEntries(names.map((name) => [name, describe(before[name], after[name])]));
}

function describe(before: unknown, after: unknown): object {
  if (!Array.isArray(before) || !Array.isArray(after) || typeof before[0] !== 'string')
    return { before, after };
  return {
    added: after.filter((name) => !before.includes(name)),
    gone: before.filter((name) => !after.includes(name)),
    counts: [before.length, after.length],
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const [framework = 'express'] = process.argv.slice(2);
const upstream = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(
      '{"object":"chat.completion","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}',
    );
  });
});
// What the host's own `fetch` has opened stays open, however long the gateway takes to load on a busy machine.
upstream.keepAliveTimeout = 60_000;
await new Promise<void>((resolve) => {
  upstream.listen(0, '127.0.0.1', resolve);
});
const upstreamOrigin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
const { default: express } = await import('express');
const { default: Koa } = await import('koa');
const host = createServer();
await new Promise<void>((resolve) => {
  host.listen(0, '127.0.0.1', resolve);
});
const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
const listenersOf = (): Record<string, number> =>
  Object.fromEntries(host.eventNames().map((name) => [String(name), host.listenerCount(name)]));

// One host has used the built-in fetch before, another has not.
if (framework !== 'node') await (await fetch(upstreamOrigin, { method: 'POST', body: '{}' })).arrayBuffer();
await settled();
const before = snapshot();
const { createGateway, openaiCompatible, toNodeListener } = await import('@vector-engine/core');
const expressPackage = await import('@vector-engine/express');
const koaPackage = await import('@vector-engine/koa');
const imported = diff(before, snapshot());

const gateway = createGateway({
  upstreams: { local: openaiCompatible({ baseURL: `${upstreamOrigin}/v1`, apiKey: 'sk-probe' }) },
  models: { 'gpt-4o': 'local' },
  open: true,
});
const app =
  framework === 'express'
    ? express().use('/v1', expressPackage.vectorEngine(gateway))
    : framework === 'koa'
      ? new Koa().use(koaPackage.vectorEngine(gateway, { prefix: '/v1' })).callback()
      : toNodeListener(gateway);
const listener = app as (...parameters: unknown[]) => void;
host.on('request', listener);
const listenersBefore = listenersOf();

/** By the gateway's own door and not by the host's `fetch`, whose dispatcher would come into being. */
async function use(): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const asked = request(`${origin}/v1/chat/completions`, { method: 'POST', agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', reject);
    asked.end('{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}');
  });
}
const statuses = [await use(), await use()];
const listenersUsed = listenersOf();
await gateway.close();
await settled();
let closed = diff(before, snapshot());
// On a busy machine the ends of connections come late. What stays is told.
for (const end = performance.now() + 3000; Object.keys(closed).length > 0 && performance.now() < end; ) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  closed = diff(before, snapshot());
}
const isListening = host.listening;

// The host's own fetch works as ever, and finds its own dispatcher.
const fetched = await fetch(upstreamOrigin, { method: 'POST', body: '{}' });
const fetchStatus = fetched.status;
await fetched.arrayBuffer();

process.stdout.write(
  JSON.stringify({ imported, closed, statuses, isListening, fetchStatus, listenersBefore, listenersUsed }),
);
host.close();
host.closeAllConnections();
upstream.close();
upstream.closeAllConnections();
