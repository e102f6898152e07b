import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectDrops } from '../shared/collect-drops.ts';
import { defined, isList, isObject } from '../shared/read.ts';
import { renderServiceTier } from './convert-usage.ts';
import { nameDropped } from './dropped-names.ts';
import { fitDetails } from './media-detail.ts';
import { ownOf } from './own-extra.ts';
import { renderContents } from './render-contents.ts';
import { renderFormatInstructions, renderGeneration } from './render-generation.ts';
import { renderToolConfig, renderTools } from './render-tools.ts';

const serviceTiers = new Set(['unspecified', 'standard', 'flex', 'priority']);

/** The body; the model and whether to stream stand in the path. */
export function renderRequest(request: ChatRequest): RenderedRequest {
  const drops = collectDrops('gemini');
  const drop = drops.add;
  nameDropped(request, drops);
  const { toolConfig: _, generationConfig: __, ...extra } = ownOf(request.extra);
  const messages = fitDetails(request.messages, request.model, drop);
  const { contents, systemInstruction } = renderContents(messages, request.model, drop);
  const tools = request.tools && renderTools(request.tools, drops);
  const body = {
    contents,
    ...defined({
      systemInstruction: withInstructions(systemInstruction, renderFormatInstructions(request)),
      tools,
      toolConfig: renderToolConfig(request, ownOf(request.extra, 'toolConfig'), drops),
      generationConfig: renderGeneration(request, drop),
      serviceTier: tierOf(request.serviceTier, drop),
    }),
    ...extra,
  };
  return { body, dropped: drops.list() };
}

/** Google's `auto` is to say nothing. */
function tierOf(tier: string | undefined, drop: (name: string) => void): string | undefined {
  const own = renderServiceTier(tier);
  if (own === undefined || own === 'auto') return undefined;
  if (serviceTiers.has(own)) return own;
  drop('service_tier');
  return undefined;
}

function withInstructions(
  system: JsonObject | undefined,
  instructions: string | undefined,
): JsonObject | undefined {
  if (instructions === undefined) return system;
  const parts = isObject(system) && isList(system.parts) ? system.parts : [];
  return { ...system, parts: [...parts, { text: instructions }] };
}
