import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import { dropForeign } from './own-extra.ts';
import { compact } from './read.ts';
import { renderInput } from './render-input.ts';
import { nameMissing, renderSettings } from './render-settings.ts';

export function renderRequest(request: ChatRequest): RenderedRequest {
  const dropped = new Set<string>();
  nameMissing(request, dropped);
  dropForeign(request.extra, dropped);
  const { instructions, input } = renderInput(request.messages, dropped);
  const body = compact({
    model: request.model,
    instructions,
    input,
    ...(request.stream ? { stream: true } : {}),
    ...renderSettings(request, dropped),
  });
  return { body, dropped: [...dropped] };
}
