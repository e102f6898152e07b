import { optionsError } from '../../errors.ts';
import type { BalanceOptions } from '../balance.ts';
import { withShape } from '../check-balance.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { compatibleMedia, defineUpstream, type UpstreamDefinition } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';
import { models, type PresetName } from './models.ts';
import { commonQuirks, type Preset } from './preset.ts';
import { presets } from './presets.ts';

export interface VendorOptions extends UpstreamOptions {
  readonly apiKey?: ApiKey | undefined;
  /** In place of the vendor's usual address: another region, a proxy. */
  readonly baseURL?: string;
  /** Reads from time to time what is left on the account of each key; one with nothing left is passed over. Default: never. */
  readonly balance?: true | BalanceOptions;
  /** The server at `baseURL` takes `stream_options.include_usage`. Default: whether the vendor does. */
  readonly takesUsageOption?: boolean;
}

const optionNames = [...commonNames, 'apiKey', 'balance', 'baseURL', 'takesUsageOption'];

type ModelOf<Name extends PresetName> = (typeof models)[Name][number];

/** A vendor of the table, by name: the function that its users call. */
export type Vendor<Name extends PresetName> = (options?: VendorOptions) => Upstream<ModelOf<Name>>;

function vendor<Name extends PresetName>(name: Name): Vendor<Name> {
  const preset = presets[name];
  return (options = {}) => {
    checkNames(name, options, optionNames);
    if (preset.needsKey && options.apiKey === undefined) {
      throw optionsError(`${name}: apiKey is missing; is the environment variable set?`);
    }
    return defineUpstream<ModelOf<Name>>({
      takesUsageOption: preset.takesUsageOption ?? true,
      ...options,
      vendor: name,
      baseURL: options.baseURL ?? preset.baseURL,
      balance: withShape(options.balance, preset.balance),
      ...mediaOf(preset),
      models: models[name],
      quirks: { ...commonQuirks, ...preset.quirks },
    });
  };
}

/** OpenAI's, but for what the vendor says otherwise. */
function mediaOf({ media = {}, videos }: Preset): Pick<UpstreamDefinition, 'jobs' | 'media'> {
  return {
    media: (operation) => media[operation] ?? compatibleMedia(operation),
    jobs: (operation) => (operation === 'video' ? (videos ?? 'openai') : undefined),
  };
}

export const cerebras: Vendor<'cerebras'> = vendor('cerebras');
export const dashscope: Vendor<'dashscope'> = vendor('dashscope');
export const deepseek: Vendor<'deepseek'> = vendor('deepseek');
export const fireworks: Vendor<'fireworks'> = vendor('fireworks');
export const groq: Vendor<'groq'> = vendor('groq');
export const lmStudio: Vendor<'lmStudio'> = vendor('lmStudio');
export const minimax: Vendor<'minimax'> = vendor('minimax');
export const mistral: Vendor<'mistral'> = vendor('mistral');
export const moonshot: Vendor<'moonshot'> = vendor('moonshot');
export const nvidia: Vendor<'nvidia'> = vendor('nvidia');
export const ollama: Vendor<'ollama'> = vendor('ollama');
export const openrouter: Vendor<'openrouter'> = vendor('openrouter');
export const perplexity: Vendor<'perplexity'> = vendor('perplexity');
export const siliconflow: Vendor<'siliconflow'> = vendor('siliconflow');
export const together: Vendor<'together'> = vendor('together');
export const vllm: Vendor<'vllm'> = vendor('vllm');
export const volcengine: Vendor<'volcengine'> = vendor('volcengine');
export const xai: Vendor<'xai'> = vendor('xai');
export const zhipu: Vendor<'zhipu'> = vendor('zhipu');
