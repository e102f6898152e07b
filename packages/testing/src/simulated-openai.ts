import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createVendor } from './vendors/create-vendor.ts';
import { openAIDialect } from './vendors/openai-dialect.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';

export interface SimulatedOpenAIOptions extends ServerOptions, VendorOptions {}

/** OpenAI's API on a free port: chat and text completions, embeddings and models, with its errors and headers. */
export function simulatedOpenAI(options: SimulatedOpenAIOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createVendor(openAIDialect, options), options);
}
