import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createAnthropicVendor } from './vendors/anthropic/anthropic-vendor.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';

export interface SimulatedAnthropicOptions extends ServerOptions, VendorOptions {}

/**
 * Anthropic's API on a free port: messages, their token counts, and models. As strict as the real one: unknown fields,
 * calls of tools without results and thinking that does not come back as it went are refused.
 *
 * `baseURL` is what Anthropic's SDK takes, without `/v1`.
 */
export function simulatedAnthropic(options: SimulatedAnthropicOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createAnthropicVendor(options), options);
}
