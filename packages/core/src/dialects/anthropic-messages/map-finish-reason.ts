import type { Finish, FinishReason } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, isObject, wordOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  // The answer ends with a summary of the conversation, to be sent again.
  compaction: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-length',
};

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
  'prompt-blocked': 'refusal',
  recitation: 'refusal',
  'context-length': 'model_context_window_exceeded',
  pause: 'pause_turn',
  'malformed-tool-call': 'end_turn',
  other: 'end_turn',
};

/** `reason`, `sequence` and `details` as on the wire; `isJsonOnly`: the only tool that was called stands for JSON. */
export function parseFinish(
  reason: Json | undefined,
  sequence: Json | undefined,
  about: { details?: Json | undefined; isJsonOnly: boolean },
): Finish {
  const raw = wordOf(reason);
  const known = raw === undefined || !Object.hasOwn(reasons, raw) ? 'other' : (reasons[raw] ?? 'other');
  return {
    reason: known === 'tool-calls' && about.isJsonOnly ? 'stop' : known,
    ...defined({ raw, sequence: typeof sequence === 'string' ? sequence : undefined }),
    ...extraOf(isObject(about.details) ? { stop_details: about.details } : undefined),
  };
}

/** `stop_reason`, `stop_sequence` and `stop_details`. `hasCalls`: callers look for `tool_use` before they run tools. */
export function renderFinish(finish: Finish, hasCalls: boolean): JsonObject {
  const { reason, raw, sequence } = finish;
  const own =
    raw !== undefined && Object.hasOwn(reasons, raw) && reasons[raw] === reason ? raw : words[reason];
  const word = reason === 'stop' && hasCalls ? 'tool_use' : own;
  return {
    stop_reason: word,
    stop_sequence: sequence ?? null,
    stop_details: ownOf(finish.extra)['stop_details'] ?? explain(finish),
  };
}

/** What was no refusal of Claude's says what it was. */
function explain({ reason, raw }: Finish): JsonObject | null {
  if (reason === 'refusal' || words[reason] !== 'refusal') return null;
  return { type: 'refusal', category: null, explanation: raw === undefined ? reason : `${reason}: ${raw}` };
}
