import { type FailureFacts, GatewayError } from '../errors.ts';
import type { Call, Operation } from '../protocol/call.ts';

/** What is paid for when it is made, whether or not anybody hears of it. */
const paid: ReadonlySet<Operation> = new Set(['images', 'image-edits', 'image-variations', 'video']);

/** What callers ask of an upstream itself may make something, unless it only asks. */
const asking: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export function isPaidCreation({ operation, native }: Pick<Call, 'operation' | 'native'>): boolean {
  return paid.has(operation) || (native?.passing !== undefined && !asking.has(native.method));
}

/** Its body is gone once it was sent, whether or not it has arrived. */
export function isOnce({ native }: Pick<Call, 'native'>): boolean {
  const body = native?.body;
  return body !== undefined && !(body instanceof Uint8Array) && !body.isReplayable;
}

/** Something before the upstream has given up waiting for it. */
const unanswered: ReadonlySet<number> = new Set([408, 502, 504]);
/** The upstream says itself that it has not begun. */
const notBegun: ReadonlySet<number> = new Set([429, 503]);

/**
 * What the failure of a paid creation means: it is made again only where it was certainly not made. Where nobody knows, it is
 * said so. `isCutOff`: the gateway gave it up while an upstream was at it.
 */
export function asPaid(error: GatewayError, isCutOff: boolean): GatewayError {
  const { failure, details } = error;
  if (failure === undefined && isCutOff && error.code !== 'VE_CLIENT_CLOSED')
    return new GatewayError('VE_OUTCOME_UNKNOWN', {}, { cause: error });
  if (failure === undefined || !failure.sent) return error;
  const { upstream, upstreamStatus: status } = details;
  if (error.code === 'VE_UPSTREAM_KEY' || (status !== undefined && notBegun.has(status))) return error;
  const isAnswered = error.code === 'VE_UPSTREAM_STATUS' && !unanswered.has(status ?? 0);
  if (isAnswered) return isAskedAgain(status ?? 0) ? asFinal(error, failure) : asNever(error, failure);
  return new GatewayError('VE_OUTCOME_UNKNOWN', upstream === undefined ? {} : { upstream }, {
    cause: error,
    failure: { retry: 'never', health: failure.health, sent: true },
  });
}

/** The vendors' clients ask again by themselves, unless they are told not to. */
function isAskedAgain(status: number): boolean {
  return status === 409 || status >= 500;
}

function asNever(error: GatewayError, failure: FailureFacts): GatewayError {
  if (failure.retry === 'never') return error;
  const { code, details, cause } = error;
  return new GatewayError(code, details, { cause, failure: { ...failure, retry: 'never' } });
}

function asFinal({ code, details, cause }: GatewayError, failure: FailureFacts): GatewayError {
  const { answer } = failure;
  const told = answer && { ...answer, headers: { ...answer.headers, 'x-should-retry': 'false' } };
  const facts: FailureFacts = { ...failure, retry: 'never', ...(told && { answer: told }) };
  return new GatewayError(code, { ...details, isFinal: true }, { cause, failure: facts });
}
