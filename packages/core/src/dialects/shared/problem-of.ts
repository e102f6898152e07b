import { type GatewayErrorCode, toGatewayError } from '../../errors.ts';
import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import { toWireError } from '../openai-chat/word-error.ts';

/** Where a code of ours is not just bad input or a failing server. */
const kinds: Partial<Record<GatewayErrorCode, ProblemKind>> = {
  VE_BODY_TOO_LARGE: 'too-large',
  VE_BODY_TIMEOUT: 'timeout',
  VE_UNAUTHENTICATED: 'authentication',
  VE_MODEL_NOT_FOUND: 'model-not-found',
  VE_OPERATION_UNSUPPORTED: 'model-not-found',
  VE_ROUTE_NOT_FOUND: 'not-found',
  VE_TARGET_BUSY: 'overloaded',
  VE_CLOSING: 'overloaded',
  VE_UPSTREAM_DRAINED: 'overloaded',
  VE_STORE_FAILED: 'server',
  VE_FILE_NOT_FOUND: 'not-found',
  VE_TASK_NOT_FOUND: 'not-found',
  VE_RATE_LIMITED: 'rate-limit',
  VE_UPSTREAM_COOLING: 'rate-limit',
  VE_BUDGET_EXCEEDED: 'quota',
  VE_UPSTREAM_TIMEOUT: 'timeout',
  VE_DEADLINE: 'timeout',
};

/** An error of the gateway's own in no vendor's words, for a dialect to render. */
export function problemOf(thrown: unknown): ProviderError {
  const error = toGatewayError(thrown);
  const { status, error: wire } = toWireError(error);
  const { retryAfter, budget } = error.details;
  return {
    kind: budget?.isHeld === true ? 'rate-limit' : (kinds[error.code] ?? kindOfStatus(status)),
    status,
    message: wire.message,
    ...(wire.param === null ? {} : { parameter: wire.param }),
    ...(wire.code === null ? {} : { code: wire.code }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function kindOfStatus(status: number): ProblemKind {
  if (status === 429) return 'rate-limit';
  if (status === 413) return 'too-large';
  if (status === 404) return 'not-found';
  if (status === 401) return 'authentication';
  if (status === 403) return 'permission';
  if (status === 503 || status === 529) return 'overloaded';
  if (status === 504 || status === 408) return 'timeout';
  return status < 500 ? 'invalid-request' : 'server';
}
