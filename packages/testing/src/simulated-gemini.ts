import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createGeminiVendor } from './vendors/gemini/gemini-vendor.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';

export interface SimulatedGeminiOptions extends ServerOptions, VendorOptions {}

/**
 * The Gemini Developer API on a free port: `generateContent`, `streamGenerateContent` (events or a JSON array),
 * `countTokens` and models. As strict as the real one: unknown fields, results without calls and calls of Gemini 3 that
 * come back without their signature are refused. Keys come as `x-goog-api-key` or as `?key=`.
 *
 * `baseURL` is what Google's SDK takes as `httpOptions.baseUrl`, without `/v1beta`.
 */
export function simulatedGemini(options: SimulatedGeminiOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createGeminiVendor(options), options);
}
