import { bufferOf } from '../protocol/buffer-of.ts';
import type { Dialect } from '../protocol/call.ts';

/**
 * How each dialect says, in an answer that is no error, that the vendor's filter has stopped it. A text of the model's
 * that quotes such words has its quotes escaped, and is not taken for one.
 */
const patterns: Readonly<Record<Dialect, RegExp>> = {
  'openai-chat': /"finish_reason"\s*:\s*"content_filter"/,
  'openai-responses': /"incomplete_details"\s*:\s*\{\s*"reason"\s*:\s*"content_filter"/,
  'anthropic-messages': /"stop_reason"\s*:\s*"refusal"/,
  gemini:
    /"blockReason"\s*:\s*"|"finishReason"\s*:\s*"(?:SAFETY|BLOCKLIST|PROHIBITED_CONTENT|SPII|RECITATION|IMAGE_SAFETY)"/,
  bedrock: /"stopReason"\s*:\s*"(?:content_filtered|guardrail_intervened)"/,
};

/** Whether a whole answer is one that the vendor's filter has stopped. */
export function isFiltered(dialect: Dialect, body: Uint8Array): boolean {
  return patterns[dialect].test(bufferOf(body).toString('latin1'));
}
