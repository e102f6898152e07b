import type { ReplyPart } from '../../replies/compose-reply.ts';
import type { ScriptedReply } from '../../replies/scripted-reply.ts';
import type { JsonObject } from '../../wire/read-json.ts';

const reasons: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

/** Why the model stopped, in Anthropic's words. A refusal's own words are its explanation. */
export function renderStop(reply: ScriptedReply, part: Extract<ReplyPart, { type: 'finish' }>): JsonObject {
  const isSequence = part.stopSequence !== undefined && part.reason === 'stop';
  const reason =
    reply.refusal !== undefined && part.reason === 'stop'
      ? 'refusal'
      : isSequence
        ? 'stop_sequence'
        : (reasons[part.reason] ?? part.reason);
  return {
    stop_reason: reason,
    stop_sequence: isSequence ? part.stopSequence : null,
    stop_details:
      reason === 'refusal' ? { type: 'refusal', category: null, explanation: reply.refusal ?? null } : null,
  };
}
