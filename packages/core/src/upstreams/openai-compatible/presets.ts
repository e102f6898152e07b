import type { ChatQuirks } from '../../dialects/openai-chat/quirks.ts';

/** Facts about one vendor that speaks OpenAI's protocol. */
export interface Preset {
  readonly baseURL: string;
  /** False where a key is optional, as with servers on one's own machine. */
  readonly needsKey: boolean;
  /** False where the vendor refuses `stream_options` or sends usage unasked. Default true. */
  readonly takesUsageOption?: boolean;
  readonly models: readonly string[];
  /** Where the vendor differs from `commonQuirks`. */
  readonly quirks?: ChatQuirks;
}

/** What most of the family have in common: the older half of OpenAI's format, and 400 for fields that they do not know. */
export const commonQuirks: ChatQuirks = {
  maxTokens: 'max_tokens',
  developerRole: false,
  reasoningHistory: 'none',
  reasoningDetails: false,
  customTools: false,
  allowedTools: false,
  cacheMarks: 'none',
};

/** The vendors' own documentation is the source of each address. */
export const presets = {
  cerebras: {
    baseURL: 'https://api.cerebras.ai/v1',
    needsKey: true,
    models: ['llama3.1-8b', 'llama-3.3-70b', 'gpt-oss-120b'],
    quirks: { maxTokens: 'max_completion_tokens' },
  },
  dashscope: {
    baseURL: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    needsKey: true,
    models: ['qwen-max', 'qwen-plus', 'qwen-turbo'],
    quirks: { reasoning: 'enable_thinking', output: 'json_object' },
  },
  deepseek: {
    baseURL: 'https://api.deepseek.com',
    needsKey: true,
    models: ['deepseek-chat', 'deepseek-reasoner'],
    quirks: { reasoningHistory: 'reasoning_content', reasoning: 'thinking', output: 'json_object' },
  },
  fireworks: { baseURL: 'https://api.fireworks.ai/inference/v1', needsKey: true, models: [] },
  groq: {
    baseURL: 'https://api.groq.com/openai/v1',
    needsKey: true,
    models: ['llama-3.3-70b-versatile', 'llama-3.1-8b-instant'],
    quirks: { maxTokens: 'max_completion_tokens' },
  },
  lmStudio: { baseURL: 'http://127.0.0.1:1234/v1', needsKey: false, models: [] },
  minimax: { baseURL: 'https://api.minimax.io/v1', needsKey: true, models: ['MiniMax-M2'] },
  mistral: {
    baseURL: 'https://api.mistral.ai/v1',
    needsKey: true,
    takesUsageOption: false,
    models: ['mistral-large-latest', 'mistral-small-latest', 'mistral-embed'],
    quirks: {
      reasoningHistory: 'thinking',
      renames: { seed: 'random_seed' },
      requiredChoice: 'any',
      documentUrls: 'document_url',
    },
  },
  moonshot: {
    baseURL: 'https://api.moonshot.ai/v1',
    needsKey: true,
    models: ['kimi-k2.5', 'kimi-k3'],
    quirks: { reasoningHistory: 'reasoning_content' },
  },
  nvidia: { baseURL: 'https://integrate.api.nvidia.com/v1', needsKey: true, models: [] },
  ollama: { baseURL: 'http://127.0.0.1:11434/v1', needsKey: false, models: [] },
  openrouter: {
    baseURL: 'https://openrouter.ai/api/v1',
    needsKey: true,
    models: [],
    quirks: {
      reasoning: 'reasoning',
      reasoningHistory: 'reasoning',
      reasoningDetails: true,
      cacheMarks: 'cache_control',
    },
  },
  perplexity: {
    baseURL: 'https://api.perplexity.ai',
    needsKey: true,
    takesUsageOption: false,
    models: ['sonar', 'sonar-pro'],
  },
  siliconflow: { baseURL: 'https://api.siliconflow.com/v1', needsKey: true, models: [] },
  together: { baseURL: 'https://api.together.xyz/v1', needsKey: true, models: [] },
  vllm: { baseURL: 'http://127.0.0.1:8000/v1', needsKey: false, models: [] },
  volcengine: { baseURL: 'https://ark.cn-beijing.volces.com/api/v3', needsKey: true, models: [] },
  xai: { baseURL: 'https://api.x.ai/v1', needsKey: true, models: ['grok-4', 'grok-3', 'grok-3-mini'] },
  zhipu: {
    baseURL: 'https://open.bigmodel.cn/api/paas/v4',
    needsKey: true,
    models: ['glm-4.6', 'glm-4.5'],
    quirks: { reasoning: 'thinking', output: 'json_object' },
  },
} as const;

export type PresetName = keyof typeof presets;
