import type { Finish, FinishReason } from '../../protocol/chat-answer.ts';
import type { Json } from '../../protocol/json.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  stop_sequence: 'stop-sequence',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  model_context_window_exceeded: 'context-length',
  malformed_tool_use: 'malformed-tool-call',
  malformed_model_output: 'other',
};

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'content_filtered',
  'content-filter': 'content_filtered',
  'prompt-blocked': 'guardrail_intervened',
  recitation: 'content_filtered',
  'context-length': 'model_context_window_exceeded',
  pause: 'end_turn',
  'malformed-tool-call': 'malformed_tool_use',
  other: 'end_turn',
};

/** Why Bedrock stopped; a word that is not known is kept in `raw`. */
export function parseFinish(stopReason: Json | undefined): Finish {
  if (typeof stopReason !== 'string') return { reason: 'other' };
  const reason = Object.hasOwn(reasons, stopReason) ? reasons[stopReason] : undefined;
  return { reason: reason ?? 'other', raw: stopReason };
}

/** Bedrock's word; the very one it came with, where it came from here. */
export function renderStopReason({ reason, raw }: Finish): string {
  if (raw !== undefined && Object.hasOwn(reasons, raw) && reasons[raw] === reason) return raw;
  return words[reason];
}
