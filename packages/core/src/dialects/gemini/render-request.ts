import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderServiceTier } from './convert-usage.ts';
import { nameDropped } from './dropped-names.ts';
import { fromExtra, isList, isObject, known } from './read.ts';
import { renderContents } from './render-contents.ts';
import { renderFormatInstructions, renderGeneration } from './render-generation.ts';
import { renderToolConfig, renderTools } from './render-tools.ts';

const serviceTiers = new Set(['unspecified', 'standard', 'flex', 'priority']);

/** The body; the model and whether to stream stand in the path. */
export function renderRequest(request: ChatRequest): RenderedRequest {
  const dropped = new Set<string>();
  const drop = (name: string): void => void dropped.add(name);
  nameDropped(request, drop);
  const { toolConfig: _, generationConfig: __, ...extra } = fromExtra(request.extra);
  const { contents, systemInstruction } = renderContents(request.messages, request.model, drop);
  const tools = request.tools && renderTools(request.tools, drop);
  const body = {
    contents,
    ...known({
      systemInstruction: withInstructions(systemInstruction, renderFormatInstructions(request)),
      tools,
      toolConfig: renderToolConfig(request.toolChoice, fromExtra(request.extra, 'toolConfig')),
      generationConfig: renderGeneration(request, drop),
      serviceTier: tierOf(request.serviceTier, drop),
    }),
    ...extra,
  };
  return { body, dropped: [...dropped] };
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
