import {
  anthropic,
  bedrock,
  cerebras,
  cohere,
  dashscope,
  deepseek,
  fireworks,
  gemini,
  groq,
  jina,
  lmStudio,
  midjourney,
  minimax,
  mistral,
  moonshot,
  nvidia,
  ollama,
  openai,
  openrouter,
  perplexity,
  siliconflow,
  together,
  type Upstream,
  vertex,
  vllm,
  volcengine,
  voyage,
  xai,
  zhipu,
} from '@vector-engine/core';
import {
  type CompatibleVendor,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedBedrock,
  simulatedCohere,
  simulatedGemini,
  simulatedJina,
  simulatedMidjourney,
  simulatedOpenAI,
  simulatedOpenAICompatible,
  simulatedVertex,
  simulatedVoyage,
  simulatedXai,
} from '@vector-engine/testing';
import { everyUpstream } from './every-upstream.ts';

const apiKey = 'sk-of-the-operator';

type Make = (options: { apiKey: string; baseURL: string }) => Upstream;

/** Who is played by a vendor of the same family, for want of a simulation of its own. */
const compatible: Readonly<Record<string, readonly [Make, CompatibleVendor]>> = {
  cerebras: [cerebras, 'vllm'],
  dashscope: [dashscope, 'vllm'],
  deepseek: [deepseek, 'deepseek'],
  fireworks: [fireworks, 'vllm'],
  groq: [groq, 'groq'],
  lmStudio: [lmStudio, 'vllm'],
  minimax: [minimax, 'vllm'],
  mistral: [mistral, 'mistral'],
  moonshot: [moonshot, 'moonshot'],
  nvidia: [nvidia, 'vllm'],
  ollama: [ollama, 'ollama'],
  openrouter: [openrouter, 'openrouter'],
  perplexity: [perplexity, 'vllm'],
  siliconflow: [siliconflow, 'siliconflow'],
  together: [together, 'together'],
  vllm: [vllm, 'vllm'],
  volcengine: [volcengine, 'vllm'],
  zhipu: [zhipu, 'vllm'],
};

interface Everywhere extends AsyncDisposable {
  readonly upstreams: Record<string, Upstream>;
}

/** Every upstream of the catalogue, each before a simulation that has the models which the catalogue says. */
export async function simulateEverywhere(): Promise<Everywhere> {
  const listed = everyUpstream();
  const modelsOf = (name: string): readonly string[] => listed[name]?.models ?? [];
  const started: SimulatedUpstream[] = [];
  async function start<S extends SimulatedUpstream>(simulated: Promise<S>): Promise<S> {
    const one = await simulated;
    started.push(one);
    return one;
  }
  const models = modelsOf;
  const google = await start(simulatedGemini({ models: models('gemini') }));
  const cloud = await start(simulatedVertex({ models: models('vertex') }));
  const claude = await start(simulatedAnthropic({ models: models('anthropic') }));
  const amazon = await start(simulatedBedrock({ models: models('bedrock') }));
  const search = await start(simulatedCohere({ models: models('cohere') }));
  const painter = await start(simulatedMidjourney());
  const own: Record<string, Upstream> = {
    anthropic: anthropic({ apiKey, baseURL: `${claude.origin}/v1` }),
    bedrock: bedrock({ region: 'eu-central-1', apiKey, baseURL: amazon.baseURL }),
    cohere: cohere({ apiKey, baseURL: search.origin }),
    gemini: gemini({ apiKey, baseURL: `${google.origin}/v1beta` }),
    jina: jina({ apiKey, baseURL: (await start(simulatedJina({ models: models('jina') }))).baseURL }),
    midjourney: midjourney({ apiKey, baseURL: painter.origin }),
    openai: openai({ apiKey, baseURL: (await start(simulatedOpenAI({ models: models('openai') }))).baseURL }),
    vertex: vertex({ project: 'acme', token: apiKey, baseURL: `${cloud.origin}/v1` }),
    voyage: voyage({ apiKey, baseURL: (await start(simulatedVoyage({ models: models('voyage') }))).baseURL }),
    xai: xai({ apiKey, baseURL: (await start(simulatedXai({ models: models('xai') }))).baseURL }),
  };
  for (const [name, [make, vendor]] of Object.entries(compatible)) {
    const { baseURL } = await start(simulatedOpenAICompatible({ vendor, models: models(name) }));
    own[name] = make({ apiKey, baseURL });
  }
  return {
    upstreams: Object.fromEntries(
      Object.keys(listed).flatMap((name) => {
        const upstream = own[name] ?? (listed[name]?.models.length === 0 ? listed[name] : undefined);
        if (upstream === undefined) throw new Error(`nobody plays ${name}`);
        return [[name, upstream]];
      }),
    ),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((one) => one.close()));
    },
  };
}
