import type { ReplyPart } from '../../replies/compose-reply.ts';
import type { ScriptedReply } from '../../replies/scripted-reply.ts';
import type { JsonObject } from '../../wire/read-json.ts';

const reasons: Readonly<Record<string, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  tool_calls: 'STOP',
  content_filter: 'SAFETY',
};

const categories = ['SEXUALLY_EXPLICIT', 'HATE_SPEECH', 'HARASSMENT', 'DANGEROUS_CONTENT'];

/** Why a candidate ended, in Google's words. A refusal's own words are its message. */
export function renderFinish(reply: ScriptedReply, part: Extract<ReplyPart, { type: 'finish' }>): JsonObject {
  const isRefusal = reply.refusal !== undefined && part.reason === 'stop';
  const finishReason = isRefusal ? 'SAFETY' : (reasons[part.reason] ?? part.reason);
  return {
    finishReason,
    ...(isRefusal ? { finishMessage: reply.refusal } : {}),
    ...(finishReason === 'MALFORMED_FUNCTION_CALL'
      ? { finishMessage: 'Malformed function call: call:default_api:f{' }
      : {}),
    ...(finishReason === 'SAFETY'
      ? {
          safetyRatings: categories.map((category) => ({
            category: `HARM_CATEGORY_${category}`,
            probability: category === 'DANGEROUS_CONTENT' ? 'HIGH' : 'NEGLIGIBLE',
            ...(category === 'DANGEROUS_CONTENT' ? { blocked: true } : {}),
          })),
        }
      : {}),
  };
}
