import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { objectOf, optional } from '../shared/read.ts';
import { budgetOf, isOff, leastBudget, renderReasoning } from './convert-reasoning.ts';
import { keepOwnFields, keepOwnOutput, renderTopK, says } from './model-fields.ts';
import type { Rendering } from './render-content.ts';
import type { Turn } from './render-messages.ts';

/** How the model is to think, and what of the caller's wishes it can hear while it does. */
export interface ThinkingPlan {
  /** `additionalModelRequestFields`. */
  readonly fields: JsonObject;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  /** Claude cannot be forced to call a tool while it thinks. */
  readonly canForceTool: boolean;
}

/** Tokens left for the answer where the caller sets no limit: else Bedrock's own, below the budget, would apply. */
const roomForAnswer = 4096;

export function planThinking(
  request: ChatRequest,
  turns: readonly Turn[],
  rendering: Rendering,
): ThinkingPlan {
  const own = keepOwnFields(request, rendering.family);
  const isSaid = says(own, 'reasoning') || keepOwnOutput(request, rendering.family)['effort'] !== undefined;
  const reasoning = isSaid ? {} : (planReasoning(request, turns, rendering) ?? {});
  const isThinking = isOn(objectOf({ ...own, ...reasoning }['thinking'])?.['type']);
  const budget = objectOf(reasoning['thinking'])?.['budget_tokens'];
  // Who tells it to think in its own words knows what else it takes.
  const isTold = isThinking && !isSaid;
  const plan = planSampling(request, { isThinking: isTold, isHigh: isHighNova(reasoning), own, rendering });
  return {
    ...plan,
    fields: { ...own, ...reasoning, ...plan.fields },
    ...(plan.maxTokens === undefined && typeof budget === 'number'
      ? { maxTokens: budget + roomForAnswer }
      : {}),
    canForceTool: !isThinking,
  };
}

function isOn(type: unknown): boolean {
  return type === 'enabled' || type === 'adaptive';
}

function isHighNova(fields: JsonObject): boolean {
  return objectOf(fields['reasoningConfig'])?.['maxReasoningEffort'] === 'high';
}

function planReasoning(
  { reasoning, maxTokens }: ChatRequest,
  turns: readonly Turn[],
  { family, drops }: Rendering,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const { effort, budget, summary } = reasoning;
  // What there is to show is shown, unless a model can be told which of it.
  const isShown = summary === undefined || summary === 'auto';
  if (!isShown && (family.thinking !== 'adaptive' || isOff(reasoning))) drops.add('reasoning.summary');
  if (effort === undefined && budget === undefined && (summary === 'none' || summary === undefined))
    return undefined;
  const fields = renderReasoning(reasoning, family);
  if (fields === undefined) drops.add('reasoning_effort');
  if (family.thinking !== 'budget' || isOff(reasoning)) return fields;
  // Claude refuses a budget that leaves no answer, and a turn that it is to go on with but did not begin by thinking.
  const fits = maxTokens === undefined || maxTokens > leastBudget;
  if (!fits || isInUnthoughtTurn(turns)) {
    drops.add('reasoning_effort');
    return undefined;
  }
  const wanted = budgetOf(reasoning);
  const fit =
    maxTokens === undefined || wanted < maxTokens
      ? wanted
      : Math.max(leastBudget, Math.floor(maxTokens * 0.8));
  return { thinking: { type: 'enabled', budget_tokens: fit } };
}

/** The results of calls are the last that was said, and the thoughts that led to the calls cannot be given back. */
function isInUnthoughtTurn(turns: readonly Turn[]): boolean {
  const last = turns.at(-1);
  const before = turns.at(-2);
  if (last === undefined || last.results.length === 0 || before?.role !== 'assistant') return false;
  return before.content[0]?.['reasoningContent'] === undefined;
}

interface Mood {
  readonly isThinking: boolean;
  readonly isHigh: boolean;
  readonly own: JsonObject;
  readonly rendering: Rendering;
}

/** Which of the sampling parameters the model takes: a thinking Claude hardly any, Nova at its highest effort none. */
function planSampling(
  { maxTokens, temperature, topP, topK }: ChatRequest,
  { isThinking, isHigh, own, rendering: { family, drops } }: Mood,
): Pick<ThinkingPlan, 'fields' | 'maxTokens' | 'temperature' | 'topP'> {
  const version = family.version ?? 0;
  // From 4.7 on Claude takes neither, and works as if both were 1.
  const isFixed = version >= 407;
  const take = (name: string, value: number | undefined, fits: boolean): number | undefined => {
    if (value !== undefined && !fits) drops.add(name);
    return fits ? value : undefined;
  };
  const heat = take(
    'temperature',
    isFixed && temperature === 1 ? undefined : temperature,
    !isHigh && !isFixed && (!isThinking || temperature === 1),
  );
  // From 4.1 on it takes one of the two.
  const isSecond = heat !== undefined && version >= 401;
  const top = take(
    'top_p',
    isFixed && topP === 1 ? undefined : topP,
    !isHigh && !isFixed && !isSecond && (!isThinking || (topP ?? 1) >= 0.95),
  );
  const topKFields =
    topK === undefined || says(own, 'top-k') || isFixed || isThinking || isHigh
      ? undefined
      : renderTopK(topK, family);
  if (topK !== undefined && topKFields === undefined && !says(own, 'top-k')) drops.add('top_k');
  return {
    fields: topKFields ?? {},
    ...optional('maxTokens', take('max_tokens', maxTokens, !isHigh)),
    ...optional('temperature', heat),
    ...optional('topP', top),
  };
}
