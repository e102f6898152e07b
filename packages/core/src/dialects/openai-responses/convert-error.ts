import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { findRetryAfter } from '../shared/find-retry-after.ts';
import { kindOfStatus } from '../shared/kind-of-status.ts';
import { isObject, numberOf, optional, stringOf, wordOf } from '../shared/read.ts';

/** OpenAI's codes and types that say more than the status does. */
const kinds: Readonly<Record<string, ProblemKind>> = {
  context_length_exceeded: 'context-length',
  string_above_max_length: 'context-length',
  content_filter: 'content-filter',
  content_policy_violation: 'content-filter',
  image_content_policy_violation: 'content-filter',
  invalid_prompt: 'content-filter',
  bio_policy: 'content-filter',
  cyber_policy: 'content-filter',
  misalignment_policy_violation: 'content-filter',
  moderation_blocked: 'content-filter',
  model_not_found: 'model-not-found',
  DeploymentNotFound: 'model-not-found',
  not_found_error: 'not-found',
  invalid_api_key: 'authentication',
  authentication_error: 'authentication',
  permission_error: 'permission',
  data_residency_mismatch: 'permission',
  billing_not_active: 'billing',
  billing_hard_limit_reached: 'billing',
  insufficient_quota: 'quota',
  rate_limit_exceeded: 'rate-limit',
  rate_limit_error: 'rate-limit',
  overloaded_error: 'overloaded',
  server_overloaded: 'overloaded',
  slow_down: 'overloaded',
  vector_store_timeout: 'timeout',
  timeout: 'timeout',
  request_too_large: 'too-large',
  server_error: 'server',
  internal_error: 'server',
  invalid_request_error: 'invalid-request',
};

interface Wording {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
}

const invalid = 'invalid_request_error';

/** How each kind reads in OpenAI's words; a code of `null` leaves room for the provider's own. */
const wordings: Readonly<Record<ProblemKind, Wording>> = {
  'invalid-request': { status: 400, type: invalid, code: null },
  'context-length': { status: 400, type: invalid, code: 'context_length_exceeded' },
  'content-filter': { status: 400, type: invalid, code: 'content_filter' },
  'model-not-found': { status: 404, type: invalid, code: 'model_not_found' },
  'not-found': { status: 404, type: invalid, code: null },
  authentication: { status: 401, type: invalid, code: 'invalid_api_key' },
  permission: { status: 403, type: invalid, code: null },
  billing: { status: 402, type: 'insufficient_quota', code: 'billing_not_active' },
  quota: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  'rate-limit': { status: 429, type: 'requests', code: 'rate_limit_exceeded' },
  overloaded: { status: 503, type: 'server_error', code: 'server_overloaded' },
  timeout: { status: 504, type: 'server_error', code: 'timeout' },
  'too-large': { status: 413, type: invalid, code: 'request_too_large' },
  server: { status: 500, type: 'server_error', code: null },
};

const tooLong =
  /context (?:window|length)|maximum (?:context|prompt length)|too many tokens|prompt is too long/i;

/** What xAI tells by words alone: its codes are the names of statuses, and not always of the right one. */
const spoken: readonly (readonly [ProblemKind, of: readonly ProblemKind[], words: RegExp])[] = [
  ['authentication', ['invalid-request', 'permission'], /(?:incorrect|invalid) api key/i],
  ['billing', ['permission', 'rate-limit'], /any credits|available credits|spending limit/i],
  ['model-not-found', ['not-found'], /\bmodel\b.{0,200}\b(?:does not exist|not found)/i],
];

export function parseError(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: JsonObject | undefined,
): ProviderError {
  const fields = errorFields(body ?? {});
  const retryAfter = findRetryAfter(headers, { message: fields.message });
  return {
    kind: kindOf(fields, status),
    status,
    message: fields.message ?? `The provider answered with status ${status}.`,
    ...optional('parameter', fields.parameter),
    ...optional('code', fields.code),
    ...optional('retryAfter', retryAfter),
    ...optional('raw', body),
  };
}

/** The error of a stream's event, or of a response that failed: there is no status but what it would have been. */
export function parseFailure(body: JsonObject): ProviderError {
  const fields = errorFields(body);
  const kind = kindOf(fields, undefined);
  const retryAfter = findRetryAfter({}, { message: fields.message });
  return {
    kind,
    status: fields.status ?? wordings[kind].status,
    message: fields.message ?? 'The provider failed.',
    ...optional('parameter', fields.parameter),
    ...optional('code', fields.code),
    ...optional('retryAfter', retryAfter),
    raw: body,
  };
}

interface ErrorFields {
  readonly message: string | undefined;
  readonly parameter: string | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly status: number | undefined;
}

/** OpenAI nests it; its own stream events do not; other servers say `detail`, or a bare string. */
function errorFields(body: JsonObject): ErrorFields {
  const error = isObject(body['error']) ? body['error'] : body;
  const status = numberOf(error['status']);
  return {
    message:
      wordOf(error['message']) ?? wordOf(body['error']) ?? wordOf(body['message']) ?? wordOf(body['detail']),
    parameter: wordOf(error['param']),
    code: wordOf(error['code']) ?? (error['type'] === 'error' ? undefined : wordOf(error['type'])),
    type: stringOf(error['type']),
    status: status !== undefined && status >= 400 && status < 600 ? status : undefined,
  };
}

function kindOf({ message, code = '', type = '' }: ErrorFields, status: number | undefined): ProblemKind {
  const told = Object.hasOwn(kinds, code) ? kinds[code] : undefined;
  const isVague = told === undefined || told === 'invalid-request' || told === 'server';
  if (isVague && (status === undefined || status === 400 || status === 413) && tooLong.test(message ?? '')) {
    return 'context-length';
  }
  if (told !== undefined && !isVague) return told;
  const kind = vagueKind(told, type, status);
  return spoken.find(([, of, words]) => of.includes(kind) && words.test(message ?? ''))?.[0] ?? kind;
}

function vagueKind(told: ProblemKind | undefined, type: string, status: number | undefined): ProblemKind {
  // A status says more than "invalid request", which OpenAI calls many things.
  const byStatus = status === undefined ? undefined : kindOfStatus(status);
  if (byStatus !== undefined && byStatus !== 'invalid-request') return byStatus;
  const byType = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  return told ?? byType ?? byStatus ?? 'server';
}

/** The fields of an error, as OpenAI writes them. */
export function wordError(error: ProviderError): JsonObject {
  const { type, code } = wordings[error.kind];
  return {
    message: wordMessage(error),
    type,
    param: error.parameter ?? null,
    code: code ?? ownCode(error),
  };
}

/** Callers tell by the words that the prompt is what is too long: LangChain, for one. */
function wordMessage({ kind, message }: ProviderError): string {
  return kind === 'context-length' && !/maximum context length|context window/i.test(message)
    ? `This exceeds the model's maximum context length: ${message}`
    : message;
}

/** The provider's word, if it is not just the name of the kind. */
function ownCode({ code }: ProviderError): string | null {
  return code === undefined || code === invalid ? null : code;
}

export function renderError(error: ProviderError): { readonly status: number; readonly body: JsonObject } {
  const { status } = wordings[error.kind];
  const isOpen = error.kind === 'invalid-request' || error.kind === 'server';
  // A conflict stays a conflict, a bad gateway a bad gateway; nobody but their inventor knows 529.
  const isSameClass = Math.floor(error.status / 100) === Math.floor(status / 100) && error.status < 520;
  return {
    status: isOpen && isSameClass ? error.status : status,
    body: { error: wordError(error) },
  };
}
