/** Ours in a host that has a span for each request, and records them all. */

import type { StartSubject } from './subject.ts';
import { startTraced } from './tracing.ts';

export const start: StartSubject = (upstreamPort) =>
  startTraced(upstreamPort, { share: 1, isTraced: true, hasSpan: true });
