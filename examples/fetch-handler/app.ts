import { randomUUID } from 'node:crypto';
import type { Gateway } from '@vector-engine/core';
import { dashboard } from '@vector-engine/dashboard';
import { Hono } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import type { ExampleUpstreams } from '../upstreams.ts';
import { buildGateway } from './gateway.ts';
import { apiRoute, chatRoute } from './next-routes.ts';

/**
 * The gateway in Hono at `/ai/v1`, and as Next.js would call it at `/api/ai/v1` and `/api/chat`; at `/gateway` the usage page,
 * for whoever knows the operator's password.
 */
export function buildApp(
  upstreams: ExampleUpstreams,
  password: string = randomUUID(),
): { app: Hono; gateway: Gateway } {
  const gateway = buildGateway(upstreams);
  const app = new Hono();

  app.all('/ai/*', (context) => gateway.fetch(context.req.raw));

  // Your own login comes before it; who has got through is an operator.
  const page = dashboard(gateway, { allow: () => true });
  app.use('/gateway/*', basicAuth({ username: 'operator', password }));
  app.all('/gateway/*', (context) => page.fetch(context.req.raw, { prefix: '/gateway' }));

  // In a Next.js project these are files, and Next.js does the routing.
  const { GET, POST } = apiRoute(gateway);
  const chat = chatRoute(gateway);
  app.get('/api/ai/v1/*', (context) => GET(context.req.raw));
  app.post('/api/ai/v1/*', (context) => POST(context.req.raw));
  app.post('/api/chat', (context) => chat.POST(context.req.raw));

  app.get('/', (context) => context.text('The rest of your app.'));
  return { app, gateway };
}
