import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';
import { createVertexVendor } from './vendors/vertex/vertex-vendor.ts';

export interface SimulatedVertexOptions extends ServerOptions, VendorOptions {}

/**
 * Vertex AI on a free port: Gemini (`publishers/google`, as in `simulatedGemini`, with calls in pieces on wish) and Claude
 * (`publishers/anthropic`, as in `simulatedAnthropic`, by `rawPredict` and `streamRawPredict`), for any project and location.
 * `apiKeys` are the access tokens that are accepted.
 *
 * `baseURL` is what Google's SDK takes as `httpOptions.baseUrl`, without `/v1`.
 */
export function simulatedVertex(options: SimulatedVertexOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createVertexVendor(options), options);
}
