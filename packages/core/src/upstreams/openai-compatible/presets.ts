import { chineseMakers } from './chinese-makers.ts';
import { hosts } from './hosts.ts';
import { localServers } from './local-servers.ts';
import { makers } from './makers.ts';
import type { PresetName } from './models.ts';
import type { Preset } from './preset.ts';

export type { PresetName } from './models.ts';
export type { Preset } from './preset.ts';

/** Every vendor that is a function of its own, by the function's name. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  cerebras: hosts.cerebras,
  dashscope: chineseMakers.dashscope,
  deepseek: chineseMakers.deepseek,
  fireworks: hosts.fireworks,
  groq: hosts.groq,
  lmStudio: localServers.lmStudio,
  minimax: chineseMakers.minimax,
  mistral: makers.mistral,
  moonshot: chineseMakers.moonshot,
  nvidia: hosts.nvidia,
  ollama: localServers.ollama,
  openrouter: hosts.openrouter,
  perplexity: makers.perplexity,
  siliconflow: hosts.siliconflow,
  together: hosts.together,
  vllm: localServers.vllm,
  volcengine: chineseMakers.volcengine,
  xai: makers.xai,
  zhipu: chineseMakers.zhipu,
};
