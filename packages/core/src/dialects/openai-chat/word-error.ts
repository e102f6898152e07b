import { type GatewayError, type GatewayErrorDetails, toGatewayError } from '../../errors.ts';
import type { HeaderMap } from '../../protocol/answer.ts';
import { because, didYouMean, upstreamOf, wordConflict } from './word-details.ts';
import { rateLimitType, wordRateLimit } from './word-rate-limit.ts';

/** The body of an OpenAI error; `code` is what their SDKs show as `error.code`. */
export interface WireError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

export interface RenderedError {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Buffer;
}

type Wording = readonly [
  status: number,
  type: string,
  code: string,
  message: (details: GatewayErrorDetails) => string,
];

const invalid = 'invalid_request_error';
const gateway = 'gateway_error';
const timeout = 'timeout_error';

/** How each code of ours reads in OpenAI's words. Types and codes are theirs where they have one for it. */
const wordings: Record<GatewayError['code'], Wording> = {
  VE_OPTIONS_INVALID: [500, gateway, 'misconfigured', () => 'The gateway is not configured correctly.'],
  VE_PATH_INVALID: [
    400,
    invalid,
    'invalid_path',
    () => 'The path must be plain: no "..", "//", backslash or encoded form of them.',
  ],
  VE_ROUTE_NOT_FOUND: [
    404,
    invalid,
    'unknown_url',
    () => 'There is nothing at this address. The API is below /v1.',
  ],
  VE_METHOD_NOT_ALLOWED: [
    405,
    invalid,
    'method_not_allowed',
    (d) => `This address takes ${d.allow?.join(' or ') ?? 'another method'} only.`,
  ],
  VE_CONTENT_TYPE_UNSUPPORTED: [
    415,
    invalid,
    'unsupported_media_type',
    ({ accept = ['application/json'] }) =>
      `The body must be ${accept.includes('application/json') ? 'JSON' : 'a form'}: send it with "content-type: ${accept.join('" or "')}".`,
  ],
  VE_CONTENT_ENCODING_UNSUPPORTED: [
    415,
    invalid,
    'unsupported_content_encoding',
    () => 'The body must not be compressed: leave out "content-encoding".',
  ],
  VE_BODY_TOO_LARGE: [
    413,
    invalid,
    'request_too_large',
    (d) =>
      d.parameter === undefined
        ? `The body is larger than ${d.limit ?? 0} bytes, the most that is taken here.`
        : `The files are larger than ${d.limit ?? 0} bytes, the most that is held in memory; here they are not written to a disk.`,
  ],
  VE_BODY_TIMEOUT: [408, timeout, 'request_timeout', () => 'The body did not arrive in time.'],
  VE_BODY_INVALID: [
    400,
    invalid,
    'invalid_json',
    (d) =>
      d.position === undefined
        ? `The body could not be read: ${d.reason ?? 'it is malformed'}.`
        : `The body could not be read as JSON: ${d.reason ?? 'it is malformed'} (at byte ${d.position}).`,
  ],
  VE_BODY_CONSUMED: [
    500,
    gateway,
    'body_consumed',
    () =>
      'The body was read before the gateway saw the request, and nothing of it was kept. Mount the gateway before body parsers.',
  ],
  VE_PARAMETER_MISSING: [
    400,
    invalid,
    'missing_required_parameter',
    (d) => `Missing required parameter: '${d.parameter}'.`,
  ],
  VE_PARAMETER_INVALID: [
    400,
    invalid,
    'invalid_value',
    (d) => `Invalid '${d.parameter}': ${d.reason ?? 'the value is not allowed'}.`,
  ],
  VE_PARAMETER_UNSUPPORTED: [
    400,
    invalid,
    'unsupported_parameter',
    (d) =>
      `Unsupported parameter: '${d.parameter}' cannot be told to the upstream of the model '${d.model}'${d.reason === undefined ? '' : `; nor can ${d.reason}`}. Leave it out, or use another model.`,
  ],
  VE_RESPONSE_NOT_FOUND: [404, invalid, 'not_found', (d) => `Response with id '${d.id}' not found.`],
  VE_PREVIOUS_NOT_FOUND: [
    400,
    invalid,
    'previous_response_not_found',
    (d) => `Previous response with id '${d.id}' not found.`,
  ],
  VE_STORE_FAILED: [
    503,
    gateway,
    'store_failed',
    () => 'What is kept here cannot be reached at the moment. Try again.',
  ],
  VE_LINK_INVALID: [
    403,
    invalid,
    'invalid_link',
    (d) =>
      d.reason === 'expired'
        ? 'This address has expired. Ask for the file again, to be given another.'
        : 'This address was not given by this server, or not in this form.',
  ],
  VE_FILE_NOT_FOUND: [404, invalid, 'not_found', () => 'There is no such file here, or not any more.'],
  VE_OBJECT_NOT_FOUND: [404, invalid, 'not_found', (d) => `No such ${d.noun ?? 'File'} object: ${d.id}`],
  VE_TASK_NOT_FOUND: [404, invalid, 'not_found', (d) => `Video with id '${d.id}' not found.`],
  VE_TASK_UNFINISHED: [
    400,
    invalid,
    'not_ready',
    (d) =>
      `Video '${d.id}' is not ready: it is ${d.reason ?? 'under way'}. Ask for it until it is completed.`,
  ],
  VE_TASK_FAILED: [422, invalid, 'generation_failed', (d) => because('It could not be made', d)],
  VE_TASK_FILTERED: [
    400,
    invalid,
    'content_policy_violation',
    (d) => because("The provider's safety filter has stopped it", d),
  ],
  VE_IDEMPOTENCY_CONFLICT: [
    409,
    invalid,
    'idempotency_conflict',
    () => 'The same idempotency key was used for another request. Use a new key for a new request.',
  ],
  VE_OUTCOME_UNKNOWN: [
    502,
    gateway,
    'outcome_unknown',
    () =>
      'The connection broke after the request was sent: it may have been carried out, and paid for. It was not sent again, and should not be without a look.',
  ],
  VE_UNAUTHENTICATED: [
    401,
    invalid,
    'invalid_api_key',
    ({ reason }) =>
      reason === undefined
        ? 'You are not known here. Log in, or send the credentials that this server expects.'
        : `You are not let in: ${reason}.`,
  ],
  VE_ORIGIN_REFUSED: [
    403,
    invalid,
    'origin_refused',
    () =>
      'A page of another site may not open a WebSocket, send a form or change anything here with the cookies of its user. Send it with an Authorization header.',
  ],
  VE_FORBIDDEN: [
    403,
    invalid,
    'forbidden',
    ({ reason }) => (reason === undefined ? 'This is not allowed to you.' : `Not allowed: ${reason}.`),
  ],
  VE_CONFLICT: [409, invalid, 'conflict', wordConflict],
  VE_BUDGET_EXCEEDED: [
    429,
    'insufficient_quota',
    'insufficient_quota',
    (d) => because('There is no budget left for this call', d),
  ],
  VE_REDACTION_BLOCKED: [
    400,
    invalid,
    'sensitive_data',
    (d) =>
      `${d.parameter === undefined ? 'The call' : `The parameter '${d.parameter}'`} ${d.reason ?? 'may not be sent there'}.`,
  ],
  VE_REDACTION_FAILED: [
    503,
    gateway,
    'redaction_failed',
    () => 'The call could not be looked through for what may not be sent, and was not sent. Try again.',
  ],
  VE_GUARD_REFUSED: [403, invalid, 'guard_refused', (d) => because('This is not let through here', d)],
  VE_GUARD_FAILED: [
    503,
    gateway,
    'guard_failed',
    () => 'It could not be checked whether this may be let through, so it was not.',
  ],
  VE_IDENTIFY_FAILED: [500, gateway, 'identify_failed', () => 'It could not be determined who is calling.'],
  VE_MODEL_NOT_FOUND: [
    404,
    invalid,
    'model_not_found',
    (d) => `The model '${d.model}' does not exist here.${didYouMean(d.suggestions)}`,
  ],
  VE_OPERATION_UNSUPPORTED: [
    404,
    invalid,
    'model_not_found',
    (d) => `No upstream of the model '${d.model}' offers this endpoint.`,
  ],
  VE_NOT_CACHED: [
    504,
    gateway,
    'not_cached',
    () => 'There is no answer to this in the cache, and only one from there was asked for.',
  ],
  VE_CLOSING: [503, gateway, 'shutting_down', () => 'The server is shutting down. Try again.'],
  VE_CLIENT_CLOSED: [499, gateway, 'client_closed_request', () => 'The caller went away.'],
  VE_OVERTAKEN: [500, gateway, 'overtaken', () => 'Another attempt was faster.'],
  VE_RATE_LIMITED: [429, 'requests', 'rate_limit_exceeded', wordRateLimit],
  VE_TARGET_BUSY: [
    503,
    gateway,
    'overloaded',
    () => 'All upstreams of this model are busy. Try again later.',
  ],
  VE_UPSTREAM_COOLING: [
    429,
    'requests',
    'rate_limit_exceeded',
    () => 'The upstreams of this model are over their rate limit. Try again later.',
  ],
  VE_UPSTREAM_DRAINED: [
    503,
    gateway,
    'upstream_drained',
    () => 'The upstreams of this model take no new calls at the moment. Try again later.',
  ],
  VE_UPSTREAM_UNREACHABLE: [
    503,
    gateway,
    'upstream_unreachable',
    (d) => `${upstreamOf(d)} could not be reached.`,
  ],
  VE_UPSTREAM_TIMEOUT: [
    504,
    timeout,
    'upstream_timeout',
    (d) => `${upstreamOf(d)} did not answer in time (${d.phase ?? 'total'}).`,
  ],
  VE_UPSTREAM_RESET: [502, gateway, 'upstream_reset', (d) => `${upstreamOf(d)} broke off its answer.`],
  VE_UPSTREAM_PROTOCOL: [
    502,
    gateway,
    'upstream_protocol',
    (d) => `${upstreamOf(d)} sent something that is not a valid answer.`,
  ],
  VE_UPSTREAM_STATUS: [
    502,
    gateway,
    'upstream_error',
    (d) =>
      `${upstreamOf(d)} failed${d.upstreamStatus === undefined ? '' : ` with status ${d.upstreamStatus}`}.`,
  ],
  VE_UPSTREAM_KEY: [
    502,
    gateway,
    'upstream_key_refused',
    (d) => `${upstreamOf(d)} refused the gateway's own key. This is for the operator to fix.`,
  ],
  VE_DEADLINE: [504, timeout, 'deadline_exceeded', () => 'The time for the whole request ran out.'],
  VE_INTERNAL: [500, gateway, 'internal_error', () => 'Something went wrong inside the gateway.'],
};

