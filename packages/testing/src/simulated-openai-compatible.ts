import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createVendor } from './vendors/create-vendor.ts';
import { deepseek } from './vendors/deepseek.ts';
import type { Dialect } from './vendors/dialect.ts';
import { groq } from './vendors/groq.ts';
import { mistral } from './vendors/mistral.ts';
import { moonshot } from './vendors/moonshot.ts';
import { ollama } from './vendors/ollama.ts';
import { openrouter } from './vendors/openrouter.ts';
import { siliconflow } from './vendors/siliconflow.ts';
import { together } from './vendors/together.ts';
import type { VendorOptions } from './vendors/vendor-options.ts';
import { vllm } from './vendors/vllm.ts';
import { xai } from './vendors/xai.ts';

/** Who speaks OpenAI's format with an accent. */
export type CompatibleVendor =
  | 'groq'
  | 'deepseek'
  | 'mistral'
  | 'moonshot'
  | 'ollama'
  | 'openrouter'
  | 'siliconflow'
  | 'together'
  | 'vllm'
  | 'xai';

export interface SimulatedCompatibleOptions extends ServerOptions, VendorOptions {
  readonly vendor: CompatibleVendor;
}

const dialects: Readonly<Record<CompatibleVendor, Dialect>> = {
  groq,
  deepseek,
  mistral,
  moonshot,
  ollama,
  openrouter,
  siliconflow,
  together,
  vllm,
  xai,
};

/** A vendor whose API is like OpenAI's, with its differences: where usage arrives, how reasoning is shown, how errors look. */
export function simulatedOpenAICompatible(options: SimulatedCompatibleOptions): Promise<SimulatedUpstream> {
  const dialect = dialects[options.vendor];
  if (dialect === undefined) {
    const known = Object.keys(dialects).join(', ');
    throw new TypeError(`vendor "${options.vendor}" is not simulated; these are: ${known}`);
  }
  return startServer(createVendor(dialect, options), options);
}
