import type { Reasoning } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { efforts } from '../shared/effort.ts';
import { defined, isEmpty, restOf } from '../shared/read.ts';
import { wantBoolean, wantCount, wantObject, wantString } from '../shared/want.ts';

interface ReadReasoning {
  readonly reasoning?: Reasoning;
  /** What of it there is no word for, under the names that it had. */
  readonly extra: JsonObject;
}

/**
 * How much the model is to think, in any of the family's forms: `reasoning_effort` (OpenAI), `reasoning` (OpenRouter),
 * `thinking` (Anthropic's, also Zhipu, Volcengine, Moonshot), `enable_thinking` and `thinking_budget` (Qwen).
 */
export function parseReasoningOption(body: JsonObject): ReadReasoning {
  const object = wantObject(body['reasoning'], 'reasoning') ?? {};
  const thinking = wantObject(body['thinking'], 'thinking') ?? {};
  const kind = wantString(thinking['type'], 'thinking.type');
  const enabled =
    wantBoolean(body['enable_thinking'], 'enable_thinking') ??
    wantBoolean(object['enabled'], 'reasoning.enabled') ??
    (kind === undefined ? undefined : kind !== 'disabled');
  const budget =
    wantCount(object['max_tokens'], 'reasoning.max_tokens') ??
    wantCount(thinking['budget_tokens'], 'thinking.budget_tokens') ??
    wantCount(body['thinking_budget'], 'thinking_budget');
  const word =
    wantString(body['reasoning_effort'], 'reasoning_effort') ??
    wantString(object['effort'], 'reasoning.effort');
  const effort = efforts.find((known) => known === word);
  const reasoning: Reasoning = defined({
    // "default" and whatever else members invent goes on as it came.
    effort: effort ?? (enabled === false ? 'none' : undefined),
    budget: budget ?? (enabled === true && effort === undefined ? ('dynamic' as const) : undefined),
    summary: readSummary(object),
  });
  return {
    ...(isEmpty(reasoning) ? {} : { reasoning }),
    extra: defined({
      reasoning_effort: word !== undefined && effort === undefined ? word : undefined,
      reasoning: restOf(object, ['effort', 'max_tokens', 'enabled', 'exclude', 'summary']),
      thinking: restOf(thinking, ['type', 'budget_tokens']),
    }),
  };
}

const summaries = ['none', 'auto', 'concise', 'detailed'] as const;

function readSummary(object: JsonObject): Reasoning['summary'] {
  if (wantBoolean(object['exclude'], 'reasoning.exclude') === true) return 'none';
  return summaries.find((known) => known === object['summary']);
}
