import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectDrops, type Drops } from '../shared/collect-drops.ts';
import { nameForeign } from '../shared/name-foreign.ts';
import { defined } from '../shared/read.ts';
import { ownOf } from './own-extra.ts';
import type { ChatQuirks } from './quirks.ts';
import { renderMessages } from './render-messages.ts';
import { renderOutput } from './render-output.ts';
import { mergeInner, type Writing } from './render-parts.ts';
import { renderReasoningOption } from './render-reasoning-option.ts';
import { renderToolChoice, toolsToOffer } from './render-tool-choice.ts';
import { renderSearch, renderTools } from './render-tools.ts';
import { resolveQuirks } from './resolve-quirks.ts';

/** The request in the family's words; `quirks`: what this member of it refuses or spells otherwise. */
export function renderRequest(request: ChatRequest, quirks?: ChatQuirks): RenderedRequest {
  const writing: Writing = { quirks: resolveQuirks(quirks, request), drops: collectDrops('openai-chat') };
  const { drops } = writing;
  nameForeign(request, drops);
  const { functions: _, ...own } = ownOf(request.extra);
  const { body: output, instruction } = renderOutput(request, writing);
  const messages = renderMessages(request.messages, writing);
  const body = mergeInner(
    {
      model: request.model,
      messages: instruction === undefined ? messages : instruct(messages, instruction),
      ...renderParameters(request, writing, own),
      ...output,
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
    temperature: within(request.temperature, quirks.temperatures),
    top_p: request.topP,
    top_k: request.topK,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    seed: request.seed,
    stop: renderStop(request.stop, writing),
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
    web_search_options: renderSearch(tools),
  });
}

function within(value: number | undefined, [lowest, highest]: readonly [number, number]): number | undefined {
  return value === undefined ? undefined : Math.min(highest, Math.max(lowest, value));
}

function renderStop(stop: ChatRequest['stop'], { quirks, drops }: Writing): ChatRequest['stop'] {
  if (stop === undefined || stop.length <= quirks.maxStops) return stop;
  drops.add('stop');
  return stop.slice(0, quirks.maxStops);
}

/** Behind the instructions that are there already, so that those that the caller wrote come first. */
function instruct(messages: readonly JsonObject[], text: string): readonly JsonObject[] {
  const at = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const place = at < 0 ? messages.length : at;
  return [...messages.slice(0, place), { role: 'system', content: text }, ...messages.slice(place)];
}

/** Leaves out what the member refuses, gives the rest the member's names, and adds what it wants besides. */
function applyRefusals(body: JsonObject, request: ChatRequest, { quirks, drops }: Writing): JsonObject {
  const refused = new Set(quirks.refuses);
  const entries = Object.entries(body).flatMap(([name, value]): [string, typeof value][] => {
    if (refused.has(name)) return drop(name, request, drops);
    const renamed = Object.hasOwn(quirks.renames, name) ? quirks.renames[name] : undefined;
    return [[renamed ?? name, value]];
  });
  return { ...quirks.adds, ...Object.fromEntries(entries) };
}

/** Usage that only the gateway asks for is no loss of the caller's. */
function drop(name: string, { wantsUsage }: ChatRequest, drops: Drops): [] {
  if (name !== 'stream_options' || wantsUsage) drops.add(name);
  return [];
}
