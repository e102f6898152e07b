/** What callers can name without being told more; any other model is served where the operator names it. */
export const models = {
  cerebras: ['llama3.1-8b', 'llama-3.3-70b', 'gpt-oss-120b', 'zai-glm-4.7'],
  dashscope: ['qwen-max', 'qwen-plus', 'qwen-turbo', 'qwen-flash', 'qwen3-max', 'qwen3.7-max', 'qwen3.8-max'],
  deepseek: ['deepseek-v4-flash', 'deepseek-v4-pro'],
  fireworks: [],
  groq: [
    'llama-3.3-70b-versatile',
    'llama-3.1-8b-instant',
    'openai/gpt-oss-120b',
    'openai/gpt-oss-20b',
    'qwen/qwen3.8-27b',
  ],
  lmStudio: [],
  minimax: ['MiniMax-M2', 'MiniMax-M2.5', 'MiniMax-M2.7', 'MiniMax-M3'],
  mistral: [
    'mistral-large-latest',
    'mistral-medium-latest',
    'mistral-small-latest',
    'magistral-medium-latest',
    'codestral-latest',
    'mistral-embed',
  ],
  moonshot: ['kimi-k2.5', 'kimi-k2.6', 'kimi-k2.7-code', 'kimi-k3'],
  nvidia: [],
  ollama: [],
  openrouter: [],
  perplexity: ['sonar', 'sonar-pro', 'sonar-reasoning-pro', 'sonar-deep-research'],
  siliconflow: [],
  together: [],
  vllm: [],
  volcengine: [],
  xai: ['grok-4.7', 'grok-4.6', 'grok-4.5', 'grok-4.3', 'grok-4', 'grok-3', 'grok-3-mini'],
  zhipu: ['glm-5.2', 'glm-5.1', 'glm-5', 'glm-4.7', 'glm-4.6', 'glm-4.5'],
} as const;

export type PresetName = keyof typeof models;
