import type { Reasoning } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Effort } from '../shared/effort.ts';
import { defined, filled } from '../shared/read.ts';
import type { FieldReader } from './field-reader.ts';
import { generationOf } from './model-facts.ts';

/**
 * Effort in the words of each generation. Gemini 3 has levels, and its Pro models neither `minimal` nor off; Gemini 2.5
 * has budgets in tokens, Google's own figures for OpenAI's words, kept within what each model allows.
 *
 * | effort  | 3 Flash | 3 Pro | 2.5 Flash | 2.5 Flash-Lite | 2.5 Pro |
 * |---------|---------|-------|-----------|----------------|---------|
 * | none    | MINIMAL | LOW   | 0         | 0              | 128     |
 * | minimal | MINIMAL | LOW   | 512       | 512            | 512     |
 * | low     | LOW     | LOW   | 1024      | 1024           | 1024    |
 * | medium  | MEDIUM  | MEDIUM| 8192      | 8192           | 8192    |
 * | high    | HIGH    | HIGH  | 24576     | 24576          | 24576   |
 * | xhigh, max | HIGH | HIGH  | 24576     | 24576          | 32768   |
 */
const budgets: Record<Effort, number> = {
  none: 0,
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
  max: 32_768,
};

const levels: Record<Effort, string> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

const efforts: Readonly<Record<string, Effort>> = {
  MINIMAL: 'minimal',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
};

/** The neutral form of a `thinkingConfig`, and what of it has none. */
export function parseThinking(config: FieldReader): {
  reasoning: Reasoning | undefined;
  rest: JsonObject | undefined;
} {
  const budget = config.number('thinkingBudget');
  const level = config.text('thinkingLevel');
  const effort = level === undefined ? undefined : efforts[level.toUpperCase()];
  const shown = config.boolean('includeThoughts');
  const reasoning = defined({
    effort,
    budget: budget === undefined || budget >= 0 ? budget : ('dynamic' as const),
    summary: shown === undefined ? undefined : shown ? ('auto' as const) : ('none' as const),
  });
  const unknownLevel = level !== undefined && effort === undefined ? { thinkingLevel: level } : {};
  const rest = { ...config.rest(), ...unknownLevel };
  return {
    reasoning: filled(reasoning),
    rest: filled(rest),
  };
}

export function renderThinking(
  { effort, budget, summary }: Reasoning,
  model: string,
  drop: (name: string) => void,
): JsonObject {
  const generation = generationOf(model);
  if (generation !== undefined && generation < 2.5) {
    // These do not think, and refuse the whole request for being asked to.
    if (effort !== undefined && effort !== 'none') drop('reasoning_effort');
    if (budget !== undefined && budget !== 0) drop('reasoning.budget');
    return {};
  }
  // They think with less than that, but they do.
  const isOff = effort === 'none' || (effort === undefined && budget === 0);
  if (isOff && isPro(model)) drop('reasoning_effort');
  const includeThoughts = summary === undefined ? undefined : summary !== 'none';
  if (generation !== undefined && generation < 3) {
    const asked = budget ?? (effort === undefined ? undefined : budgets[effort]);
    return defined({
      thinkingBudget: asked === undefined ? undefined : within(asked, model),
      includeThoughts,
    });
  }
  // A request with both is refused; the level is what these models are made for.
  if (effort !== undefined) return defined({ thinkingLevel: levelOf(effort, model), includeThoughts });
  return defined({ thinkingBudget: budget === 'dynamic' ? -1 : budget, includeThoughts });
}

function levelOf(effort: Effort, model: string): string {
  const level = levels[effort];
  return level === 'MINIMAL' && isPro(model) ? 'LOW' : level;
}

/** They cannot be told not to think. */
function isPro(model: string): boolean {
  return /-pro\b/.test(model);
}

function within(budget: number | 'dynamic', model: string): number {
  if (budget === 'dynamic') return -1;
  if (isPro(model)) return Math.min(Math.max(budget, 128), 32_768);
  const least = budget > 0 && model.includes('flash-lite') ? 512 : 0;
  return Math.min(Math.max(budget, least), 24_576);
}
