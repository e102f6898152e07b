import { dashboard } from '@vector-engine/dashboard';
import {
  type BudgetTree,
  byTask,
  type Gateway,
  type Ledger,
  type TaskStorage,
  vectorEngine,
} from '@vector-engine/express';
import express, { type Express } from 'express';
import { isLocal } from '../is-local.ts';
import type { ExampleUpstreams } from '../upstreams.ts';

/** What outlives the process; what is left out is in memory. */
export interface Kept {
  /** Video jobs. */
  readonly storage?: TaskStorage;
  /** Every call, and what it cost. */
  readonly ledger?: Ledger;
  /** Digests virtual keys, 32 characters or more; without one there are none. */
  readonly secret?: string;
  readonly budgets?: BudgetTree;
}

/**
 * An app with routes of its own, and every model beside them: for OpenAI's and Anthropic's SDKs at `/v1`, for Google's at
 * `/v1beta`. The usage page is at `/gateway`.
 */
export function buildApp(
  { upstreams, models }: ExampleUpstreams,
  kept: Kept = {},
): { app: Express; gateway: Gateway } {
  const app = express();

  // `auto` looks at what is asked, or at the caller's tag: `x-vector-task: writing`.
  const auto = byTask({
    coding: 'gpt-5.3-codex',
    writing: 'claude-opus-4-6',
    analysis: 'kimi-k2.5',
    default: 'gpt-5.2',
  });
  // Everybody who can reach the server is the same caller. In your app: `identify: (request) => request.user && {…}`.
  const engine = vectorEngine({
    upstreams,
    models: { ...models, auto },
    addressable: true,
    identify: () => ({ tenant: 'home', id: 'you' }),
    // Who may see all calls, and hand out keys where there are any.
    admin: (_caller, request) => isLocal(request),
    // The same question with the temperature 0 is answered once.
    cache: {},
    ...(kept.secret === undefined ? {} : { keys: true }),
    ...kept,
  });
  // Before any body parser: the caller's bytes are passed on as they came. What is not the gateway's goes on to the app.
  app.use(engine);

  // What was called and what it cost, for whoever may see it.
  app.use('/gateway', dashboard(engine.gateway, { allow: isLocal }));

  app.use(express.json());
  app.get('/', (_request, response) => {
    response.json({ models: engine.gateway.models().map(({ id }) => id), stats: engine.gateway.stats() });
  });
  app.get('/health', (_request, response) => {
    response.json({ ok: true });
  });
  return { app, gateway: engine.gateway };
}
