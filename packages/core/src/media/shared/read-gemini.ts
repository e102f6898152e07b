import { parseCounts } from '../../dialects/gemini/convert-usage.ts';
import { field, objectField } from '../../dialects/gemini/read.ts';
import { defined, fieldsOf, filled, listOf, protocolError, wordOf } from '../../dialects/shared/read.ts';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/usage.ts';

/** The parts of the first answer, but for thoughts. */
export function partsOf(body: JsonObject): readonly JsonObject[] {
  const content = objectField(candidateOf(body), 'content') ?? {};
  return listOf(field(content, 'parts'))
    .map(fieldsOf)
    .filter(({ thought }) => thought !== true);
}

/** Why the model has stopped; undefined while it goes on. */
export function finishOf(body: JsonObject): string | undefined {
  return wordOf(field(candidateOf(body), 'finishReason'));
}

function candidateOf(body: JsonObject): JsonObject {
  return fieldsOf(listOf(field(body, 'candidates'))[0]);
}

const filters = /SAFETY|BLOCKLIST|PROHIBITED|SPII|RECITATION|MODEL_ARMOR|JAILBREAK/;

/** The error for an answer that Google's filters have left nothing of; undefined where that is not why. */
export function filteredBy(body: JsonObject): GatewayError | undefined {
  const finish = finishOf(body) ?? '';
  const reason =
    wordOf(field(objectField(body, 'promptFeedback') ?? {}, 'blockReason')) ??
    (filters.test(finish) ? finish : undefined);
  if (reason === undefined) return undefined;
  const message = `Your request was rejected by the safety system of the model: ${reason}.`;
  const error = { message, type: 'invalid_request_error', param: null, code: 'content_filter' };
  const answer = {
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ error })),
  };
  return new GatewayError(
    'VE_UPSTREAM_STATUS',
    { upstreamStatus: 400 },
    { failure: { retry: 'never', health: 'success', sent: true, refusal: 'content-filter', answer } },
  );
}

/** The error for an answer that ends before all is said; undefined where it does not. */
export function cutOff(body: JsonObject): GatewayError | undefined {
  return finishOf(body) === 'MAX_TOKENS' ? protocolError('the answer is cut off: it is too long') : undefined;
}

/** What Google has counted, where it tells. */
export function countedIn(body: JsonObject): Usage | undefined {
  const metadata = objectField(body, 'usageMetadata');
  const counts = metadata && parseCounts(metadata);
  if (counts === undefined) return undefined;
  const media = filled(
    defined({ audioInputTokens: counts.inputAudio, audioOutputTokens: counts.outputAudio }),
  );
  return {
    inputTokens: counts.input,
    outputTokens: counts.output,
    cachedInputTokens: counts.cacheRead ?? 0,
    reasoningTokens: counts.reasoning ?? 0,
    ...defined({ media }),
  };
}
