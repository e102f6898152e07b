import type { Gateway, Ledger } from '@vector-engine/express';
import { memoryLedger } from '@vector-engine/express';
import { buildApp } from '../../examples/express/app.ts';
import { type OpenServer, openServer } from '../../examples/open-server.ts';
import { seeded } from '../../examples/traffic/chance.ts';
import { handOutKeys, type KeyedProgram } from '../../examples/traffic/hand-out-keys.ts';
import { seedHistory } from '../../examples/traffic/seed-history.ts';
import { type ExampleUpstreams, startUpstreams } from '../../examples/upstreams.ts';

/** A host with the usage page at `/gateway/`, and something to see on it. */
export interface DashboardHost extends AsyncDisposable {
  readonly origin: string;
  /** Of the page. */
  readonly page: string;
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  readonly upstreams: ExampleUpstreams;
  readonly programs: readonly KeyedProgram[];
}

const secret = 'a secret of 32 characters or more';

export interface HostOptions {
  /** Of the last weeks; default 400. */
  readonly calls?: number;
  /** Milliseconds that videos take; default a minute. */
  readonly jobTime?: number;
}

/** The Express example with simulated upstreams, keys, budgets and a past. */
export async function startDashboardHost({
  calls = 400,
  jobTime = 60_000,
}: HostOptions = {}): Promise<DashboardHost> {
  const upstreams = await startUpstreams({}, { jobTime, pace: 10, spare: true });
  const ledger = memoryLedger();
  const budgets = {
    acme: { limit: 1 },
    'acme/*': { limit: 300 },
    globex: [{ limit: 20 }, { window: 'credit' }],
  } as const;
  const { app, gateway } = buildApp(upstreams, { ledger, secret, budgets });
  const server: OpenServer = await openServer(app, gateway);
  const programs = await handOutKeys(gateway);
  const random = seeded(7);
  await seedHistory(ledger, { programs, now: Date.now(), days: 40, calls, random });
  return {
    origin: server.origin,
    page: `${server.origin}/gateway/`,
    gateway,
    ledger,
    upstreams,
    programs,
    [Symbol.asyncDispose]: async () => {
      await gateway.close({ grace: 0 });
      await server[Symbol.asyncDispose]();
      await ledger.close();
      await upstreams[Symbol.asyncDispose]();
    },
  };
}
