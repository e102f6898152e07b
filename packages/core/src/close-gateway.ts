import type { LiveDesk } from './admin/live-desk.ts';
import type { Targets } from './create-targets.ts';
import type { JobDoor } from './jobs/job-door.ts';
import type { Books } from './open-books.ts';
import type { CacheDesk } from './open-cache.ts';
import type { MetricsDesk } from './open-metrics.ts';
import type { TaskStorage } from './protocol/task-store.ts';
import type { Deadlines } from './resilience/deadlines.ts';
import type { Lifecycle } from './resilience/lifecycle.ts';
import type { RequestListener } from './resilience/request-listener.ts';
import type { ResponseDesk } from './response-desk.ts';
import type { Settings } from './settings/settings.ts';
import type { Egress } from './upstreams/egress.ts';

export interface CloseOptions {
  /** Milliseconds that requests under way may still take. Default 30,000. */
  readonly grace?: number;
}

/** What a gateway lets go of. */
export interface Closable {
  readonly live: LiveDesk;
  /** Undefined where nothing is measured. */
  readonly metrics: MetricsDesk | undefined;
  readonly lifecycle: Lifecycle<RequestListener>;
  readonly deadlines: Deadlines;
  readonly targets: Targets;
  readonly egress: Egress;
  readonly desk: ResponseDesk;
  readonly cache: CacheDesk;
  readonly jobs: JobDoor;
  readonly books: Books;
  /** The gateway's own; undefined where it is the operator's, who closes it. */
  readonly storage: TaskStorage | undefined;
}

/** Milliseconds that a caller has to take the end of a stream that the gateway's own end cut short. */
const lastWord = 1000;

/** Closing twice is closing once. */
export function makeClose(
  { clock, logger }: Pick<Settings, 'clock' | 'logger'>,
  { live, metrics, lifecycle, deadlines, targets, egress, desk, cache, jobs, books, storage }: Closable,
): (options?: CloseOptions) => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async (grace: number): Promise<void> => {
    const timers: unknown[] = [];
    const after = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        timers.push(clock.setTimeout(resolve, milliseconds));
      });
    // Who listens to what goes on listens for as long as it does.
    live.close();
    // Nobody waits for what another process goes on with.
    const stopped = jobs.close();
    await lifecycle.drain(after(grace), () => after(lastWord));
    await stopped;
    await storage?.close();
    await desk.settled();
    await books.close().catch((error: unknown) => {
      logger.error({ error }, 'not all that was done could be written down');
    });
    for (const timer of timers) clock.clearTimeout(timer);
    deadlines.close();
    cache.close();
    targets.end();
    metrics?.close();
    await egress.close();
  };
  return (options = {}) => {
    closing ??= close(options.grace ?? 30_000);
    return closing;
  };
}
