/** Ours in a host with OpenTelemetry that records every call. */

import type { StartSubject } from './subject.ts';
import { startTraced } from './tracing.ts';

export const start: StartSubject = (upstreamPort) => startTraced(upstreamPort, 1);
