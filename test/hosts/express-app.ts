import { vectorEngine } from '@vector-engine/express';
import type { Express, RequestHandler } from 'express';
import type { ExpressModule } from './hosts.ts';
import { type Served, serve } from './serve.ts';
import { type Stack, startStack } from './stack.ts';

/** An Express app with a gateway at `/v1`, and a simulated upstream behind it. */
export interface ExpressApp extends Stack {
  readonly app: Express;
  readonly host: Served;
}

/** The gateway comes after `handlers`, as it does in an app that has grown. */
export async function startExpressApp(
  express: ExpressModule,
  ...handlers: readonly RequestHandler[]
): Promise<ExpressApp> {
  const stack = await startStack();
  const app = express();
  for (const handler of handlers) app.use(handler);
  app.use('/v1', vectorEngine(stack.gateway));
  const host = await serve(app);
  return {
    ...stack,
    app,
    host,
    async [Symbol.asyncDispose]() {
      await host.close();
      await stack[Symbol.asyncDispose]();
    },
  };
}
