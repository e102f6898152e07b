import type { ServerOptions } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createGeminiVendor } from './vendors/gemini/gemini-vendor.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';
import { type JobOptions, type SimulatedJobUpstream, withJobs } from './vendors/video/simulated-jobs.ts';

export interface SimulatedGeminiOptions extends ServerOptions, VendorOptions, JobOptions {}

/**
 * The Gemini Developer API on a free port: `generateContent`, `streamGenerateContent` (events or a JSON array),
 * `countTokens`, models, and Veo's videos with their files. As strict as the real one: unknown fields, results without
 * calls and calls of Gemini 3 that come back without their signature are refused. Keys come as `x-goog-api-key` or as
 * `?key=`.
 *
 * `baseURL` is what Google's SDK takes as `httpOptions.baseUrl`, without `/v1beta`.
 */
export async function simulatedGemini(options: SimulatedGeminiOptions = {}): Promise<SimulatedJobUpstream> {
  const vendor = createGeminiVendor(options);
  return withJobs(await startServer(vendor, options), vendor.jobs);
}
