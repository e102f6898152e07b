import type { Gateway } from '@vector-engine/core';
import { Hono } from 'hono';
import type { ExampleUpstreams } from '../upstreams.ts';
import { buildGateway } from './gateway.ts';
import { apiRoute, chatRoute } from './next-routes.ts';

/** The gateway in Hono at `/ai/v1`, and as Next.js would call it at `/api/ai/v1` and `/api/chat`. */
export function buildApp(upstreams: ExampleUpstreams): { app: Hono; gateway: Gateway } {
  const gateway = buildGateway(upstreams);
  const app = new Hono();

  app.all('/ai/*', (context) => gateway.fetch(context.req.raw));

  // In a Next.js project these are files, and Next.js does the routing.
  const { GET, POST } = apiRoute(gateway);
  const chat = chatRoute(gateway);
  app.get('/api/ai/v1/*', (context) => GET(context.req.raw));
  app.post('/api/ai/v1/*', (context) => POST(context.req.raw));
  app.post('/api/chat', (context) => chat.POST(context.req.raw));

  app.get('/', (context) => context.text('The rest of your app.'));
  return { app, gateway };
}
