import type { CacheStats } from './cache/response-cache.ts';
import type { Targets } from './create-targets.ts';
import { optionsError } from './errors.ts';
import { expose } from './observe/metrics/exposition.ts';
import { type Family, gauge, single } from './observe/metrics/family.ts';
import { LoopDelay } from './observe/metrics/loop-delay.ts';
import { makeRegistry } from './observe/metrics/make-registry.ts';
import { Meter } from './observe/metrics/meter.ts';
import {
  budgetFamily,
  cacheFamilies,
  ledgerFamilies,
  savingsFamily,
  type TargetNow,
  targetFamilies,
} from './observe/metrics/state-families.ts';
import type { Observer } from './observe/observer.ts';
import type { Books, LedgerStats } from './open-books.ts';
import type { CacheDesk } from './open-cache.ts';
import type { Answer } from './protocol/answer.ts';
import type { Settings } from './settings/settings.ts';
import type { TargetStats } from './target-stats.ts';

/** Places whose budgets are told: what an operator writes down is fewer. */
const mostPaths = 100;

/** As Prometheus reads them. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** What is measured, and who may read it. */
export interface MetricsDesk {
  /** Whether there is a route for it below the mount. A registry of the host's is shown by the host. */
  readonly isRoute: boolean;
  read(): Promise<MetricsText>;
  /** For operators. */
  readonly answer: () => Promise<Answer>;
  /** For whom the option `allow` lets in; undefined for everybody else. */
  readonly scrape: (hostRequest: unknown) => Promise<Answer | undefined>;
  /** Takes them out of their registry. */
  close(): void;
}

interface MetricsWiring {
  readonly observer: Observer;
  readonly isServed: (model: string) => boolean;
  /** What is there once all is. */
  readonly rooms: () => { readonly targets: Targets; readonly books: Books; readonly cache: CacheDesk };
}

/**
 * Measures what the observer is told. Undefined where the options do not ask for it.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` where prom-client is not there, or the registry does not take them
 */
export function openMetrics(settings: Settings, wiring: MetricsWiring): MetricsDesk | undefined {
  const { metrics, admin, clock, logger } = settings;
  if (metrics === undefined) return undefined;
  const { allow, models, tenants } = metrics;
  const { observer, isServed, rooms } = wiring;
  const meter = new Meter({ isServed, nameOf: (target) => rooms().targets.nameOf(target), models, tenants });
  const delay = new LoopDelay(clock);
  const registry = metrics.registry ?? makeRegistry();
  const hide = expose(
    [...meter.families(), ...stateFamilies(settings, wiring), ...processFamilies(delay)],
    registry,
    metrics.gateway,
  );
  observer.meter = meter;
  delay.open();
  const unhear = observer.events.on('task', (event) => meter.jobChanged(event));
  const read = async (): Promise<MetricsText> => ({
    contentType: registry.contentType,
    text: await registry.metrics(),
  });
  const answer = async (): Promise<Answer> => {
    const { contentType, text } = await read();
    return {
      kind: 'verbatim',
      status: 200,
      headers: { 'content-type': contentType },
      body: Buffer.from(text),
    };
  };
  const mayScrape = async (hostRequest: unknown): Promise<boolean> => {
    try {
      // Not what is only as good as true.
      return (await allow?.(hostRequest)) === true;
    } catch (error) {
      logger.error({ error }, 'the function metrics.allow failed, and nobody is let in');
      return false;
    }
  };
  return {
    isRoute: allow !== undefined || (admin !== undefined && metrics.registry === undefined),
    read,
    answer,
    scrape: async (hostRequest) => {
      const isLetIn = await mayScrape(hostRequest);
      return isLetIn ? answer() : undefined;
    },
    close: () => {
      unhear();
      hide();
      delay.close();
    },
  };
}

/** @throws GatewayError `VE_OPTIONS_INVALID` where nothing is measured */
export async function readMetrics(desk: MetricsDesk | undefined): Promise<MetricsText> {
  if (desk === undefined) throw optionsError('metrics: nothing is measured; give the option metrics: true');
  return desk.read();
}

function stateFamilies(
  { budgets, routing }: Settings,
  { observer, rooms }: MetricsWiring,
): readonly Family[] {
  const targets = askedOf(() => rooms().targets.stats(), routing.models !== routing.known);
  const paths = budgets?.paths.slice(0, mostPaths) ?? [];
  const cache = (): CacheStats => rooms().cache.stats ?? noCache;
  const ledger = (): LedgerStats => rooms().books.stats ?? { queued: 0, dropped: 0 };
  return [
    gauge('vector_calls_in_flight', 'Requests that are under way, open streams included.', () =>
      single(observer.totals.active),
    ),
    ...targetFamilies(targets),
    ...cacheFamilies(cache),
    savingsFamily(() => ({ routing: observer.totals.savings.routing, cache: cache().saved })),
    ...ledgerFamilies(ledger),
    budgetFamily(paths, (path) => rooms().books.budgets.read(path)),
  ];
}

/**
 * The targets that the operator has named, or else those that anything was ever asked of: all that a catalogue knows are
 * hundreds.
 */
function askedOf(stats: () => readonly TargetStats[], areNamed: boolean): () => readonly TargetNow[] {
  const asked = new Set<string>();
  return () =>
    stats().filter(({ upstream, model, breaker, byHand, successes, failures, active, waiting, isDown }) => {
      const name = `${upstream}/${model}`;
      const isIdle = breaker === 'closed' && byHand === undefined && !isDown;
      const isNew = successes + failures + active + waiting === 0;
      if (areNamed || !isIdle || !isNew) asked.add(name);
      return asked.has(name);
    });
}

const noCache: CacheStats = { hits: 0, misses: 0, joined: 0, bypassed: 0, entries: 0, bytes: 0, saved: 0 };

function processFamilies(delay: LoopDelay): readonly Family[] {
  return [
    gauge(
      'vector_event_loop_delay_seconds',
      'How late this process does what is due, by share of the time; 1 is the longest.',
      () => delay.samples(),
    ),
  ];
}