/** A budget that has no room as long as other calls are under way. LangChain, for one, takes `insufficient_quota` for final. */
const heldBack: Wording = [
  429,
  'requests',
  'rate_limit_exceeded',
  (d) => because('There is no budget left for this call at the moment', d),
];

export function toWireError(error: unknown): { status: number; error: WireError } {
  const { code, details } = toGatewayError(error);
  const [ownStatus, type, wireCode, message] = details.budget?.isHeld === true ? heldBack : wordings[code];
  const status = code === 'VE_UPSTREAM_STATUS' ? passOnStatus(details.upstreamStatus) : ownStatus;
  return {
    status,
    error: {
      message: message(details),
      type: rateLimitType(details) ?? type,
      param: details.parameter ?? null,
      code: wireCode,
    },
  };
}

/** What tells the caller's SDK how to go on is kept; any other trouble of an upstream is a bad gateway. */
function passOnStatus(status = 502): number {
  if (status === 408) return 504;
  if (status === 529) return 503;
  return (status >= 400 && status < 500) || status === 503 || status === 504 ? status : 502;
}

/** The whole HTTP answer for an error of ours. */
export function renderError(error: unknown): RenderedError {
  const { code, details } = toGatewayError(error);
  const wire = toWireError(error);
  const headers: HeaderMap = { 'content-type': 'application/json' };
  // The vendors' clients try them again, which does not put anything into the cache, and may buy a second picture.
  if (code === 'VE_NOT_CACHED' || code === 'VE_OUTCOME_UNKNOWN' || details.isFinal === true)
    headers['x-should-retry'] = 'false';
  if (details.allow !== undefined) headers['allow'] = details.allow.join(', ');
  if (details.retryAfter !== undefined) {
    headers['retry-after'] = String(Math.ceil(details.retryAfter / 1000));
    headers['retry-after-ms'] = String(Math.ceil(details.retryAfter));
  }
  return { status: wire.status, headers, body: Buffer.from(JSON.stringify({ error: wire.error })) };
}

/** The last event of a stream that cannot go on; the official SDKs raise it as an error. */
export function renderErrorEvent(error: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify({ error: toWireError(error).error })}\n\n`);
}
