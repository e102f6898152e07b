import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import { collectDrops } from '../shared/collect-drops.ts';
import { nameForeign } from '../shared/name-foreign.ts';
import { defined } from '../shared/read.ts';
import { dialect } from './own-extra.ts';
import { renderInput } from './render-input.ts';
import { nameMissing, renderSettings } from './render-settings.ts';

export function renderRequest(request: ChatRequest): RenderedRequest {
  const drops = collectDrops(dialect);
  nameMissing(request, drops);
  nameForeign(request, drops);
  const { instructions, input } = renderInput(request.messages, drops);
  const body = defined({
    model: request.model,
    instructions,
    input,
    ...(request.stream ? { stream: true } : {}),
    ...renderSettings(request, drops),
  });
  return { body, dropped: drops.list() };
}
