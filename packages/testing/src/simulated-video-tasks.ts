import type { ServerOptions } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { type SimulatedJobUpstream, withJobs } from './vendors/video/simulated-jobs.ts';
import { createVideoTasksVendor, type VideoTasksOptions } from './vendors/video/video-tasks-vendor.ts';

export interface SimulatedVideoTasksOptions extends ServerOptions, VideoTasksOptions {}

/**
 * An aggregator's video tasks on a free port: `POST /v1/video/generations` makes one (`queued`, `processing`, `succeeded`,
 * `failed`), `GET /v1/video/generations/{id}` asks about it, and the address of the finished file needs no key.
 */
export async function simulatedVideoTasks(
  options: SimulatedVideoTasksOptions = {},
): Promise<SimulatedJobUpstream> {
  const vendor = createVideoTasksVendor(options);
  return withJobs(await startServer(vendor, options), vendor.jobs);
}
