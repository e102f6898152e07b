import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { familyOf } from './model-family.ts';
import { keepOwnOutput } from './model-fields.ts';
import { nameForeignExtra } from './name-foreign-extra.ts';
import { answerTool, answerToolInstruction, planOutput } from './plan-output.ts';
import { planThinking, type ThinkingPlan } from './plan-thinking.ts';
import { given, objectOf, restOf } from './read.ts';
import type { Rendering } from './render-content.ts';
import { nameCalledTools, renderMessages, renderTurn, withOpening } from './render-messages.ts';
import { type RenderedTools, renderTools } from './render-tools.ts';

/** The body for Converse and ConverseStream alike: model and stream are said by the path. */
export function renderRequest(request: ChatRequest): RenderedRequest {
  const family = familyOf(request.model);
  const rendering: Rendering = { family, dropped: new Set(), documentNames: new Set() };
  const { system, turns } = renderMessages(request, rendering);
  const thinking = planThinking(request, turns, rendering);
  const output = planOutput(request, family);
  const tools = renderTools(request, nameCalledTools(request.messages), rendering);
  const own = request.extra?.bedrock ?? {};
  const rules = output.tool !== undefined && !thinking.canForceTool ? [{ text: answerToolInstruction }] : [];
  const blocks = [...system, ...rules];
  const isPrompt = turns.length === 0 && own['promptVariables'] !== undefined;
  const body: JsonObject = {
    ...restOf(
      own,
      'inferenceConfig',
      'toolConfig',
      'outputConfig',
      'requestMetadata',
      'additionalModelRequestFields',
    ),
    ...(isPrompt ? {} : { messages: withOpening(turns).map(renderTurn) }),
    ...given('system', blocks.length === 0 ? undefined : blocks),
    ...given(
      'inferenceConfig',
      filled({ ...objectOf(own['inferenceConfig']), ...renderInference(request, thinking) }),
    ),
    ...given('toolConfig', renderToolConfig(tools, output.tool, { thinking, rendering, own })),
    ...given('additionalModelRequestFields', filled(thinking.fields)),
    ...given(
      'outputConfig',
      filled({ ...keepOwnOutput(request, family), ...given('textFormat', output.textFormat) }),
    ),
    ...given('requestMetadata', renderMetadata(request, rendering)),
    ...given('serviceTier', renderServiceTier(request, rendering)),
  };
  nameUnsaid(request, rendering);
  return { body, dropped: [...rendering.dropped, ...nameForeignExtra(request)] };
}

function filled(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}

function renderInference({ stop }: ChatRequest, { maxTokens, temperature, topP }: ThinkingPlan): JsonObject {
  return {
    ...given('maxTokens', maxTokens),
    ...given('temperature', temperature),
    ...given('topP', topP),
    ...given('stopSequences', stop),
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
    return { ...objectOf(own['toolConfig']), tools: all, ...given('toolChoice', wanted) };
  if (isForced) rendering.dropped.add('tool_choice');
  return { ...objectOf(own['toolConfig']), tools: all, toolChoice: { auto: {} } };
}

/** Bedrock takes 16 entries, of keys and values made of these characters. */
const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/;

function renderMetadata(
  { metadata = {}, extra }: ChatRequest,
  { dropped }: Rendering,
): JsonObject | undefined {
  const entries = Object.entries(metadata);
  const fit = entries
    .filter(([name, value]) => name !== '' && metadataText.test(name) && metadataText.test(value))
    .slice(0, 16);
  if (fit.length < entries.length) dropped.add('metadata');
  return filled({ ...objectOf(extra?.bedrock?.['requestMetadata']), ...Object.fromEntries(fit) });
}

const serviceTiers = new Set(['default', 'flex', 'priority', 'reserved']);

function renderServiceTier({ serviceTier }: ChatRequest, { dropped }: Rendering): JsonObject | undefined {
  // `auto` is to leave it to the provider.
  if (serviceTier === undefined || serviceTier === 'auto') return undefined;
  if (serviceTiers.has(serviceTier)) return { type: serviceTier };
  dropped.add('service_tier');
  return undefined;
}

/** What Converse has no words for at all, by OpenAI's names. */
function nameUnsaid(request: ChatRequest, { dropped }: Rendering): void {
  const unsaid: Readonly<Record<string, boolean>> = {
    frequency_penalty: (request.frequencyPenalty ?? 0) !== 0,
    presence_penalty: (request.presencePenalty ?? 0) !== 0,
    seed: request.seed !== undefined,
    logit_bias: Object.keys(request.logitBias ?? {}).length > 0,
    logprobs: request.logprobs === true,
    top_logprobs: (request.topLogprobs ?? 0) > 0,
    n: (request.choices ?? 1) > 1,
    verbosity: request.verbosity !== undefined,
    parallel_tool_calls: request.parallelToolCalls === false && (request.tools?.length ?? 0) > 0,
    user: request.user !== undefined,
    prompt_cache_key: request.cacheKey !== undefined,
    store: request.store === true,
  };
  for (const [name, isUnsaid] of Object.entries(unsaid)) if (isUnsaid) dropped.add(name);
}
