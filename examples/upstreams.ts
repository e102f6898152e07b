import {
  anthropic,
  azureOpenAI,
  cerebras,
  dashscope,
  deepseek,
  gemini,
  groq,
  minimax,
  mistral,
  moonshot,
  openai,
  openrouter,
  perplexity,
  type Upstream,
  xai,
  zhipu,
} from '@vector-engine/core';
import {
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedGemini,
  simulatedOpenAI,
  simulatedOpenAICompatible,
} from '@vector-engine/testing';

/** Upstreams and models for the examples: real where a key is in the environment, else simulated on this machine. */
export interface ExampleUpstreams extends AsyncDisposable {
  readonly upstreams: Readonly<Record<string, Upstream>>;
  readonly models: Readonly<Record<string, readonly string[]>>;
  /** Names of the upstreams that are real. */
  readonly real: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const openAIModels = [
  'gpt-5.2',
  'gpt-5.2-pro',
  'gpt-5.2-preview',
  'gpt-5.3-codex',
  'gpt-4o',
  'gpt-3.5-turbo',
] as const;
const kimiModels = ['kimi-k2.5'] as const;
const claudeModels = ['claude-3-opus', 'claude-3-5-sonnet', 'claude-opus-4-5', 'claude-opus-4-6'] as const;
const geminiModels = ['gemini-3.0-pro'] as const;
const embeddingModels = ['text-embedding-3-small', 'text-embedding-3-large'] as const;

/** Vendors that join in when their key is there. */
const vendors = {
  moonshot: [moonshot, 'MOONSHOT_API_KEY'],
  deepseek: [deepseek, 'DEEPSEEK_API_KEY'],
  groq: [groq, 'GROQ_API_KEY'],
  mistral: [mistral, 'MISTRAL_API_KEY'],
  xai: [xai, 'XAI_API_KEY'],
  openrouter: [openrouter, 'OPENROUTER_API_KEY'],
  cerebras: [cerebras, 'CEREBRAS_API_KEY'],
  dashscope: [dashscope, 'DASHSCOPE_API_KEY'],
  minimax: [minimax, 'MINIMAX_API_KEY'],
  perplexity: [perplexity, 'PERPLEXITY_API_KEY'],
  zhipu: [zhipu, 'ZHIPU_API_KEY'],
} as const;

export async function startUpstreams(environment: Environment = process.env): Promise<ExampleUpstreams> {
  const upstreams: Record<string, Upstream> = realUpstreams(environment);
  const real = Object.keys(upstreams);
  const simulators: SimulatedUpstream[] = [];
  const start = async (starting: Promise<SimulatedUpstream>): Promise<SimulatedUpstream> => {
    const simulator = await starting;
    simulators.push(simulator);
    return simulator;
  };
  // Fast, but slow enough to see a stream as one.
  const pace = 5;
  const apiKey = 'sk-simulated';
  if (upstreams.openai === undefined) {
    const models = [...openAIModels, ...embeddingModels];
    const { baseURL } = await start(simulatedOpenAI({ models, pace }));
    upstreams.openai = openai({ apiKey, baseURL });
  }
  if (upstreams.moonshot === undefined) {
    const moonshotOptions = { vendor: 'moonshot', models: kimiModels, pace } as const;
    const { baseURL } = await start(simulatedOpenAICompatible(moonshotOptions));
    upstreams.moonshot = moonshot({ apiKey, baseURL });
  }
  if (upstreams.anthropic === undefined) {
    const { origin } = await start(simulatedAnthropic({ models: claudeModels, pace }));
    upstreams.anthropic = anthropic({ apiKey, baseURL: `${origin}/v1` });
  }
  if (upstreams.gemini === undefined) {
    const { origin } = await start(simulatedGemini({ models: geminiModels, pace }));
    upstreams.gemini = gemini({ apiKey, baseURL: `${origin}/v1beta` });
  }
  return {
    upstreams,
    models: routeModels(upstreams, real, azureDeployments(environment)),
    real,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(simulators.map((simulator) => simulator.close()));
    },
  };
}

function realUpstreams(environment: Environment): Record<string, Upstream> {
  const upstreams: Record<string, Upstream> = {};
  if (environment.OPENAI_API_KEY) upstreams.openai = openai({ apiKey: environment.OPENAI_API_KEY });
  if (environment.AZURE_OPENAI_API_KEY && environment.AZURE_OPENAI_ENDPOINT) {
    upstreams.azure = azureOpenAI({
      endpoint: environment.AZURE_OPENAI_ENDPOINT,
      apiKey: environment.AZURE_OPENAI_API_KEY,
      deployments: azureDeployments(environment),
    });
  }
  if (environment.ANTHROPIC_API_KEY)
    upstreams.anthropic = anthropic({ apiKey: environment.ANTHROPIC_API_KEY });
  if (environment.GEMINI_API_KEY) upstreams.gemini = gemini({ apiKey: environment.GEMINI_API_KEY });
  for (const [name, [vendor, variable]] of Object.entries(vendors)) {
    const apiKey = environment[variable];
    if (apiKey) upstreams[name] = vendor({ apiKey });
  }
  return upstreams;
}

/** `AZURE_OPENAI_DEPLOYMENTS=gpt-5.2,gpt-4o`: what is deployed there, by the names that callers use. */
function azureDeployments({ AZURE_OPENAI_DEPLOYMENTS = '' }: Environment): string[] {
  return AZURE_OPENAI_DEPLOYMENTS.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function routeModels(
  upstreams: Readonly<Record<string, Upstream>>,
  real: readonly string[],
  deployments: readonly string[],
): Record<string, string[]> {
  const models: Record<string, string[]> = {};
  const serve = (name: string, upstream: string): void => {
    if (upstreams[upstream] !== undefined) (models[name] ??= []).push(upstream);
  };
  for (const name of [...openAIModels, ...embeddingModels]) serve(name, 'openai');
  for (const name of kimiModels) serve(name, 'moonshot');
  for (const name of claudeModels) serve(name, 'anthropic');
  for (const name of geminiModels) serve(name, 'gemini');
  // A deployment of the same name is where a call goes when OpenAI fails.
  for (const name of deployments) serve(name, 'azure');
  for (const upstream of real) {
    for (const name of upstreams[upstream]?.models ?? [])
      if (models[name] === undefined) serve(name, upstream);
  }
  return models;
}
