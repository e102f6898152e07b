import type { ChatQuirks } from '../../dialects/openai-chat/quirks.ts';
import type { MediaOperation } from '../../protocol/media.ts';
import type { BalanceShape } from '../balance.ts';

/** Facts about one vendor that speaks OpenAI's protocol. */
export interface Preset {
  readonly baseURL: string;
  /** False where a key is optional, as with servers on one's own machine. */
  readonly needsKey: boolean;
  /** False where the vendor refuses `stream_options` or sends usage unasked. Default true. */
  readonly takesUsageOption?: boolean;
  readonly models: readonly string[];
  /** Media for which it has a format of its own, by its name. */
  readonly media?: Readonly<Partial<Record<MediaOperation, string>>>;
  /** How it is asked for videos, where that is not as OpenAI was. */
  readonly videos?: string;
  /** How it tells what is left on an account; left out where it does not. */
  readonly balance?: BalanceShape;
  /** Where the vendor differs from `commonQuirks`. */
  readonly quirks?: ChatQuirks;
}

/** Parameters about OpenAI's own platform: what it stores, caches and bills. */
export const platformParameters: readonly string[] = [
  'metadata',
  'prompt_cache_key',
  'service_tier',
  'store',
  'verbosity',
];

/** What most of the family have in common: the older half of OpenAI's format, and 400 for fields that they do not know. */
export const commonQuirks: ChatQuirks = {
  maxTokens: 'max_tokens',
  refuses: platformParameters,
  developerRole: false,
  reasoningHistory: 'none',
  reasoningDetails: false,
  customTools: false,
  wantsJsonWord: true,
  toolChoices: ['none', 'required', 'named'],
  cacheMarks: 'none',
};

/** What api.mistral.ai demands of every conversation, and servers that use Mistral's own templates. */
export const mistralConversation: Pick<ChatQuirks, 'bridgesResults' | 'callIds'> = {
  callIds: 'nine-characters',
  bridgesResults: true,
};
