import { type Gateway, toNodeListener } from '@vector-engine/core';
import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import express5 from 'express';
import express4 from 'express4';
import Koa3 from 'koa';
import Koa2 from 'koa2';
import { type Protocol, type Served, serve } from './serve.ts';

export type Framework = 'Express 5' | 'Express 4' | 'Koa 3' | 'Koa 2';
export type HostName = Framework | 'node:http' | 'node:https' | 'node:http2';

export type ExpressModule = typeof import('express');
export type KoaClass = typeof import('koa');

export const expressVersions: readonly { readonly name: Framework; readonly express: ExpressModule }[] = [
  { name: 'Express 5', express: express5 },
  { name: 'Express 4', express: express4 },
];

export const koaVersions: readonly { readonly name: Framework; readonly Koa: KoaClass }[] = [
  { name: 'Koa 3', Koa: Koa3 },
  { name: 'Koa 2', Koa: Koa2 },
];

export const frameworks: readonly Framework[] = ['Express 5', 'Express 4', 'Koa 3', 'Koa 2'];
export const hostNames: readonly HostName[] = [...frameworks, 'node:http', 'node:https', 'node:http2'];

/** A server with a gateway in it. */
export interface Host extends Served {
  /** What an OpenAI SDK is given. */
  readonly baseURL: string;
}

/** Starts a host with the gateway mounted at `/v1`, or at another prefix with `/v1` below. */
export async function startHost(name: HostName, gateway: Gateway, mount = '/v1'): Promise<Host> {
  const served = await serve(buildListener(name, gateway, mount), protocolOf(name));
  return { ...served, baseURL: served.origin + (mount.endsWith('/v1') ? mount : `${mount}/v1`) };
}

function protocolOf(name: HostName): Protocol {
  if (name === 'node:https') return 'https';
  return name === 'node:http2' ? 'http2' : 'http';
}

function buildListener(name: HostName, gateway: Gateway, mount: string): (...parameters: never[]) => unknown {
  switch (name) {
    case 'Express 5':
      return express5().use(mount, expressEngine(gateway));
    case 'Express 4':
      return express4().use(mount, expressEngine(gateway));
    case 'Koa 3':
      return quiet(new Koa3())
        .use(koaEngine(gateway, { prefix: mount }))
        .callback();
    case 'Koa 2':
      return quiet(new Koa2())
        .use(koaEngine(gateway, { prefix: mount }))
        .callback();
    default:
      return toNodeListener(gateway, { prefix: mount });
  }
}

/** Koa 3 prints an error for every caller that leaves before the end of a streamed body, whoever streams it. */
function quiet(app: Koa3): Koa3 {
  app.silent = true;
  return app;
}
