import {
  azureOpenAI,
  type Clock,
  type Gateway,
  type Ledger,
  openai,
  vectorEngine,
} from '@vector-engine/express';
import { type SimulatedUpstream, simulatedAzureOpenAI, simulatedOpenAI } from '@vector-engine/testing';
import express, { type Express } from 'express';
import { budgets, limits } from './directory.ts';

/** The two vendors of this example, simulated, so that one of them can fail on purpose. */
export interface Providers extends AsyncDisposable {
  readonly us: SimulatedUpstream;
  readonly eu: SimulatedUpstream;
}

/** Long enough to cost something. */
const answer = (): string => 'All work and no play makes Jack a dull boy. '.repeat(25);

export async function startProviders(): Promise<Providers> {
  const [us, eu] = await Promise.all([
    simulatedOpenAI({ models: ['gpt-5.2', 'gpt-5-nano'], answer }),
    simulatedAzureOpenAI({ deployments: { 'gpt-52-eu': 'gpt-5.2' }, answer }),
  ]);
  return {
    us,
    eu,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([us.close(), eu.close()]);
    },
  };
}

export interface CompanyOptions {
  /** Digests the keys: 32 characters or more. */
  readonly secret: string;
  /** Where calls, budgets and keys are kept; left out: in memory. */
  readonly ledger?: Ledger;
  /** For tests. */
  readonly clock?: Clock;
}

/** One gateway for a company at `/ai`: whoever has a key calls, and is held to what its place in the company may have. */
export function buildApp(
  { us, eu }: Providers,
  { secret, ledger, clock }: CompanyOptions,
): { app: Express; gateway: Gateway } {
  const app = express();
  const engine = vectorEngine({
    upstreams: {
      us: openai({ apiKey: 'sk-simulated', baseURL: us.baseURL, region: 'us' }),
      eu: azureOpenAI({ apiKey: 'simulated', endpoint: eu.origin, region: 'eu' }),
    },
    models: { assistant: ['us/gpt-5.2', 'eu/gpt-52-eu'], small: 'us/gpt-5-nano' },
    // The name of a deployment does not say what it costs.
    prices: { 'eu/gpt-52-eu': { input: 1.75, output: 14 } },
    keys: true,
    secret,
    admin: ({ roles = [] }) => roles.includes('admin'),
    budgets,
    limits,
    ...(ledger === undefined ? {} : { ledger }),
    ...(clock === undefined ? {} : { clock }),
  });
  app.use('/ai', engine);
  return { app, gateway: engine.gateway };
}
