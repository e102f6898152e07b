import type { HeaderMap } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';

/** Headers of the caller that any upstream may see. No credential of the host's is among them, and none can be added. */
const common = ['traceparent', 'tracestate'] as const;

/** And those that an upstream of the caller's own dialect may see. */
const own: Readonly<Record<Dialect, readonly string[]>> = {
  'openai-chat': ['openai-beta', 'x-client-request-id'],
  'openai-responses': ['openai-beta', 'x-client-request-id'],
  'anthropic-messages': ['anthropic-beta', 'anthropic-version'],
  gemini: [],
  bedrock: [],
};

export function forwardedHeaders(headers: RequestHeaders, dialect: Dialect): HeaderMap {
  const picked: HeaderMap = {};
  pick(common, headers, picked);
  pick(own[dialect], headers, picked);
  return picked;
}

function pick(names: readonly string[], headers: RequestHeaders, picked: HeaderMap): void {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value)) picked[name] = value;
  }
}
