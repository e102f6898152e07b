import { vectorEngine } from '@vector-engine/koa';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import type { KoaClass } from './hosts.ts';
import { type Served, serve } from './serve.ts';
import { type Stack, startStack } from './stack.ts';

/** A Koa app with a gateway at `/v1`, and a simulated upstream behind it. */
export interface KoaApp extends Stack {
  readonly app: Koa;
  readonly host: Served;
  /** What Koa reported as errors of the app. */
  readonly errors: Error[];
}

/** The gateway comes after `handlers`, as it does in an app that has grown. */
export async function startKoaApp(
  Application: KoaClass,
  ...handlers: readonly Middleware[]
): Promise<KoaApp> {
  const stack = await startStack();
  const app = new Application();
  const errors: Error[] = [];
  app.on('error', (error: Error) => errors.push(error));
  for (const handler of handlers) app.use(handler);
  app.use(vectorEngine(stack.gateway, { prefix: '/v1' }));
  const host = await serve(app.callback());
  return {
    ...stack,
    app,
    host,
    errors,
    async [Symbol.asyncDispose]() {
      await host.close();
      await stack[Symbol.asyncDispose]();
    },
  };
}
