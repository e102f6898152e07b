import type { HeaderMap } from '../protocol/answer.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';

/** Headers of the caller that an upstream may see. No credential of the host's is among them, and none can be added. */
const forwarded = ['openai-beta', 'traceparent', 'tracestate', 'x-client-request-id'] as const;

export function forwardedHeaders(headers: RequestHeaders): HeaderMap {
  const picked: HeaderMap = {};
  for (const name of forwarded) {
    const value = headers[name];
    if (typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value)) picked[name] = value;
  }
  return picked;
}
