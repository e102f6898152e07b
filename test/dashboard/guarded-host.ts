import type { RequestListener } from 'node:http';
import { createGateway, type Gateway, memoryLedger, openai } from '@vector-engine/core';
import { type DashboardOptions, dashboard } from '@vector-engine/dashboard';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import express from 'express';
import express4 from 'express4';
import Koa from 'koa';
import { toListener } from '../../examples/fetch-handler/to-listener.ts';
import { openServer } from '../../examples/open-server.ts';

export type Way = 'Express 5' | 'Express 4' | 'Koa' | 'fetch' | 'node:http';
export const ways: readonly Way[] = ['Express 5', 'Express 4', 'Koa', 'fetch', 'node:http'];

/** Whatever of this is seen anywhere has got out. */
export const canaries = {
  upstreamKey: 'sk-canary-of-the-upstream',
  secret: 'canary-secret-of-32-characters-or-more',
  prompt: 'canary prompt of somebody',
  traceless: 'canary prompt that leaves no trace',
} as const;

/** A gateway with some calls and keys, and its usage page at `/gateway` for whoever says that it is the boss. */
export interface GuardedHost extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly upstream: SimulatedUpstream;
  readonly origin: string;
  /** A virtual key, as its owner has it. */
  readonly key: string;
  /** Asks below the mount. */
  ask(path: string, init?: RequestInit & { readonly as?: 'boss' | 'stranger' }): Promise<Response>;
}

type Allow = DashboardOptions<never>['allow'];

/** Of any kind of request. */
const isBoss: Allow = (request: { headers: Headers | Record<string, unknown> }) => {
  const { headers } = request;
  return (headers instanceof Headers ? headers.get('x-user') : headers['x-user']) === 'boss';
};

export interface GuardedOptions {
  readonly way?: Way;
  readonly allow?: Allow;
}

export async function startGuarded({
  way = 'Express 5',
  allow = isBoss,
}: GuardedOptions = {}): Promise<GuardedHost> {
  const upstream = await simulatedOpenAI({ apiKeys: [canaries.upstreamKey] });
  const gateway = createGateway({
    upstreams: { openai: openai({ apiKey: canaries.upstreamKey, baseURL: upstream.baseURL }) },
    keys: true,
    secret: canaries.secret,
    ledger: memoryLedger(),
    metrics: true,
  });
  const { key } = await gateway.keys.create({ name: 'CI', path: 'acme/ci' });
  const server = await openServer(listenerOf(way, gateway, allow));
  const host: GuardedHost = {
    gateway,
    upstream,
    origin: server.origin,
    key,
    ask: (path, { as = 'boss', headers, ...init } = {}) =>
      fetch(`${server.origin}/gateway${path}`, {
        redirect: 'manual',
        ...init,
        headers: {
          ...(as === 'boss' ? { 'x-user': 'boss' } : {}),
          ...Object.fromEntries(new Headers(headers)),
        },
      }),
    [Symbol.asyncDispose]: async () => {
      await gateway.close({ grace: 0 });
      await server[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
  return host;
}

/** A chat of the owner of the key. */
export function chat(
  { gateway, key }: GuardedHost,
  content: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content }] }),
  });
}

function listenerOf(way: Way, gateway: Gateway, allow: Allow): RequestListener {
  const page = dashboard(gateway, { allow });
  switch (way) {
    case 'Express 5':
      return express().use('/gateway', page);
    case 'Express 4':
      return express4().use('/gateway', page);
    case 'Koa': {
      const app = new Koa();
      app.silent = true;
      const answer = app.use(page.koa('/gateway')).callback();
      return (request, response) => void answer(request, response);
    }
    case 'fetch':
      return toListener((request) => page.fetch(request, { prefix: '/gateway' }));
    default:
      return (request, response) => {
        request.url = request.url?.replace(/^\/gateway/, '');
        page(request, response);
      };
  }
}
