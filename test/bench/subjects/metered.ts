/** Ours with metrics for Prometheus. */
import type { StartSubject } from './subject.ts';
import { startWatching } from './watching.ts';

export const start: StartSubject = (upstreamPort) => startWatching(upstreamPort, { metrics: true });
