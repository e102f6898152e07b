import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { cohere } from './vendors/vectors/cohere.ts';
import { createVectorVendor, type VectorOptions } from './vendors/vectors/vector-vendor.ts';

export interface SimulatedCohereOptions extends ServerOptions, VectorOptions {}

/**
 * Cohere on a free port: `/v2/embed` and `/v2/rerank`. Vectors depend on the input alone; documents are ranked by how many of
 * the query's words they have. `baseURL` is what Cohere's SDK takes as its environment, without `/v2`.
 */
export function simulatedCohere(options: SimulatedCohereOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createVectorVendor(cohere, options), options);
}
