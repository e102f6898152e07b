import {
  anthropic,
  azureOpenAI,
  cerebras,
  dashscope,
  deepseek,
  gemini,
  groq,
  midjourney,
  minimax,
  mistral,
  moonshot,
  openai,
  openaiCompatible,
  openrouter,
  perplexity,
  type Upstream,
  xai,
  zhipu,
} from '@vector-engine/core';
import {
  type AnswerScript,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedAzureOpenAI,
  simulatedGemini,
  simulatedMidjourney,
  simulatedOpenAI,
  simulatedOpenAICompatible,
  simulatedVideoTasks,
} from '@vector-engine/testing';

/** Upstreams and models for the examples: real where a key is in the environment, else simulated on this machine. */
export interface ExampleUpstreams extends AsyncDisposable {
  readonly upstreams: Readonly<Record<string, Upstream>>;
  readonly models: Readonly<Record<string, readonly string[]>>;
  /** Names of the upstreams that are real. */
  readonly real: readonly string[];
  /** The servers that play the others. */
  readonly simulators: readonly SimulatedUpstream[];
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
const realtimeModels = ['gpt-realtime'] as const;
const openAIMediaModels = [
  'text-embedding-3-small',
  'text-embedding-3-large',
  'omni-moderation-latest',
  'gpt-image-2',
  'gpt-4o-mini-tts',
  'tts-1',
  'gpt-4o-transcribe',
  'whisper-1',
] as const;
const geminiMediaModels = [
  'gemini-embedding-001',
  'gemini-3.1-flash-image',
  'gemini-2.5-flash-preview-tts',
] as const;
const midjourneyModels = ['midjourney-v6', 'midjourney-v7'] as const;
const videoModels = ['sora-2', 'sora-2-turbo', 'sora-2.0-turbo', 'sora-v2'] as const;
/** What a simulated Azure has. */
const spareModels = ['gpt-5.2', 'gpt-4o'] as const;
/** What callers call `veo-3-video`. */
const veo = 'veo-3.1-fast-generate-preview';

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

/** What the simulated ones say, where an example has a story to tell. */
export interface Play {
  readonly answer?: AnswerScript;
  /** Milliseconds that videos take; default 2,500. With real ones it is a minute or two. */
  readonly jobTime?: number;
  /** Milliseconds between two events of a stream; default 5. */
  readonly pace?: number;
  /** There is a simulated Azure, too, for when OpenAI fails. */
  readonly spare?: boolean;
}

export async function startUpstreams(
  environment: Environment = process.env,
  { answer, jobTime = 2500, pace = 5, spare = false }: Play = {},
): Promise<ExampleUpstreams> {
  const upstreams: Record<string, Upstream> = realUpstreams(environment);
  const real = Object.keys(upstreams);
  const simulators: SimulatedUpstream[] = [];
  const start = async (starting: Promise<SimulatedUpstream>): Promise<SimulatedUpstream> => {
    const simulator = await starting;
    simulators.push(simulator);
    return simulator;
  };
  // Fast, but slow enough to see a stream as one.
  const common = { pace, keepRequests: 100, ...(answer === undefined ? {} : { answer }) };
  const apiKey = 'sk-simulated';
  if (upstreams.openai === undefined) {
    const models = [...openAIModels, ...realtimeModels, ...openAIMediaModels];
    const { baseURL } = await start(simulatedOpenAI({ ...common, models }));
    upstreams.openai = openai({ apiKey, baseURL });
  }
  if (upstreams.moonshot === undefined) {
    const moonshotOptions = { ...common, vendor: 'moonshot', models: kimiModels } as const;
    const { baseURL } = await start(simulatedOpenAICompatible(moonshotOptions));
    upstreams.moonshot = moonshot({ apiKey, baseURL });
  }
  if (upstreams.anthropic === undefined) {
    const { origin } = await start(simulatedAnthropic({ ...common, models: claudeModels }));
    upstreams.anthropic = anthropic({ apiKey, baseURL: `${origin}/v1` });
  }
  if (upstreams.gemini === undefined) {
    const models = [...geminiModels, ...geminiMediaModels, veo];
    const { origin } = await start(simulatedGemini({ ...common, models, jobTime }));
    upstreams.gemini = gemini({ apiKey, baseURL: `${origin}/v1beta` });
  }
  if (upstreams.midjourney === undefined) {
    const { baseURL } = await start(simulatedMidjourney({ jobTime, keepRequests: 100 }));
    upstreams.midjourney = midjourney({ apiKey, baseURL });
  }
  if (upstreams.videos === undefined) {
    const played = { models: videoModels, jobTime, keepRequests: 100 };
    const { baseURL } = await start(simulatedVideoTasks(played));
    upstreams.videos = openaiCompatible({ apiKey, baseURL, vendor: 'videos', videos: 'tasks' });
  }
  if (spare && upstreams.azure === undefined) {
    const deployed = Object.fromEntries(spareModels.map((name) => [name, name]));
    const { origin } = await start(simulatedAzureOpenAI({ ...common, deployments: deployed }));
    upstreams.azure = azureOpenAI({ apiKey, endpoint: origin, deployments: [...spareModels] });
  }
  const deployments = spare && !real.includes('azure') ? spareModels : azureDeployments(environment);
  return {
    upstreams,
    models: routeModels(upstreams, real, deployments),
    real,
    simulators,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(simulators.map((simulator) => simulator.close()));
    },
  };
}

/** Those whose keys are in the environment. */
export function realUpstreams(environment: Environment): Record<string, Upstream> {
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
  const { MIDJOURNEY_BASE_URL, MIDJOURNEY_API_KEY, VIDEOS_BASE_URL, VIDEOS_API_KEY } = environment;
  if (MIDJOURNEY_BASE_URL && MIDJOURNEY_API_KEY)
    upstreams.midjourney = midjourney({ apiKey: MIDJOURNEY_API_KEY, baseURL: MIDJOURNEY_BASE_URL });
  // An aggregator: its video tasks are made at `{base URL}/video/generations`.
  if (VIDEOS_BASE_URL && VIDEOS_API_KEY) {
    const place = { apiKey: VIDEOS_API_KEY, baseURL: VIDEOS_BASE_URL };
    upstreams.videos = openaiCompatible({ ...place, vendor: 'videos', videos: 'tasks' });
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
  const serve = (name: string, upstream: string, as?: string): void => {
    const target = as === undefined ? upstream : `${upstream}/${as}`;
    if (upstreams[upstream] !== undefined) (models[name] ??= []).push(target);
  };
  for (const name of [...openAIModels, ...realtimeModels, ...openAIMediaModels]) serve(name, 'openai');
  for (const name of kimiModels) serve(name, 'moonshot');
  for (const name of claudeModels) serve(name, 'anthropic');
  for (const name of [...geminiModels, ...geminiMediaModels]) serve(name, 'gemini');
  for (const name of midjourneyModels) serve(name, 'midjourney');
  for (const name of videoModels) serve(name, 'videos');
  serve('veo-3-video', 'gemini', veo);
  // A deployment of the same name is where a call goes when OpenAI fails.
  for (const name of deployments) serve(name, 'azure');
  for (const upstream of real) {
    for (const name of upstreams[upstream]?.models ?? [])
      if (models[name] === undefined) serve(name, upstream);
  }
  return models;
}
