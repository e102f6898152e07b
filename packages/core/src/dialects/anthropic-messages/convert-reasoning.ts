import type { ChatRequest, Reasoning } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import type { Effort } from '../shared/effort.ts';
import { defined, invalid, isEmpty, isObject, restOf } from '../shared/read.ts';
import type { ModelFacts } from './model-facts.ts';
import { ownOf } from './own-extra.ts';

/**
 * How much an effort thinks, for models that want a number of tokens; and the other way, the first effort that a budget
 * fits into, for models that want a word.
 */
const budgets: readonly (readonly [Effort, number])[] = [
  ['minimal', 1024],
  ['low', 2048],
  ['medium', 8192],
  ['high', 16_384],
  ['xhigh', 32_768],
  ['max', 49_152],
];

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** `rest`: what of `thinking` and `output_config` there is no word for. */
export function parseReasoning(
  thinking: Json | undefined,
  config: JsonObject | undefined,
): { reasoning?: Reasoning; thinking?: JsonObject; isEffortKnown: boolean } {
  const effort = efforts.find((word) => word === config?.['effort']);
  const told = thinking === undefined || thinking === null ? {} : parseThinking(thinking);
  const isEffortKnown = effort !== undefined;
  if (told === undefined)
    return {
      ...(isObject(thinking) ? { thinking } : {}),
      ...(effort && { reasoning: { effort } }),
      isEffortKnown,
    };
  // `adaptive` with an effort is what an effort alone becomes: the word says it all.
  const { budget, ...more } = told;
  const reasoning: Reasoning = {
    ...defined({ effort, budget: budget === 'dynamic' && isEffortKnown ? undefined : budget }),
    ...more,
  };
  return { ...(isEmpty(reasoning) ? {} : { reasoning }), isEffortKnown };
}

/** Undefined for a form that has no words in the vocabulary. */
function parseThinking(thinking: Json): Reasoning | undefined {
  if (!isObject(thinking)) throw invalid('thinking', 'it must be an object');
  const { type, budget_tokens: budget, display } = thinking;
  if (typeof type !== 'string') throw invalid('thinking.type', 'it must be a string');
  if (type === 'enabled' && (typeof budget !== 'number' || !Number.isInteger(budget) || budget < 1))
    throw invalid('thinking.budget_tokens', 'it must be a number of tokens');
  if (restOf(thinking, ['type', 'budget_tokens', 'display']) !== undefined) return undefined;
  const summary: Reasoning['summary'] =
    display === 'omitted' ? 'none' : display === 'summarized' ? 'auto' : undefined;
  if (summary === undefined && display !== undefined && display !== null) return undefined;
  if (type === 'enabled' && typeof budget === 'number') return { budget, ...defined({ summary }) };
  if (budget !== undefined) return undefined;
  if (type === 'adaptive') return { budget: 'dynamic', ...defined({ summary }) };
  return type === 'disabled' && summary === undefined ? { budget: 0 } : undefined;
}

export interface ReasoningPlan {
  readonly thinking?: JsonObject;
  readonly effort?: string;
  readonly isOn: boolean;
  /** Tokens, where the caller did not say. */
  readonly maxTokens: number;
}

/**
 * `isForced`: the model must call a tool, which it cannot while it thinks: the tool wins. Likewise where it cannot think
 * on because the turn under way was begun without thinking, or by another vendor's model.
 *
 * Tokens that an answer may have where the caller did not say: 4096 without thinking; with it, 8192 (`high`: 16,384,
 * `xhigh` and `max`: 32,768), and with a budget as much as that and 4096 more.
 */
