import type { Reasoning } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { type Effort, efforts } from '../shared/effort.ts';
import { defined } from '../shared/read.ts';
import type { AllQuirks } from './quirks.ts';

/*
 * Effort and budget, for members that know only one of them (Google's own table for its OpenAI endpoint, with two steps more):
 *
 *   none 0 · minimal 512 · low 1,024 · medium 8,192 · high 24,576 · xhigh 32,768 · max 65,536
 *
 * A budget becomes the weakest effort that has as much, up to `high`: the stronger ones only few models know.
 */
const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
  max: 65_536,
};

/** The parameters that ask for reasoning, in the form that the member takes. */
export function renderReasoningOption(reasoning: Reasoning, quirks: AllQuirks, drops: Drops): JsonObject {
  const { effort, budget, summary } = reasoning;
  if (summary !== undefined && quirks.reasoning !== 'reasoning') drops.add('reasoning.summary');
  if (quirks.reasoning === 'reasoning') return { reasoning: renderObject(reasoning, quirks.efforts) };
  if (effort === undefined && budget === undefined) return {};
  if (quirks.reasoning === 'none') {
    drops.add('reasoning_effort');
    return {};
  }
  if (quirks.reasoning === 'reasoning_effort') {
    // Newer models do not think unless they are told how much.
    const told = budget === 'dynamic' ? { effort: effort ?? 'medium' } : reasoning;
    return renderEffort(told, quirks.efforts, drops);
  }
  const isOn = !isOff(reasoning);
  const size = isOn ? renderSize(reasoning, quirks, drops) : {};
  return { ...renderSwitch(quirks.reasoning, isOn, size.budget), ...size.effort };
}

export function isOff({ effort, budget }: Reasoning): boolean {
  return effort === 'none' || (effort === undefined && budget === 0);
}

type Switch = Exclude<AllQuirks['reasoning'], 'none' | 'reasoning' | 'reasoning_effort'>;

function renderSwitch(form: Switch, isOn: boolean, budget: number | undefined): JsonObject {
  switch (form) {
    case 'reasoning.enabled':
      return { reasoning: { enabled: isOn } };
    case 'enable_thinking':
      return defined({ enable_thinking: isOn, thinking_budget: budget });
    case 'chat_template_kwargs':
      // The templates do not agree on the name, and do not mind one that is not theirs.
      return { chat_template_kwargs: { enable_thinking: isOn, thinking: isOn } };
    default: {
      const type = form === 'thinking' ? 'enabled' : 'adaptive';
      return { thinking: defined({ type: isOn ? type : 'disabled', budget_tokens: budget }) };
    }
  }
}

interface Size {
  readonly budget?: number;
  readonly effort?: JsonObject;
}

/** How much, beside a switch. */
function renderSize(reasoning: Reasoning, quirks: AllQuirks, drops: Drops): Size {
  switch (quirks.reasoningSize) {
    case 'effort':
      return { effort: renderEffort(reasoning, quirks.efforts, drops) };
    case 'budget': {
      const budget = tokensOf(reasoning) ?? budgetFor(reasoning.effort, quirks.maxBudget);
      return budget === undefined ? {} : { budget: Math.min(budget, quirks.maxBudget) };
    }
    default:
      if (reasoning.effort !== undefined || tokensOf(reasoning) !== undefined) drops.add('reasoning_effort');
      return {};
  }
}

/** Where there is a switch, a dynamic budget is nothing more than it. */
function renderEffort(reasoning: Reasoning, known: readonly Effort[], drops: Drops): JsonObject {
  const wanted = reasoning.effort ?? effortFor(tokensOf(reasoning));
  const effort = nearest(wanted, known);
  // A little less, or a little more, is what was meant; thinking where none was wanted is not.
  const isUnheard = wanted === 'none' ? effort !== 'none' : wanted !== undefined && effort === undefined;
  if (isUnheard) drops.add('reasoning_effort');
  return defined({ reasoning_effort: effort });
}

/** OpenRouter takes an effort or a number, not both. */
function renderObject(reasoning: Reasoning, known: readonly Effort[]): JsonObject {
  const { effort, budget, summary } = reasoning;
  const size = tokensOf(reasoning);
  return defined({
    effort: size === undefined || size === 0 ? nearest(effort ?? effortFor(size), known) : undefined,
    max_tokens: size === 0 ? undefined : size,
    enabled: budget === 'dynamic' && effort === undefined ? true : undefined,
    ...(summary === 'none' ? { exclude: true } : { summary }),
  });
}

function tokensOf({ budget }: Reasoning): number | undefined {
  return typeof budget === 'number' ? budget : undefined;
}

function effortFor(budget: number | undefined): Effort | undefined {
  if (budget === undefined) return undefined;
  return efforts.find((effort) => budgets[effort] >= budget && budgets[effort] <= budgets.high) ?? 'high';
}

/** The strongest effort is all that there may be. */
function budgetFor(effort: Effort | undefined, most: number): number | undefined {
  if (effort === undefined) return undefined;
  if (effort === 'max') return Number.isFinite(most) ? most : undefined;
  return budgets[effort];
}

/**
 * The nearest that the member knows; of two as near, the stronger, as vendors with three words of their own have it. Only
 * `none` itself turns reasoning off; where it cannot be turned off, it is the weakest.
 */
function nearest(effort: Effort | undefined, known: readonly Effort[]): Effort | undefined {
  if (effort === undefined || known.length === 0) return undefined;
  if (effort === 'none') return known.includes(effort) ? effort : known[0];
  const distance = (other: Effort): number => Math.abs(efforts.indexOf(other) - efforts.indexOf(effort));
  const [first, ...others] = known.filter((other) => other !== 'none');
  return others.reduce(
    (best, other) => (best !== undefined && distance(other) > distance(best) ? best : other),
    first,
  );
}
