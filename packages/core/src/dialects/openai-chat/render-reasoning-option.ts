import type { Reasoning } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from './drops.ts';
import { efforts } from './parse-reasoning-option.ts';
import type { AllQuirks, Effort } from './quirks.ts';
import { defined } from './read.ts';

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
  const isOff = effort === 'none' || (effort === undefined && budget === 0);
  const size = typeof budget === 'number' ? budget : undefined;
  if (summary !== undefined && quirks.reasoning !== 'reasoning') drops.add('reasoning.summary');
  switch (quirks.reasoning) {
    case 'none':
      if (effort !== undefined || budget !== undefined) drops.add('reasoning_effort');
      return {};
    case 'reasoning_effort':
      // A dynamic budget is what the model does unasked.
      return defined({ reasoning_effort: nearest(effort ?? effortFor(size), quirks.efforts) });
    case 'reasoning':
      return { reasoning: renderObject(reasoning, quirks.efforts) };
    case 'thinking':
      if (isOff) return { thinking: { type: 'disabled' } };
      return { thinking: defined({ type: 'enabled', budget_tokens: size ?? budgetFor(effort) }) };
    case 'enable_thinking':
      if (isOff) return { enable_thinking: false };
      return defined({ enable_thinking: true, thinking_budget: size ?? budgetFor(effort) });
    default:
      return {};
  }
}

/** OpenRouter takes an effort or a number, not both. */
function renderObject({ effort, budget, summary }: Reasoning, known: readonly Effort[]): JsonObject {
  const size = typeof budget === 'number' ? budget : undefined;
  return defined({
    effort: size === undefined || size === 0 ? nearest(effort ?? effortFor(size), known) : undefined,
    max_tokens: size === 0 ? undefined : size,
    enabled: budget === 'dynamic' && effort === undefined ? true : undefined,
    ...(summary === 'none' ? { exclude: true } : { summary }),
  });
}

function effortFor(budget: number | undefined): Effort | undefined {
  if (budget === undefined) return undefined;
  return efforts.find((effort) => budgets[effort] >= budget && budgets[effort] <= budgets.high) ?? 'high';
}

function budgetFor(effort: Effort | undefined): number | undefined {
  return effort === undefined ? undefined : budgets[effort];
}

/** The nearest that the member knows; of two as near, the weaker. */
function nearest(effort: Effort | undefined, known: readonly Effort[]): Effort | undefined {
  if (effort === undefined || known.length === 0) return undefined;
  const distance = (other: Effort): number => Math.abs(efforts.indexOf(other) - efforts.indexOf(effort));
  return known.reduce((best, other) => (distance(other) < distance(best) ? other : best));
}
