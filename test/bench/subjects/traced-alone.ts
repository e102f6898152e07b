/** Ours in a host with OpenTelemetry that has no spans: traces begin with the calls, and one in a hundred is recorded. */

import type { StartSubject } from './subject.ts';
import { startTraced } from './tracing.ts';

export const start: StartSubject = (upstreamPort) =>
  startTraced(upstreamPort, { share: 0.01, isTraced: true, hasSpan: false });
