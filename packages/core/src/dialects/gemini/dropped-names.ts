import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { blocksOf, nameForeign } from '../shared/name-foreign.ts';
import { isEmpty } from '../shared/read.ts';

/** Everything that is left out of a request before its parts are looked at: what Gemini has no place for at all. */
export function nameDropped(request: ChatRequest, drops: Drops): void {
  const isLost: Readonly<Record<string, boolean>> = {
    logit_bias: !isEmpty(request.logitBias ?? {}),
    verbosity: request.verbosity !== undefined && request.verbosity !== 'medium',
    metadata: !isEmpty(request.metadata ?? {}),
    user: request.user !== undefined,
    prompt_cache_key: request.cacheKey !== undefined,
    // Calls are parallel anyway, and nothing is stored: the other wish is granted.
    parallel_tool_calls: request.parallelToolCalls === false && (request.tools?.length ?? 0) > 0,
    store: request.store === true,
  };
  for (const [name, lost] of Object.entries(isLost)) if (lost) drops.add(name);
  nameForeign(request, drops);
  const blocks = request.messages.flatMap(blocksOf);
  if (blocks.some(({ cache }) => cache !== undefined)) drops.add('messages.cache_control');
  if (blocks.some((block) => block.type === 'text' && block.citations !== undefined))
    drops.add('messages.citations');
}
