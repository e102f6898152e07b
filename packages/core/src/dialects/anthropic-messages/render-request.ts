import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RenderedRequest } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectDrops, type Drops } from '../shared/collect-drops.ts';
import { defined, isEmpty, objectOf } from '../shared/read.ts';
import { renderOutputFormat } from './convert-output.ts';
import { planReasoning, type ReasoningPlan } from './convert-reasoning.ts';
import { type ModelFacts, modelFacts } from './model-facts.ts';
import { nameUnspeakable } from './name-unspeakable.ts';
import { ownOf } from './own-extra.ts';
import { renderMessages, shorten } from './render-messages.ts';
import { freeChoice, planTools, renderAnswerTool } from './render-tools.ts';

export function renderRequest(request: ChatRequest): RenderedRequest {
  const drops = collectDrops('anthropic-messages');
  const facts = modelFacts(request.model);
  const own = ownOf(request.extra);
  const output = planOutput(request, facts, drops);
  const plan = planTools(request, { answer: output.answer, facts, drops });
  const reasoning = planReasoning(request, facts, { isForced: plan.isForced, drops });
  const mustFree = reasoning.isOn && plan.isForced;
  if (mustFree) drops.add('tool_choice');
  const { system, messages } = renderMessages(request.messages, facts, drops);
  const instructions = [...system, ...output.instructions];
  const config = {
    ...objectOf(own['output_config']),
    ...defined({ effort: reasoning.effort, format: output.format }),
  };
  nameUnspeakable(request, drops);
  const { output_config: _, metadata, thinking: __, ...others } = own;
  const body: JsonObject = {
    model: request.model,
    max_tokens: request.maxTokens ?? reasoning.maxTokens,
    ...(instructions.length === 0 ? {} : { system: shorten(instructions) }),
    messages,
    ...(plan.tools.length === 0 ? {} : { tools: plan.tools }),
    ...defined({
      tool_choice: mustFree ? freeChoice(plan.choice) : plan.choice,
      thinking: reasoning.thinking,
    }),
    ...(isEmpty(config) ? {} : { output_config: config }),
    ...renderSampling(request, { facts, reasoning, drops }),
    ...renderStop(request.stop, drops),
    ...renderTier(request.serviceTier, drops),
    ...renderMetadata(request.user, objectOf(metadata)),
    ...(request.stream ? { stream: true } : {}),
    ...others,
  };
  return { body, dropped: drops.list() };
}

interface OutputPlan {
  readonly format?: JsonObject;
  /** A tool whose input is the answer. */
  readonly answer?: JsonObject;
  readonly instructions: readonly JsonObject[];
}

function planOutput({ output }: ChatRequest, facts: ModelFacts, drops: Drops): OutputPlan {
  if (output === undefined || output.type === 'text') return { instructions: [] };
  if (output.type === 'json-schema') {
    const { schema, description, isStrict } = output;
    if (facts.hasOutputFormat) return { format: renderOutputFormat(schema, description), instructions: [] };
    // A tool's input is close to its schema, but nobody vouches for it.
    if (isStrict === true) drops.add('response_format.json_schema.strict');
    return { answer: renderAnswerTool(schema, description), instructions: [] };
  }
  // Models that always think cannot be made to call a tool.
  if (facts.off === 'never') return { instructions: [{ type: 'text', text: jsonInstruction }] };
  return { answer: renderAnswerTool({ additionalProperties: true }, undefined), instructions: [] };
}

const jsonInstruction =
  'Answer with one JSON object and nothing else: no text before or after it, and no code fence around it.';

/** With thinking, the temperature is 1 and `top_p` at least 0.95; newer models take none of it at all. */
function renderSampling(
  { temperature, topP, topK }: ChatRequest,
  { facts, reasoning, drops }: { facts: ModelFacts; reasoning: ReasoningPlan; drops: Drops },
): JsonObject {
  const takes = (name: string, value: number | undefined, isFine: boolean): JsonObject => {
    if (value === undefined) return {};
    if (isFine) return { [name]: value };
    drops.add(name);
    return {};
  };
  const { sampling } = facts;
  const { isOn } = reasoning;
  const takesAny = sampling !== 'none';
  return {
    // Elsewhere it goes up to 2.
    ...takes(
      'temperature',
      temperature === undefined ? undefined : Math.min(1, Math.max(0, temperature)),
      takesAny && (!isOn || temperature === 1),
    ),
    ...takes(
      'top_p',
      topP,
      takesAny && (!isOn || (topP ?? 0) >= 0.95) && (sampling === 'all' || temperature === undefined),
    ),
    ...takes('top_k', topK, takesAny && !isOn),
  };
}

/** A sequence without a visible character is refused. */
function renderStop(stop: readonly string[] | undefined, drops: Drops): JsonObject {
  if (stop === undefined) return {};
  const visible = stop.filter((text) => text.trim() !== '');
  if (visible.length < stop.length) drops.add('stop');
  return visible.length === 0 ? {} : { stop_sequences: visible };
}

function renderTier(tier: string | undefined, drops: Drops): JsonObject {
  switch (tier) {
    case undefined:
      return {};
    case 'default':
      return { service_tier: 'standard_only' };
    // What was bought of the faster service is used where there is some.
    case 'priority':
      return { service_tier: 'auto' };
    case 'flex':
    case 'scale':
      drops.add('service_tier');
      return {};
    default:
      return { service_tier: tier };
  }
}

function renderMetadata(user: string | undefined, rest: JsonObject | undefined): JsonObject {
  const metadata = { ...rest, ...defined({ user_id: user }) };
  return isEmpty(metadata) ? {} : { metadata };
}
