import type { ChatRequest } from '../../protocol/chat-request.ts';
import { listOf, stringOf } from '../shared/read.ts';
import { canSealReasoning, renderEffort } from './convert-effort.ts';
import { ownOf } from './own-extra.ts';

const sealedReasoning = 'reasoning.encrypted_content';
const logprobs = 'message.output_text.logprobs';

/** What the gateway asks for by itself: thoughts that survive a turn also where nothing is stored. */
export function isAskedAnyway(name: string, request: ChatRequest): boolean {
  return name === sealedReasoning && isThinking(request);
}

function isThinking({ model, reasoning }: ChatRequest): boolean {
  return canSealReasoning(model) && (reasoning === undefined || renderEffort(reasoning) !== 'none');
}

export function renderInclude(request: ChatRequest): string[] | undefined {
  const own = listOf(ownOf(request.extra)['include']).map(stringOf);
  const names = new Set(own.filter((name) => name !== undefined));
  if (isThinking(request)) names.add(sealedReasoning);
  if (request.logprobs === true) names.add(logprobs);
  return names.size === 0 ? undefined : [...names];
}
