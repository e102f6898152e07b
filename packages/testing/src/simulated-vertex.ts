import type { ServerOptions } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';
import { createVertexVendor } from './vendors/vertex/vertex-vendor.ts';
import { type JobOptions, type SimulatedJobUpstream, withJobs } from './vendors/video/simulated-jobs.ts';

export interface SimulatedVertexOptions extends ServerOptions, VendorOptions, JobOptions {}

/**
 * Vertex AI on a free port: Gemini (`publishers/google`, as in `simulatedGemini`, with calls in pieces on wish) and Claude
 * (`publishers/anthropic`, as in `simulatedAnthropic`, by `rawPredict` and `streamRawPredict`), and Veo's videos, for any
 * project and location. `apiKeys` are the access tokens that are accepted.
 *
 * `baseURL` is what Google's SDK takes as `httpOptions.baseUrl`, without `/v1`.
 */
export async function simulatedVertex(options: SimulatedVertexOptions = {}): Promise<SimulatedJobUpstream> {
  const vendor = createVertexVendor(options);
  return withJobs(await startServer(vendor, options), vendor.jobs);
}
