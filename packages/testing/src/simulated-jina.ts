import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { jina } from './vendors/vectors/jina.ts';
import { createVectorVendor, type VectorOptions } from './vendors/vectors/vector-vendor.ts';

export interface SimulatedJinaOptions extends ServerOptions, VectorOptions {}

/** Jina on a free port: `/v1/embeddings` and `/v1/rerank`. */
export function simulatedJina(options: SimulatedJinaOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createVectorVendor(jina, options), options);
}
