import { createServer } from 'node:http';
import { createGateway, type GatewayOptions, openaiCompatible, toNodeListener } from '@vector-engine/core';
import { dashboard } from '@vector-engine/dashboard';
import { listen } from '../listen.ts';
import { livenessOf } from './liveness-of.ts';
import type { Subject } from './subject.ts';

/** As hosts have it by default, with the usage page beside it: `/gateway/admin/live` tells whoever looks what happens. */
export async function startWatching(
  upstreamPort: number,
  own: Pick<GatewayOptions, 'metrics'> = {},
): Promise<Subject> {
  const gateway = createGateway({
    open: true,
    upstreams: { up: openaiCompatible({ baseURL: `http://127.0.0.1:${upstreamPort}/v1`, apiKey: 'k' }) },
    models: { 'bench-model': 'up/bench-model-upstream' },
    ...own,
  });
  const page = dashboard(gateway, { allow: () => true });
  const calls = toNodeListener(gateway);
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/gateway/') !== true) return calls(request, response);
    request.url = request.url.slice('/gateway'.length);
    page(request, response);
  });
  return { port: await listen(server), live: livenessOf(gateway) };
}
