import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectDrops } from '../shared/collect-drops.ts';
import { nameForeign } from '../shared/name-foreign.ts';
import { filled, isEmpty, objectOf, optional, restOf } from '../shared/read.ts';
import { familyOf } from './model-family.ts';
import { keepOwnOutput } from './model-fields.ts';
import { ownOf } from './own-extra.ts';
import { answerTool, answerToolInstruction, planOutput } from './plan-output.ts';
import { planThinking, type ThinkingPlan } from './plan-thinking.ts';
import type { Rendering } from './render-content.ts';
import { nameCalledTools, renderMessages, renderTurn, withOpening } from './render-messages.ts';
import { type RenderedTools, renderTools } from './render-tools.ts';

/** The body for Converse and ConverseStream alike: model and stream are said by the path. */
export function renderRequest(request: ChatRequest): RenderedRequest {
  const family = familyOf(request.model);
  const rendering: Rendering = { family, drops: collectDrops('bedrock'), documentNames: new Map() };
  const { system, turns } = renderMessages(request, rendering);
  const thinking = planThinking(request, turns, rendering);
  const output = planOutput(request, rendering);
  const tools = renderTools(request, nameCalledTools(request.messages), rendering);
  const own = ownOf(request.extra);
  const rules = output.tool !== undefined && !thinking.canForceTool ? [{ text: answerToolInstruction }] : [];
  const blocks = [...system, ...rules];
  const isPrompt = turns.length === 0 && own['promptVariables'] !== undefined;
  const body: JsonObject = {
    ...restOf(own, [
      'inferenceConfig',
      'toolConfig',
      'outputConfig',
      'requestMetadata',
      'additionalModelRequestFields',
    ]),
    ...(isPrompt ? {} : { messages: withOpening(turns).map(renderTurn) }),
    ...optional('system', blocks.length === 0 ? undefined : blocks),
    ...optional(
      'inferenceConfig',
      filled({ ...objectOf(own['inferenceConfig']), ...renderInference(request, thinking) }),
    ),
    ...optional('toolConfig', renderToolConfig(tools, output.tool, { thinking, rendering, own })),
    ...optional('additionalModelRequestFields', filled(thinking.fields)),
    ...optional(
      'outputConfig',
      filled({ ...keepOwnOutput(request, family), ...optional('textFormat', output.textFormat) }),
    ),
    ...optional('requestMetadata', renderMetadata(request, rendering)),
    ...optional('serviceTier', renderServiceTier(request, rendering)),
  };
  nameUnsaid(request, rendering);
  nameForeign(request, rendering.drops);
  return { body, dropped: rendering.drops.list() };
}

function renderInference({ stop }: ChatRequest, { maxTokens, temperature, topP }: ThinkingPlan): JsonObject {
  return {
    ...optional('maxTokens', maxTokens),
    ...optional('temperature', temperature),
    ...optional('topP', topP),
    ...optional('stopSequences', stop),
  };
}

interface Circumstances {
  readonly thinking: ThinkingPlan;
  readonly rendering: Rendering;
  readonly own: JsonObject;
}

/** The tool that stands for structured output joins the caller's: then any of them is to be called. */
function renderToolConfig(
  { tools, choice }: RenderedTools,
  answer: JsonObject | undefined,
  { thinking, rendering, own }: Circumstances,
): JsonObject | undefined {
  const all = answer === undefined ? tools : [...tools, answer];
  if (all.length === 0) return filled(objectOf(own['toolConfig']) ?? {});
  const isForced = choice?.['any'] !== undefined || choice?.['tool'] !== undefined;
  const wanted: JsonObject | undefined =
    answer === undefined || isForced
      ? choice
      : tools.length > 0
        ? { any: {} }
        : { tool: { name: answerTool } };
  if (thinking.canForceTool || wanted === undefined || wanted['auto'] !== undefined)
    return { ...objectOf(own['toolConfig']), tools: all, ...optional('toolChoice', wanted) };
  if (isForced) rendering.drops.add('tool_choice');
  return { ...objectOf(own['toolConfig']), tools: all, toolChoice: { auto: {} } };
}

/** Bedrock takes 16 entries, of keys and values made of these characters. */
const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/;

function renderMetadata({ metadata = {}, extra }: ChatRequest, { drops }: Rendering): JsonObject | undefined {
  const entries = Object.entries(metadata);
  const fit = entries
    .filter(([name, value]) => name !== '' && metadataText.test(name) && metadataText.test(value))
    .slice(0, 16);
  if (fit.length < entries.length) drops.add('metadata');
  return filled({ ...objectOf(ownOf(extra)['requestMetadata']), ...Object.fromEntries(fit) });
}

const serviceTiers = new Set(['default', 'flex', 'priority', 'reserved']);

function renderServiceTier({ serviceTier }: ChatRequest, { drops }: Rendering): JsonObject | undefined {
  // `auto` is to leave it to the provider.
  if (serviceTier === undefined || serviceTier === 'auto') return undefined;
  if (serviceTiers.has(serviceTier)) return { type: serviceTier };
  drops.add('service_tier');
  return undefined;
}

/** What Converse has no words for at all, by OpenAI's names. */
function nameUnsaid(request: ChatRequest, { drops }: Rendering): void {
  const unsaid: Readonly<Record<string, boolean>> = {
    frequency_penalty: (request.frequencyPenalty ?? 0) !== 0,
    presence_penalty: (request.presencePenalty ?? 0) !== 0,
    seed: request.seed !== undefined,
    logit_bias: !isEmpty(request.logitBias ?? {}),
    logprobs: request.logprobs === true,
    top_logprobs: (request.topLogprobs ?? 0) > 0,
    n: (request.choices ?? 1) > 1,
    verbosity: request.verbosity !== undefined && request.verbosity !== 'medium',
    parallel_tool_calls: request.parallelToolCalls === false && (request.tools?.length ?? 0) > 0,
    user: request.user !== undefined,
    prompt_cache_key: request.cacheKey !== undefined,
    store: request.store === true,
  };
  for (const [name, isUnsaid] of Object.entries(unsaid)) if (isUnsaid) drops.add(name);
}
