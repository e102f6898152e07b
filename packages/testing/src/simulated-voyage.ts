import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createVectorVendor, type VectorOptions } from './vendors/vectors/vector-vendor.ts';
import { voyage } from './vendors/vectors/voyage.ts';

export interface SimulatedVoyageOptions extends ServerOptions, VectorOptions {}

/** Voyage on a free port: `/v1/embeddings` and `/v1/rerank`. */
export function simulatedVoyage(options: SimulatedVoyageOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createVectorVendor(voyage, options), options);
}
