import type { Gateway, Ledger } from '@vector-engine/express';
import type { ExampleUpstreams } from '../upstreams.ts';
import type { Random } from './chance.ts';
import { handOutKeys } from './hand-out-keys.ts';
import { makeTrouble } from './make-trouble.ts';
import { playTraffic, type Traffic } from './play-traffic.ts';
import { seedHistory } from './seed-history.ts';

export interface PlayOptions {
  readonly gateway: Pick<Gateway, 'fetch' | 'keys'>;
  readonly ledger: Ledger;
  readonly upstreams: Pick<ExampleUpstreams, 'simulators' | 'real'>;
  readonly random: Random;
  /** Calls a second, on the average; default 3. */
  readonly rate?: number;
  /** Calls of the history, about; default 24,000. */
  readonly calls?: number;
}

/**
 * Programs of three companies, which call models from now on, and a history of 40 days where the ledger has none. Only with
 * simulated upstreams: it would cost real money.
 */
export async function play(options: PlayOptions): Promise<Traffic> {
  const { gateway, ledger, upstreams, random, rate = 3, calls = 24_000 } = options;
  if (upstreams.real.length > 0)
    throw new Error(`real upstreams are not played with: ${upstreams.real.join(', ')}`);
  const programs = await handOutKeys(gateway);
  await seedHistory(ledger, { programs, now: Date.now(), days: 40, calls, random });
  makeTrouble(upstreams.simulators, random);
  return playTraffic(gateway, { programs, rate, random });
}
