import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  openaiCompatible,
  type Upstream,
} from '@vector-engine/core';
import { type SimulatedOpenAIOptions, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';

/** A simulated OpenAI with a gateway before it. */
export interface Stack extends AsyncDisposable {
  readonly upstream: SimulatedUpstream;
  readonly gateway: Gateway;
}

export interface StackOptions {
  readonly upstream?: SimulatedOpenAIOptions;
  readonly gateway?: Pick<GatewayOptions, 'bodyLimit' | 'clock' | 'logger' | 'timeouts' | 'retry'>;
}

const models: readonly string[] = [
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-5.2',
  'gpt-3.5-turbo-instruct',
  'text-embedding-3-small',
];

/** Options for a gateway whose models are all at the one upstream. */
export function optionsFor(upstream: SimulatedUpstream): {
  readonly upstreams: { readonly sim: Upstream };
  readonly models: Record<string, 'sim'>;
} {
  return {
    upstreams: { sim: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'sk-upstream' }) },
    models: Object.fromEntries(models.map((name) => [name, 'sim'] as const)),
  };
}

export async function startStack({
  upstream: simulation = {},
  gateway: own = {},
}: StackOptions = {}): Promise<Stack> {
  const upstream = await simulatedOpenAI(simulation);
  const options: GatewayOptions = { ...optionsFor(upstream), open: true, ...own };
  const gateway = createGateway(options);
  return {
    upstream,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await upstream.close();
    },
  };
}
