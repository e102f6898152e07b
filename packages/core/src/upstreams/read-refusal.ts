import type { FailureFacts, UpstreamAnswer } from '../errors.ts';

/** The sentence that says it stands at the beginning. */
const longestRead = 8192;

/**
 * As the vendors word it: OpenAI `context_length_exceeded`; Anthropic "prompt is too long"; Google "input token count
 * (…) exceeds the maximum"; Bedrock "Input is too long for requested model"; Mistral and others "too large for model
 * with … maximum context length"; vLLM "maximum context length is".
 */
const tooLong =
  /context_length_exceeded|context[ _]?(?:length|window)|prompt is too long|input is too long|too many (?:input |total )?tokens|token count[^.]{0,80}exceed|exceed[^.]{0,80}(?:token limit|max(?:imum)?[ _](?:input[ _])?tokens|maximum number of tokens)/i;

/**
 * OpenAI and Azure `content_policy_violation`, `content_filter`, `ResponsibleAIPolicyViolation`; Google
 * `PROHIBITED_CONTENT`, "blocked"; DashScope `data_inspection_failed`; Zhipu and Volcengine "sensitive"; xAI, DeepSeek
 * "Content Exists Risk".
 */
const filtered =
  /content_filter|content_policy|content management policy|ResponsibleAIPolicy|PROHIBITED_CONTENT|data_inspection_failed|DataInspectionFailed|Content Exists Risk|SensitiveContent|sensitive content|safety (?:system|filter|polic)|blocked (?:by|due to|because)|usage polic|moderation_blocked|flagged/i;

/** What a refusal is about, where another model may not refuse; nothing for a mistake of the caller's. */
export function readRefusal({ status, body }: UpstreamAnswer): Pick<FailureFacts, 'refusal'> {
  if (status !== 400 && status !== 413 && status !== 422 && status !== 403) return {};
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, longestRead)).toString(
    'utf8',
  );
  if (filtered.test(text)) return { refusal: 'content-filter' };
  return tooLong.test(text) ? { refusal: 'context-length' } : {};
}
