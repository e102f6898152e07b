import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import {
  createGateway,
  type Fetch,
  type Gateway,
  type GatewayOptions,
  openaiCompatible,
} from '@vector-engine/core';
import { type SimulatedOpenAIOptions, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { type HostName, hostNames, startHost } from '../hosts/hosts.ts';
import { chatModels, otherModels, upstreamNames } from './models.ts';

/** Where a client comes in: a server, or the gateway's own `fetch` with no server at all. */
export type DoorName = HostName | 'gateway.fetch';
export const doorNames: readonly DoorName[] = [...hostNames, 'gateway.fetch'];

export interface Door extends AsyncDisposable {
  readonly upstream: SimulatedUpstream;
  readonly gateway: Gateway;
  readonly baseURL: string;
  readonly fetch: Fetch;
  /** An official SDK's client that does not retry. */
  readonly client: OpenAI;
}

export interface DoorOptions {
  readonly upstream?: SimulatedOpenAIOptions;
  readonly gateway?: Pick<GatewayOptions, 'retry' | 'timeouts'>;
}

/** A gateway with all the models, behind a door. */
export async function openDoor(name: DoorName, options: DoorOptions = {}): Promise<Door> {
  const names = [...chatModels, ...otherModels].map((model) => upstreamNames[model] ?? model);
  const upstream = await simulatedOpenAI({ models: names, ...options.upstream });
  const gateway = makeGateway(upstream, options.gateway);
  const host = name === 'gateway.fetch' ? undefined : await startHost(name, gateway);
  const baseURL = host?.baseURL ?? 'http://gateway/v1';
  const fetch =
    host === undefined ? gateway.fetch : host.ca === undefined ? globalThis.fetch : trustingFetch(host.ca);
  return {
    upstream,
    gateway,
    baseURL,
    fetch,
    client: new OpenAI({ apiKey: 'not used', baseURL, fetch, maxRetries: 0 }),
    async [Symbol.asyncDispose]() {
      await host?.close();
      await gateway.close({ grace: 0 });
      await upstream.close();
    },
  };
}

function makeGateway(upstream: SimulatedUpstream, own: DoorOptions['gateway'] = {}): Gateway {
  const options: GatewayOptions = {
    upstreams: { sim: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'sk-upstream' }) },
    models: Object.fromEntries(
      [...chatModels, ...otherModels].map(
        (model) => [model, `sim/${upstreamNames[model] ?? model}`] as const,
      ),
    ),
    open: true,
    ...own,
  };
  return createGateway(options);
}

/** A `fetch` that takes a certificate; the built-in one takes none without undici's own classes. */
function trustingFetch(ca: string): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise((resolve, reject) => {
      const { method, signal } = request;
      const headers = { ...Object.fromEntries(request.headers), 'content-length': body.length };
      const sent = httpsRequest(request.url, { method, headers, ca, agent: false, signal }, (response) => {
        const answer = Readable.toWeb(response) as ReadableStream<Uint8Array>;
        const pairs = Object.entries(response.headers).map(
          ([key, value]) => [key, String(value)] as [string, string],
        );
        resolve(new Response(answer, { status: response.statusCode ?? 0, headers: pairs }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  };
}
