import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameForeign } from '../shared/name-foreign.ts';
import { isEmpty } from '../shared/read.ts';

/** Names, as OpenAI spells them, what Anthropic has no parameter for; values that change nothing need no mention. */
export function nameUnspeakable(request: ChatRequest, drops: Drops): void {
  const isLost: Readonly<Record<string, boolean>> = {
    frequency_penalty: (request.frequencyPenalty ?? 0) !== 0,
    presence_penalty: (request.presencePenalty ?? 0) !== 0,
    seed: request.seed !== undefined,
    logit_bias: !isEmpty(request.logitBias ?? {}),
    logprobs: request.logprobs === true,
    top_logprobs: (request.topLogprobs ?? 0) > 0,
    n: (request.choices ?? 1) > 1,
    verbosity: request.verbosity !== undefined && request.verbosity !== 'medium',
    metadata: !isEmpty(request.metadata ?? {}),
    prompt_cache_key: request.cacheKey !== undefined,
    store: request.store === true,
  };
  for (const [name, lost] of Object.entries(isLost)) if (lost) drops.add(name);
  nameForeign(request, drops);
}
