import { dashboard } from '@vector-engine/dashboard';
import { type Gateway, type Principal, vectorEngine } from '@vector-engine/koa';
import Koa, { type Context } from 'koa';
import { isLocal } from '../is-local.ts';
import type { ExampleUpstreams } from '../upstreams.ts';

/** People who may call, by token: your own login goes here. */
const users = new Map<string, Principal>([
  ['ada-token', { tenant: 'acme', id: 'ada' }],
  ['bob-token', { tenant: 'acme', id: 'bob' }],
]);

function findUser({ headers }: Context): Principal | undefined {
  return users.get(headers.authorization?.replace(/^Bearer /, '') ?? '');
}

/** A Koa app with the gateway below `/ai`, for those whom `identify` knows, and the usage page at `/gateway`. */
export function buildApp({ upstreams, models }: ExampleUpstreams): { app: Koa; gateway: Gateway } {
  const app = new Koa();

  // Outer middleware sees status, headers and the end of every answer.
  app.use(async (context, next) => {
    const startedAt = performance.now();
    await next();
    context.set('x-response-time', `${(performance.now() - startedAt).toFixed(1)} ms`);
  });

  const engine = vectorEngine({ upstreams, models, identify: findUser }, { prefix: '/ai' });
  app.use(engine);

  // In your app: `(context) => context.state.user?.isAdmin`.
  const page = dashboard(engine.gateway, { allow: ({ req }: Context) => isLocal(req) });
  app.use(page.koa('/gateway'));

  app.use((context) => {
    context.body = { message: 'The rest of your app.' };
  });
  return { app, gateway: engine.gateway };
}
