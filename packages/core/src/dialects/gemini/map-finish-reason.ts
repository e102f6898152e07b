import type { Finish, FinishReason } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { extraOf, ownOf } from './own-extra.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  JAILBREAK: 'content-filter',
  RECITATION: 'recitation',
  IMAGE_RECITATION: 'recitation',
  MALFORMED_FUNCTION_CALL: 'malformed-tool-call',
  UNEXPECTED_TOOL_CALL: 'malformed-tool-call',
  TOO_MANY_TOOL_CALLS: 'other',
  LANGUAGE: 'other',
  NO_IMAGE: 'other',
  IMAGE_OTHER: 'other',
  OTHER: 'other',
  FINISH_REASON_UNSPECIFIED: 'other',
  // Asks for another request with the candidate's `continuationToken`.
  CONTINUATION: 'pause',
};

/** The nearest of Gemini's words for a reason that came from elsewhere. */
const words: Record<FinishReason, string> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'context-length': 'MAX_TOKENS',
  refusal: 'SAFETY',
  'content-filter': 'SAFETY',
  'prompt-blocked': 'SAFETY',
  recitation: 'RECITATION',
  // `CONTINUATION` would promise a token that only Gemini can give.
  pause: 'OTHER',
  'malformed-tool-call': 'MALFORMED_FUNCTION_CALL',
  other: 'OTHER',
};

const blockReasons = new Set([
  'BLOCKED_REASON_UNSPECIFIED',
  'SAFETY',
  'OTHER',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'IMAGE_SAFETY',
  'MODEL_ARMOR',
  'JAILBREAK',
]);

/** `hasCalls`: Gemini says `STOP` also where it waits for the results of its calls. */
export function parseFinish(raw: string | undefined, hasCalls: boolean, message?: string): Finish {
  const extra = extraOf(message === undefined ? undefined : { finishMessage: message });
  if (raw === undefined) return { reason: hasCalls ? 'tool-calls' : 'other', ...extra };
  const mapped = Object.hasOwn(reasons, raw) ? (reasons[raw] ?? 'other') : 'other';
  return { reason: mapped === 'stop' && hasCalls ? 'tool-calls' : mapped, raw, ...extra };
}

/** The fields of a candidate that tell why it ended. */
export function renderFinish(finish: Finish): JsonObject {
  const { raw, reason, extra } = finish;
  const own = raw !== undefined && isWordFor(raw, reason) ? raw : words[reason];
  return { finishReason: own, ...ownOf(extra) };
}

export function renderBlockReason({ raw }: Finish): string {
  return raw !== undefined && blockReasons.has(raw) ? raw : 'SAFETY';
}

function isWordFor(raw: string, reason: FinishReason): boolean {
  if (!Object.hasOwn(reasons, raw)) return false;
  return parseFinish(raw, false).reason === reason || parseFinish(raw, true).reason === reason;
}
