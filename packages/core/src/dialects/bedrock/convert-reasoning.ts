import type { Reasoning } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { type Effort, isEffort } from '../shared/effort.ts';
import { filled, numberOf, objectOf, optional, stringOf } from '../shared/read.ts';
import type { ModelFamily } from './model-family.ts';

/**
 * Effort and budget, where a model knows only the other one:
 *
 * | effort  | budget that stands for it | budgets that mean it |
 * |---------|---------------------------|----------------------|
 * | none    | (off)                     | 0                    |
 * | minimal | 1,024                     |                      |
 * | low     | 2,048                     | up to 4,096          |
 * | medium  | 8,192                     | up to 12,288         |
 * | high    | 16,384                    | up to 20,480         |
 * | xhigh   | 24,576                    | more                 |
 * | max     | 27,904                    |                      |
 *
 * The largest leaves 4,096 tokens for the answer within the 32,000 that the smallest of these models can write.
 */
const budgets: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: 27_904,
};

/** Claude thinks with at least so many tokens. */
export const leastBudget = 1024;

/** Fields of `additionalModelRequestFields` that say how a model is to think, by vendor. */
export const reasoningFields: readonly string[] = [
  'thinking',
  'output_config',
  'reasoning_config',
  'reasoningConfig',
  'reasoning_effort',
  'reasoning',
];

/** The caller asked for no reasoning at all. */
export function isOff({ effort, budget }: Reasoning): boolean {
  return budget === undefined ? effort === 'none' : budget === 0;
}

export function budgetOf({ effort, budget }: Reasoning): number {
  if (typeof budget === 'number') return Math.max(leastBudget, budget);
  return effort === undefined || effort === 'none' ? budgets.medium : budgets[effort];
}

function effortOf({ effort, budget }: Reasoning): Effort | undefined {
  if (effort !== undefined || typeof budget !== 'number') return effort;
  if (budget === 0) return 'none';
  if (budget <= 4096) return 'low';
  if (budget <= 12_288) return 'medium';
  return budget <= 20_480 ? 'high' : 'xhigh';
}

/** What the fields say, in whatever vendor's spelling; undefined where they say nothing. */
export function parseReasoning(fields: JsonObject): Reasoning | undefined {
  const thinking = objectOf(fields['thinking']) ?? objectOf(fields['reasoning_config']);
  const nova = objectOf(fields['reasoningConfig']);
  const effort =
    stringOf(objectOf(fields['output_config'])?.['effort']) ??
    stringOf(nova?.['maxReasoningEffort']) ??
    stringOf(fields['reasoning_effort']) ??
    stringOf(objectOf(fields['reasoning'])?.['effort']);
  const known = isEffort(effort) ? effort : undefined;
  if (thinking?.['type'] === 'disabled' || nova?.['type'] === 'disabled') return { effort: 'none' };
  const budget = numberOf(thinking?.['budget_tokens']);
  const isAdaptive = thinking?.['type'] === 'adaptive' && known === undefined;
  const display = thinking?.['display'];
  const reasoning: Reasoning = {
    ...optional('effort', known),
    ...optional('budget', budget ?? (isAdaptive ? 'dynamic' : undefined)),
    ...optional('summary', display === 'summarized' ? 'auto' : display === 'omitted' ? 'none' : undefined),
  };
  return filled(reasoning);
}

/** The fields for a model of this family; undefined where it cannot be told. Budgets of Claude are for the caller to fit. */
export function renderReasoning(reasoning: Reasoning, family: ModelFamily): JsonObject | undefined {
  const off = isOff(reasoning);
  const effort = effortOf(reasoning);
  switch (family.vendor) {
    case 'claude':
      return claudeFields(reasoning, family);
    case 'nova':
      if (family.thinking === 'none') return off ? {} : undefined;
      if (off) return { reasoningConfig: { type: 'disabled' } };
      return { reasoningConfig: { type: 'enabled', maxReasoningEffort: ofThree(effort) } };
    case 'gpt-oss':
    case 'kimi':
      return off ? undefined : { reasoning_effort: ofThree(effort) };
    case 'openai':
      return { reasoning: { effort: effort === 'minimal' ? 'low' : (effort ?? 'medium') } };
    default:
      return off ? {} : undefined;
  }
}

function ofThree(effort: Effort | undefined): string {
  if (effort === 'minimal' || effort === 'low') return 'low';
  return effort === undefined || effort === 'medium' ? 'medium' : 'high';
}

function claudeFields(
  reasoning: Reasoning,
  { thinking, alwaysThinks, version }: ModelFamily,
): JsonObject | undefined {
  if (isOff(reasoning))
    return thinking === 'none' ? {} : alwaysThinks ? undefined : { thinking: { type: 'disabled' } };
  if (thinking === 'none') return undefined;
  if (thinking === 'budget') return { thinking: { type: 'enabled', budget_tokens: budgetOf(reasoning) } };
  const effort = effortOf(reasoning);
  const display =
    reasoning.summary === undefined ? undefined : reasoning.summary === 'none' ? 'omitted' : 'summarized';
  return {
    thinking: { type: 'adaptive', ...optional('display', display) },
    ...optional(
      'output_config',
      effort === undefined ? undefined : { effort: claudeEffort(effort, version) },
    ),
  };
}

/** Claude knows `low`, `medium`, `high` and `max`, and from 4.7 on `xhigh`. */
function claudeEffort(effort: Effort, version = 0): Effort {
  if (effort === 'minimal') return 'low';
  return effort === 'xhigh' && version < 407 ? 'high' : effort;
}
