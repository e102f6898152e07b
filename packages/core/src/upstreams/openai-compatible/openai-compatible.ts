import type { ChatQuirks } from '../../dialects/openai-chat/quirks.ts';
import { optionsError } from '../../errors.ts';
import type { BalanceOptions } from '../balance.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';
import { commonQuirks } from './preset.ts';

export interface OpenAICompatibleOptions<Model extends string = string> extends UpstreamOptions {
  /** Up to and with the version: `http://127.0.0.1:11434/v1`. */
  readonly baseURL: string;
  /** Leave it out for a server that wants none. */
  readonly apiKey?: ApiKey | undefined;
  /** Short name for `owned_by`, logs and errors. Default: the host's name. */
  readonly vendor?: string;
  /** What the server serves under its own name. */
  readonly models?: readonly Model[];
  /** The server takes `stream_options.include_usage`. Default true. */
  readonly takesUsageOption?: boolean;
  /**
   * How it is asked for videos: `openai`, as OpenAI's Videos API was (`POST /videos`), which is the default; `tasks`, as many
   * aggregators are (`POST /video/generations`).
   */
  readonly videos?: 'openai' | 'tasks';
  /** Reads from time to time what is left on the account of each key; one with nothing left is passed over. Default: never. */
  readonly balance?: BalanceOptions;
  /** What the server refuses or spells otherwise of OpenAI's format; for calls in other formats. */
  readonly quirks?: ChatQuirks;
  /** The server takes WebSockets at `/realtime`. Default false. */
  readonly realtime?: boolean;
}

const optionNames = [
  ...commonNames,
  'apiKey',
  'balance',
  'baseURL',
  'models',
  'quirks',
  'realtime',
  'takesUsageOption',
  'vendor',
  'videos',
];

/** Any server that speaks OpenAI's protocol: vLLM, Ollama, an aggregator, another gateway. */
export function openaiCompatible<const Model extends string = string>(
  options: OpenAICompatibleOptions<Model>,
): Upstream<Model> {
  const vendor = nameOf(options);
  checkNames(vendor, options, optionNames);
  const { videos = 'openai', ...definition } = options;
  if (videos !== 'openai' && videos !== 'tasks')
    throw optionsError(`${vendor}: videos is ${JSON.stringify(videos)}; it must be "openai" or "tasks"`);
  return defineUpstream({
    ...definition,
    vendor,
    jobs: (operation) => (operation === 'video' ? videos : undefined),
    quirks: { ...commonQuirks, ...options.quirks },
  });
}

/** The host's name says more than that it is compatible. */
function nameOf(options: OpenAICompatibleOptions | undefined): string {
  const address = options?.baseURL ?? '';
  return options?.vendor ?? (URL.canParse(address) ? new URL(address).hostname : 'openai-compatible');
}
