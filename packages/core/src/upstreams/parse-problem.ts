import { codecOf } from '../dialects/load-codecs.ts';
import { isList, isObject, numberOf, objectOf, parseJson } from '../dialects/shared/read.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { ProviderError } from '../protocol/chat-answer.ts';
import type { Codec } from '../protocol/codec.ts';
import type { JsonObject } from '../protocol/json.ts';

/**
 * The body of an answer; undefined where it is no JSON object. Vertex puts an error about a stream into a list, as it would
 * the stream: `[{"error":{"code":429,…}}]` is that error.
 */
export function readBody(bytes: Buffer): JsonObject | undefined {
  const value = parseJson(bytes.toString('utf8'));
  if (isObject(value)) return value;
  const only = isList(value) && value.length === 1 ? objectOf(value[0]) : undefined;
  return only !== undefined && 'error' in only ? only : undefined;
}

/** An answer that is an error, as its status says. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: JsonObject | undefined;
}

export function parseProblem(upstream: Codec, { status, headers, body }: ErrorAnswer): ProviderError {
  return codecFor(upstream, body).parseError(status, headers, body);
}

/** An error in the body of an answer whose status is fine: it gets the one that such an error has elsewhere. */
export function parseHiddenProblem(upstream: Codec, body: JsonObject): ProviderError {
  const codec = codecFor(upstream, body);
  const code = numberOf(objectOf(body['error'])?.['code']) ?? 0;
  const problem = codec.parseError(code >= 400 && code < 600 ? code : 502, {}, body);
  return { ...problem, status: codec.renderError(problem).status };
}

/** Whether an error is in the words of the dialect, so that its callers understand it as it is. */
export function isInOwnWords({ dialect }: Codec, body: JsonObject | undefined): boolean {
  return body !== undefined && (dialect !== 'anthropic-messages' || body['type'] === 'error');
}

/** Vertex refuses a call in Google's words, whosever model it is for: of quotas, and of models that it does not have. */
function codecFor(upstream: Codec, body: JsonObject | undefined): Codec {
  const error = objectOf(body?.['error']);
  const isGoogles = typeof error?.['code'] === 'number' && typeof error['status'] === 'string';
  return isGoogles && upstream.dialect === 'anthropic-messages' ? codecOf('gemini') : upstream;
}
