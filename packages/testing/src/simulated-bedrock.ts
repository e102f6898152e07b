import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { type BedrockVendorOptions, createBedrockVendor } from './vendors/bedrock/bedrock-vendor.ts';

export interface SimulatedBedrockOptions extends ServerOptions, BedrockVendorOptions {}

/**
 * Amazon Bedrock's Converse API on a free port: `converse`, `converse-stream` (event streams with true checksums) and
 * `count-tokens`, for models named bare (`anthropic.claude-…`) or by an inference profile (`eu.anthropic.claude-…`).
 * `apiKeys` come as Bearer tokens; `credentials` verifies Signature Version 4.
 *
 * `baseURL` is what the AWS SDK takes as its endpoint. In a stream, `fail({ type: 'error-event', body })` names the exception by
 * `body.__type`, such as `throttlingException`.
 */
export function simulatedBedrock(options: SimulatedBedrockOptions = {}): Promise<SimulatedUpstream> {
  return startServer(createBedrockVendor(options), options);
}
