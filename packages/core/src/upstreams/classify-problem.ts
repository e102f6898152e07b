import { GatewayError, type UpstreamAnswer } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Problem } from './answer-reading.ts';
import { classifyStatus } from './classify-failure.ts';
import type { Secrets } from './hide-secrets.ts';
import { pickResponseHeaders } from './response-headers.ts';

/** What is known of an answer that is an error. */
export interface ProblemPlace {
  /** The upstream's name. */
  readonly upstream: string;
  /** All of the answer's. */
  readonly headers: HeaderMap;
  readonly secrets: Secrets;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The caller has the upstream's own words, whatever the status. */
  readonly isShown: boolean;
}

/** An error of an upstream's, with what the caller may see of it. */
export function classifyProblem(
  { status, answer, retryAfter }: Problem,
  { upstream, headers, secrets, now, isShown }: ProblemPlace,
): GatewayError {
  // Callers look for it in the header, wherever the upstream has said it.
  const told = retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1000)) };
  const shown = {
    ...answer,
    headers: pickResponseHeaders({ ...told, ...headers, ...answer.headers }, secrets),
    body: secrets.hideInError(Buffer.from(answer.body)),
  };
  const { location } = headers;
  const error = classifyStatus(upstream, shown, now, { status, retryAfter, location });
  return isShown ? withAnswer(error, shown) : error;
}

/** What is about the gateway's own key stays here all the same. */
function withAnswer(error: GatewayError, answer: UpstreamAnswer): GatewayError {
  const { code, details, failure } = error;
  if (code !== 'VE_UPSTREAM_STATUS' || failure === undefined) return error;
  return new GatewayError(code, details, { failure: { ...failure, answer } });
}