export function planReasoning(
  request: ChatRequest,
  facts: ModelFacts,
  { isForced, drops }: { isForced: boolean; drops: Drops },
): ReasoningPlan {
  const raw = ownOf(request.extra)['thinking'];
  const { effort, budget, summary } = spell(request.reasoning);
  const wireEffort = nearestEffort(
    effort ?? (typeof budget === 'number' && facts.thinking === 'adaptive' ? effortOf(budget) : undefined),
    facts,
  );
  const quiet = { ...defined({ effort: wireEffort }), isOn: false, maxTokens: cap(4096, facts) };
  if (isObject(raw)) return { ...quiet, thinking: raw, isOn: raw['type'] !== 'disabled', maxTokens: 8192 };
  if (effort === undefined && budget === undefined) return quiet;
  if (effort === 'none' || budget === 0) return planOff(quiet, facts, drops);
  if (facts.thinking === 'none') {
    drops.add('reasoning_effort');
    return quiet;
  }
  const mustBudget =
    facts.thinking === 'budget' ||
    (facts.thinking !== 'adaptive' && typeof budget === 'number') ||
    (facts.thinking === 'compatible' && budget !== 'dynamic');
  if ((isForced && facts.off !== 'never') || (mustBudget && isTurnWithoutThinking(request))) {
    drops.add('reasoning_effort');
    return planOff(quiet, facts, drops);
  }
  const display = summary === undefined ? {} : { display: summary === 'none' ? 'omitted' : 'summarized' };
  if (!mustBudget) {
    const maxTokens =
      wireEffort === 'high' ? 16_384 : wireEffort === 'xhigh' || wireEffort === 'max' ? 32_768 : 8192;
    return { ...quiet, thinking: { type: 'adaptive', ...display }, isOn: true, maxTokens };
  }
  const wanted = typeof budget === 'number' ? budget : budgetOf(effort ?? 'medium');
  const fitting = fitBudget(wanted, request.maxTokens);
  if (fitting === undefined) {
    drops.add('reasoning_effort');
    return planOff(quiet, facts, drops);
  }
  return {
    ...quiet,
    thinking: { type: 'enabled', budget_tokens: fitting, ...display },
    isOn: true,
    maxTokens: Math.max(8192, fitting + 4096),
  };
}

/** Who wants to see thoughts wants some: other vendors' models think unasked. */
function spell(reasoning: Reasoning = {}): Reasoning {
  const { effort, budget, summary = 'none' } = reasoning;
  const isAsked = effort !== undefined || budget !== undefined || summary === 'none';
  return isAsked ? reasoning : { ...reasoning, budget: 'dynamic' };
}

function planOff(quiet: ReasoningPlan, facts: ModelFacts, drops: Drops): ReasoningPlan {
  if (facts.off === 'never') {
    drops.add('reasoning_effort');
    return { effort: 'low', isOn: true, maxTokens: 8192 };
  }
  return facts.off === 'disabled' && facts.thinking !== 'none'
    ? { ...quiet, thinking: { type: 'disabled' } }
    : quiet;
}

function cap(tokens: number, { mostTokens }: ModelFacts): number {
  return Math.min(tokens, mostTokens ?? tokens);
}

function budgetOf(effort: Effort): number {
  return budgets.find(([word]) => word === effort)?.[1] ?? 8192;
}

function effortOf(budget: number): Effort | undefined {
  if (budget === 0) return undefined;
  return budgets.find(([, most]) => budget <= most)?.[0] ?? 'max';
}

/** The next lower one where the model has not got it, or else the lowest. */
function nearestEffort(effort: Effort | undefined, facts: ModelFacts): string | undefined {
  if (effort === undefined || effort === 'none' || facts.efforts.length === 0) return undefined;
  const order = budgets.map(([word]) => word);
  const lower = order.slice(0, order.indexOf(effort) + 1).toReversed();
  return lower.find((word) => facts.efforts.includes(word)) ?? facts.efforts[0];
}

/** Anthropic wants `max_tokens > budget_tokens >= 1024`; half is left for the answer. */
function fitBudget(wanted: number, maxTokens: number | undefined): number | undefined {
  const budget = Math.max(1024, wanted);
  if (maxTokens === undefined || budget < maxTokens) return budget;
  return maxTokens <= 1024 ? undefined : Math.max(1024, Math.floor(maxTokens / 2));
}

/** A turn that goes on after the results of tools must have begun with thinking that Anthropic itself has signed. */
function isTurnWithoutThinking({ messages }: ChatRequest): boolean {
  if (messages.at(-1)?.role !== 'tool') return false;
  const start = messages.findLastIndex(({ role }) => role === 'user');
  const first = messages.slice(start + 1).find(({ role }) => role === 'assistant');
  return (
    first?.role === 'assistant' &&
    !first.content.some(
      (block) => block.type === 'reasoning' && block.signature?.dialect === 'anthropic-messages',
    )
  );
}
