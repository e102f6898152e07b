import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectDrops, type Drops } from './drops.ts';
import { type AllQuirks, type ChatQuirks, resolveQuirks } from './quirks.ts';
import { defined, ownOf } from './read.ts';
import { renderMessages } from './render-messages.ts';
import { mergeInner, type Writing } from './render-parts.ts';
import { renderReasoningOption } from './render-reasoning-option.ts';
import { renderOutput, renderToolChoice, renderTools, toolsToOffer } from './render-tools.ts';

/** The request in the family's words; `quirks`: what this member of it refuses or spells otherwise. */
export function renderRequest(request: ChatRequest, quirks?: ChatQuirks): RenderedRequest {
  const writing: Writing = { quirks: resolveQuirks(quirks), drops: collectDrops() };
  const { drops } = writing;
  drops.addForeign(request.extra);
  const { functions: _, ...own } = ownOf(request.extra);
  const output = request.output === undefined ? { body: {} } : renderOutput(request.output, writing);
  const { instruction } = output;
  const messages = renderMessages(request.messages, writing);
  const body = mergeInner(
    {
      model: request.model,
      messages: instruction === undefined ? messages : instruct(messages, instruction),
      ...renderParameters(request, writing, own),
      ...output.body,
    },
    own,
  );
  return { body: applyRefusals(body, request, writing), dropped: drops.list() };
}

function renderParameters(request: ChatRequest, writing: Writing, own: JsonObject): JsonObject {
  const { quirks, drops } = writing;
  const { tools, toolChoice, reasoning } = request;
  const offered =
    tools === undefined ? undefined : renderTools(toolsToOffer(tools, toolChoice, writing), writing);
  const hasTools = offered !== undefined && offered.length > 0;
  const asksUsage = request.stream && (request.wantsUsage || quirks.alwaysAsksUsage);
  return defined({
    stream: request.stream ? true : undefined,
    stream_options: asksUsage ? { include_usage: true } : undefined,
    tools: offered !== undefined && (hasTools || tools?.length === 0) ? offered : undefined,
    // Refused without tools.
    ...(toolChoice === undefined || (tools !== undefined && tools.length > 0 && !hasTools)
      ? {}
      : renderToolChoice(toolChoice, tools ?? [], writing)),
    parallel_tool_calls: request.parallelToolCalls,
    ...(reasoning === undefined ? {} : renderReasoningOption(reasoning, quirks, drops)),
    [quirks.maxTokens]: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    seed: request.seed,
    stop: request.stop,
    logit_bias: request.logitBias,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    n: request.choices,
    verbosity: request.verbosity,
    service_tier: request.serviceTier,
    metadata: request.metadata,
    user: request.user === own['safety_identifier'] ? undefined : request.user,
    prompt_cache_key: request.cacheKey,
    store: request.store,
  });
}

/** Behind the instructions that are there already, so that those that the caller wrote come first. */
function instruct(messages: readonly JsonObject[], text: string): readonly JsonObject[] {
  const at = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const place = at < 0 ? messages.length : at;
  return [...messages.slice(0, place), { role: 'system', content: text }, ...messages.slice(place)];
}

/** Leaves out what the member, or this model of it, refuses, and gives the rest the member's names. */
function applyRefusals(body: JsonObject, request: ChatRequest, { quirks, drops }: Writing): JsonObject {
  const refused = new Set([...quirks.refuses, ...refusedByModel(request, quirks)]);
  const entries = Object.entries(body).flatMap(([name, value]): [string, typeof value][] => {
    if (refused.has(name)) return drop(name, request, drops);
    const renamed = Object.hasOwn(quirks.renames, name) ? quirks.renames[name] : undefined;
    return [[renamed ?? name, value]];
  });
  return Object.fromEntries(entries);
}

/** Usage that only the gateway asks for is no loss of the caller's. */
function drop(name: string, { wantsUsage }: ChatRequest, drops: Drops): [] {
  if (name !== 'stream_options' || wantsUsage) drops.add(name);
  return [];
}

function refusedByModel({ model, reasoning }: ChatRequest, { models }: AllQuirks): readonly string[] {
  const isReasoning = reasoning !== undefined && reasoning.effort !== 'none' && reasoning.budget !== 0;
  return models
    .filter((quirk) => quirk.models.test(model) && (quirk.whenReasoning !== true || isReasoning))
    .flatMap((quirk) => quirk.refuses);
}
