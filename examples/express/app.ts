import { byTask, type Gateway, type TaskStorage, vectorEngine } from '@vector-engine/express';
import express, { type Express } from 'express';
import type { ExampleUpstreams } from '../upstreams.ts';

/**
 * An app with routes of its own, and every model beside them: for OpenAI's and Anthropic's SDKs at `/v1`, for Google's at
 * `/v1beta`. `storage`: where video jobs are kept; left out: in memory.
 */
export function buildApp(
  { upstreams, models }: ExampleUpstreams,
  storage?: TaskStorage,
): { app: Express; gateway: Gateway } {
  const app = express();

  // `auto` looks at what is asked, or at the caller's tag: `x-vector-task: writing`.
  const auto = byTask({
    coding: 'gpt-5.3-codex',
    writing: 'claude-opus-4-6',
    analysis: 'kimi-k2.5',
    default: 'gpt-5.2',
  });
  // `open: true` serves everybody who can reach the server. In your app: `identify: (request) => request.user && {…}`.
  const engine = vectorEngine({
    upstreams,
    models: { ...models, auto },
    addressable: true,
    open: true,
    ...(storage === undefined ? {} : { storage }),
  });
  // Before any body parser: the caller's bytes are passed on as they came. What is not the gateway's goes on to the app.
  app.use(engine);

  app.use(express.json());
  app.get('/', (_request, response) => {
    response.json({ models: engine.gateway.models().map(({ id }) => id), stats: engine.gateway.stats() });
  });
  app.get('/health', (_request, response) => {
    response.json({ ok: true });
  });
  return { app, gateway: engine.gateway };
}
