import type { ServerOptions } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createMidjourneyVendor, type MidjourneyOptions } from './vendors/video/midjourney-vendor.ts';
import { type SimulatedJobUpstream, withJobs } from './vendors/video/simulated-jobs.ts';

export interface SimulatedMidjourneyOptions extends ServerOptions, MidjourneyOptions {}

/**
 * The common proxy in front of Midjourney on a free port: `POST /mj/submit/imagine`, `GET /mj/task/{id}/fetch`, the buttons of
 * a finished task, `notifyHook`, and the images, whose address needs no key. `baseURL` is the origin, without `/mj`.
 */
export async function simulatedMidjourney(
  options: SimulatedMidjourneyOptions = {},
): Promise<SimulatedJobUpstream> {
  const vendor = createMidjourneyVendor(options);
  return withJobs(await startServer(vendor, options), vendor.jobs);
}
