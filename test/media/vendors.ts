import {
  azureOpenAI,
  cohere,
  gemini,
  groq,
  jina,
  mistral,
  openai,
  openaiCompatible,
  siliconflow,
  together,
  type Upstream,
  type UpstreamOptions,
  vertex,
  vllm,
  voyage,
  xai,
} from '@vector-engine/core';
import {
  type ServerOptions,
  type SimulatedUpstream,
  simulatedAzureOpenAI,
  simulatedCohere,
  simulatedGemini,
  simulatedJina,
  simulatedOpenAI,
  simulatedOpenAICompatible,
  simulatedVertex,
  simulatedVoyage,
  type VendorOptions,
} from '@vector-engine/testing';

/** The operator's, which nobody else is to read. */
export const operatorKey = 'sk-of-the-operator-0123456789';

export type VendorName =
  | CompatibleName
  | 'azure'
  | 'azure-deployments'
  | 'cohere'
  | 'gemini'
  | 'jina'
  | 'openai'
  | 'openai-compatible'
  | 'vertex'
  | 'voyage';
type CompatibleName = 'groq' | 'mistral' | 'siliconflow' | 'together' | 'vllm' | 'xai';

export type SimulationOptions = ServerOptions & Omit<VendorOptions, 'models'>;

interface Vendor {
  start(options: SimulationOptions): Promise<SimulatedUpstream>;
  /** As an operator describes it. */
  reach(simulated: SimulatedUpstream, more: UpstreamOptions): Upstream;
}

const apiKey = operatorKey;

function compatible(
  vendor: CompatibleName,
  make: (options: UpstreamOptions & { apiKey: string; baseURL: string }) => Upstream,
): Vendor {
  return {
    start: (options) => simulatedOpenAICompatible({ vendor, ...options }),
    reach: ({ baseURL }, more) => make({ ...more, baseURL, apiKey }),
  };
}

const vendors: Readonly<Record<VendorName, Vendor>> = {
  openai: {
    start: (options) => simulatedOpenAI(options),
    reach: ({ baseURL }, more) => openai({ ...more, baseURL, apiKey }),
  },
  'openai-compatible': {
    start: (options) => simulatedOpenAI(options),
    reach: ({ baseURL }, more) => openaiCompatible({ ...more, baseURL, apiKey }),
  },
  azure: {
    start: (options) => simulatedAzureOpenAI(options),
    reach: ({ origin }, more) => azureOpenAI({ ...more, endpoint: origin, apiKey }),
  },
  'azure-deployments': {
    start: (options) => simulatedAzureOpenAI(options),
    reach: ({ origin }, more) =>
      azureOpenAI({ ...more, endpoint: origin, apiKey, apiVersion: '2025-04-01-preview' }),
  },
  gemini: {
    start: (options) => simulatedGemini(options),
    reach: ({ origin }, more) => gemini({ ...more, baseURL: `${origin}/v1beta`, apiKey }),
  },
  vertex: {
    start: (options) => simulatedVertex(options),
    reach: ({ origin }, more) => vertex({ ...more, baseURL: `${origin}/v1`, project: 'acme', token: apiKey }),
  },
  cohere: {
    start: (options) => simulatedCohere(options),
    reach: ({ origin }, more) => cohere({ ...more, baseURL: origin, apiKey }),
  },
  voyage: {
    start: (options) => simulatedVoyage(options),
    reach: ({ baseURL }, more) => voyage({ ...more, baseURL, apiKey }),
  },
  jina: {
    start: (options) => simulatedJina(options),
    reach: ({ baseURL }, more) => jina({ ...more, baseURL, apiKey }),
  },
  mistral: compatible('mistral', mistral),
  groq: compatible('groq', groq),
  vllm: compatible('vllm', vllm),
  together: compatible('together', together),
  siliconflow: compatible('siliconflow', siliconflow),
  xai: compatible('xai', xai),
};

export function startVendor(name: VendorName, options: SimulationOptions = {}): Promise<SimulatedUpstream> {
  return vendors[name].start(options);
}

export function reachVendor(
  name: VendorName,
  simulated: SimulatedUpstream,
  more: UpstreamOptions = {},
): Upstream {
  return vendors[name].reach(simulated, more);
}
