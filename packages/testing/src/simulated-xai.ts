import type { ServerOptions } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createVendor } from './vendors/create-vendor.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';
import { serveXaiVideos, xaiVideoModels } from './vendors/video/serve-xai-videos.ts';
import { type JobOptions, type SimulatedJobUpstream, withJobs } from './vendors/video/simulated-jobs.ts';
import { xai } from './vendors/xai.ts';

export interface SimulatedXaiOptions extends ServerOptions, VendorOptions, JobOptions {}

/**
 * xAI's API on a free port: what `simulatedOpenAICompatible({ vendor: 'xai' })` has, and videos: made at
 * `/v1/videos/generations`, asked about at `/v1/videos/{id}`, at an address that needs no key.
 */
export async function simulatedXai(options: SimulatedXaiOptions = {}): Promise<SimulatedJobUpstream> {
  const videos = serveXaiVideos(options);
  const dialect = { ...xai, models: [...xai.models, ...xaiVideoModels] };
  const vendor = createVendor(dialect, { ...options, jobs: videos });
  return withJobs(await startServer(vendor, options), videos.jobs);
}
